/** `/limits`: a panel of what may be spent and asked, and a form for each limit. */
import type { ModelChooser } from '../models/catalog/choose.ts';
import { shownDollars } from '../money/amounts.ts';
import {
  type Limit,
  type LimitState,
  nobodyIn,
  type OperatorLimits,
  type SpendingStates,
} from '../money/limits.ts';
import type { Spending } from '../money/metering/spending.ts';
import { renewalOf } from '../money/renewal.ts';
import type { Audit } from '../reports/audit.ts';
import type { Saving } from '../saving.ts';
import { de } from '../sentences/de.ts';
import { en } from '../sentences/en.ts';
import { failureNotice } from '../sentences/failure-notice.ts';
import type { ChoicesChange, Settings, TenantSettings } from '../settings.ts';
import { readerByRights } from '../types.ts';
import type { Vocabulary } from '../vocabulary.ts';
import { type CommandCall, type CommandReply, savedBy } from './command.ts';
import { entryPanel } from './entry-panel.ts';
import type { CommandGroup } from './group.ts';
import { limitsAt, roleLimits, shownLimit } from './limits-list.ts';
import { entryOf } from './setting.ts';

export interface LimitsOptions {
  settings: Settings;
  saving: Saving;
  models: Pick<ModelChooser, 'describe'>;
  /** Limits with the part of each that is spent, and whether a model's answers can be limited. */
  spending: SpendingStates & Pick<Spending, 'isPriced'>;
  /** The operator's limits, which hold in each tenant. */
  operatorLimits: OperatorLimits;
  audit: Audit;
  words: Vocabulary;
}

const PANEL = 'limits';
const FORM = 'limit';
const { command, values } = en.limits;

export function limitsCommand(options: LimitsOptions): CommandGroup {
  const { settings } = options;
  const draw = createPanel(options);
  return {
    commands: [
      {
        name: 'limits',
        names: { de: de.commands.limits.name },
        description: command.description,
        descriptions: { de: de.commands.limits.description },
        permission: 'admin',
        options: [],
        run: async (call) => draw(call, await settings.read(call.tenant)),
      },
    ],
    ...entryPanel({
      panel: PANEL,
      form: FORM,
      settings,
      entriesOf: (_, own) => entriesOf(options, own),
      draw,
      save: createSave(options, draw),
    }),
  };
}

const settingsOf = ({ operatorLimits, words }: LimitsOptions) =>
  limitsAt({ hasChannels: true, operatorsZone: operatorLimits.timeZone, words });

function entriesOf(options: LimitsOptions, own: TenantSettings) {
  const [day, month, person, ...others] = settingsOf(options).map((setting) => entryOf(setting));
  const all = [day, month, person, ...roleLimits(own, options.words).entries, ...others];
  return all.filter((entry) => entry !== undefined);
}

type Draw = (call: CommandCall, own: TenantSettings, before?: string) => Promise<CommandReply>;

function createPanel(options: LimitsOptions): Draw {
  const { words } = options;
  return async (call, own, before = '') => {
    const states = await statesIn(options, call, own);
    const ofRoles = roleLimits(own, words).shown;
    const lines = settingsOf(options).flatMap((setting) => {
      const shown = `- **${setting.label}**: ${setting.show(own, { defaultBaseUrl: '' })}${spentOf(ownStateOf(setting.id, states))}`;
      if (setting.id !== 'personDayLimit') return shown;
      const roles = ofRoles.length === 0 ? en.limits.roles.none : ofRoles.join('; ');
      return [shown, `- **${en.limits.roles.label(words)}**: ${roles}`];
    });
    const operators = operatorsLines(options, states);
    const text = [lines.join('\n'), ...operators, ...unpricedIn(options, call, own)].join('\n\n');
    return {
      type: 'panel',
      id: PANEL,
      text: `${before}${text}`,
      prompt: command.prompt,
      choices: entriesOf(options, own).map(({ id, label, description }) => ({ id, label, description })),
    };
  };
}

/** Told where no question is answered, since money is limited and the model has no price. */
function unpricedIn(
  { models, spending, operatorLimits, words }: LimitsOptions,
  call: CommandCall,
  own: TenantSettings,
) {
  const choice = models.describe(call.tenant, own);
  const { timeZone: _, ...ofOperator } = operatorLimits;
  const limits = [
    ...Object.keys(own).filter((id) => MONEY.has(id)),
    ...(choice.source === 'operator' ? Object.values(ofOperator).filter((limit) => limit !== undefined) : []),
  ];
  const isAsked = choice.source === 'own' || choice.source === 'operator';
  if (limits.length === 0 || !isAsked || spending.isPriced(choice)) return [];
  return [failureNotice({ kind: 'unpriced' }, choice, { reader: readerByRights(call), words })];
}

/** Limits of the whole tenant with what is spent of them. Those of the installation are left out. */
const statesIn = ({ spending }: LimitsOptions, { tenant }: CommandCall, own: TenantSettings) =>
  spending.states(nobodyIn(tenant), own);

/** The tenant's limit of a period, as one of the two sets it. */
function stateOf(setBy: Limit['setBy'], period: Limit['period'] | undefined, states: LimitState[]) {
  return states.find(
    ({ limit }) => limit.setBy === setBy && limit.of === 'tenant' && limit.period === period,
  );
}

const PERIODS = new Map<string, Limit['period']>([
  ['dayLimit', 'day'],
  ['monthLimit', 'month'],
]);

/** The limit that a setting of the tenant makes. */
const ownStateOf = (setting: string, states: LimitState[]) => stateOf('admin', PERIODS.get(setting), states);

const spentOf = (state: LimitState | undefined): string =>
  state ? values.spent(shownDollars(state.spent), renewalOf(state.limit)) : '';

/** The operator's limits, with what the tenant spent. The sum of all tenants is the operator's business. */
function operatorsLines({ operatorLimits, words }: LimitsOptions, states: LimitState[]): string[] {
  const { tenantDay, tenantMonth, personDay, spendDay, spendMonth } = operatorLimits;
  const lines = [
    lineOf('tenant', 'day', tenantDay, spentOf(stateOf('operator', 'day', states))),
    lineOf('tenant', 'month', tenantMonth, spentOf(stateOf('operator', 'month', states))),
    lineOf('person', 'day', personDay),
    lineOf('installation', 'day', spendDay),
    lineOf('installation', 'month', spendMonth),
  ].flat();
  return lines.length === 0 ? [] : [`${command.operators}\n${lines.join('\n')}`];

  function lineOf(
    of: keyof typeof en.limits.operators,
    period: Limit['period'],
    dollars?: number,
    spent = '',
  ) {
    if (dollars === undefined) return [];
    return [
      `- ${en.limits.operatorsLine(en.limits.operators[of](words), period, shownLimit(dollars))}${spent}`,
    ];
  }
}

/** Limits of money. The person who sets one is told when it is spent. */
const MONEY = new Set<string>(['dayLimit', 'monthLimit', 'personDayLimit', 'roleDayLimits']);

function createSave(options: LimitsOptions, draw: Draw) {
  const { saving, audit, settings } = options;
  return async (call: CommandCall, change: ChoicesChange): Promise<CommandReply> => {
    const { tenant, author } = call;
    const isOfMoney = Object.entries(change).some(
      ([id, value]) => MONEY.has(id) && amountsIn(value).length > 0,
    );
    const whole = { ...change, ...(isOfMoney && { limitsSetBy: author.id }) };
    const saved = await saving.choices(savedBy(call), whole);
    if (!saved.isSaved) return draw(call, await settings.read(tenant), `${saved.problem}\n\n`);
    audit('settings changed', { tenant, person: author.id, fields: Object.keys(change) });
    const effect = effectOf(change, await statesIn(options, call, saved.own));
    return draw(call, saved.own, `${[command.saved, effect].filter(Boolean).join(' ')}\n\n`);
  };
}

/** The amounts that a change of a limit sets. */
function amountsIn(value: ChoicesChange[keyof ChoicesChange]): unknown[] {
  const given = typeof value === 'object' ? Object.values(value ?? {}) : [value];
  return given.filter((dollars) => dollars !== null);
}

/** The effect of a change that its person may not expect. */
function effectOf(change: ChoicesChange, states: LimitState[]): string | undefined {
  if (change.timeZone !== undefined) return command.newCount;
  const [[id, value] = ['', null]] = Object.entries(change);
  const amounts = amountsIn(value);
  if (!MONEY.has(id) || amounts.length === 0) return undefined;
  if (amounts.includes(0)) return command.nothing;
  const state = ownStateOf(id, states);
  if (!state) return command.countsToday;
  return state.spent >= state.limit.most ? command.spentAlready(renewalOf(state.limit)) : undefined;
}
