/** A person's settings as the page shows them. */
import { limitsAt } from '../../../../core/commands/limits-list.ts';
import { inForce, type Setting, type SettingContext } from '../../../../core/commands/setting.ts';
import { settingsAt } from '../../../../core/commands/settings-list.ts';
import { toolsAt } from '../../../../core/commands/tools-list.ts';
import type { BaseUrlPolicy } from '../../../../core/models/base-url.ts';
import type { ModelChooser } from '../../../../core/models/catalog/choose.ts';
import type { OperatorLimits } from '../../../../core/money/limits.ts';
import type { AboutFacts } from '../../../../core/sentences/about.ts';
import type { Settings, TenantSettings } from '../../../../core/settings.ts';
import type { MakeTitle } from '../../../../core/short/title-maker.ts';
import { TOOL_FAMILIES, type ToolFamily } from '../../../../core/turn/tools/families.ts';
import { familiesAt, type Toolbox } from '../../../../core/turn/tools/turn-tools.ts';
import type { TenantId } from '../../../../core/types.ts';
import type { PersonaName } from '../../api/personas.ts';
import type { SettingView } from '../../api/setting.ts';
import type { SettingsView } from '../../api.ts';
import { PAGE_WORDS } from '../../vocabulary.ts';

export interface SettingsViewOptions {
  settings: Settings;
  models: ModelChooser;
  /** The page's policy, as its door stands now. */
  baseUrlPolicy: () => BaseUrlPolicy;
  about: AboutFacts;
  operatorLimits: OperatorLimits;
  toolbox: Toolbox;
  /** Absent: no model writes titles. */
  makeTitle?: MakeTitle | undefined;
}

/** The settings that core lists for the page. */
export function pageSettings(
  { baseUrlPolicy, about, operatorLimits, makeTitle }: SettingsViewOptions,
  families: readonly ToolFamily[] = TOOL_FAMILIES,
): Setting[] {
  const place = { hasChannels: false, hasTitles: makeTitle !== undefined, words: PAGE_WORDS };
  const { timeZone } = operatorLimits;
  return [
    ...settingsAt({ ...place, baseUrlPolicy: baseUrlPolicy(), historyDays: about.historyDays }),
    ...limitsAt({ ...place, operatorsZone: timeZone }),
    ...toolsAt(families),
  ];
}

export function createSettingsView(
  options: SettingsViewOptions,
): (tenant: TenantId) => Promise<SettingsView> {
  const { settings, models, baseUrlPolicy } = options;
  return async (tenant) => {
    const own = await settings.read(tenant);
    const choice = models.describe(tenant, own);
    const { source, model, provider, offer } = choice;
    const offered = offer?.models ?? 'all';
    const listed = pageSettings(options, familiesAt(options.toolbox, choice));
    const counting = inForce(listed, own, offer);
    const context: SettingContext = {
      defaultBaseUrl: models.baseUrlOf(tenant, { keys: {} }),
    };
    return {
      // A chosen model that is not offered is not in use.
      model: own.model === model || offered === 'all' ? (own.model ?? null) : null,
      offered: offered === 'all' ? null : offered,
      baseUrl: own.baseUrl ?? null,
      persona: own.persona ?? '',
      personas: namesOf(own),
      whenBusy: own.whenBusy ?? 'wait',
      key: own.keys[models.baseUrlOf(tenant, own)] ?? null,
      mayChangeBaseUrl: baseUrlPolicy() !== 'off',
      fields: listed.flatMap((setting) => {
        const input = inputOf(setting, counting, context);
        const closed = (offer && setting.notOffered?.(offer)) ?? null;
        return input ? { ...aboutSetting(setting, input.hint), closed, ...input.drawn } : [];
      }),
      using: { source, model, baseUrl: provider?.baseUrl ?? null, hasKey: provider?.key !== undefined },
    };
  };
}

/** By name, as people read it. */
function namesOf({ personas = {} }: TenantSettings): PersonaName[] {
  const named = Object.entries(personas).map(([id, { name }]) => ({ id, name }));
  return named.sort((a, b) => a.name.localeCompare(b.name));
}

function aboutSetting({ id, label, noun, description }: Setting, hint: string | undefined) {
  const says = `${description}.`;
  return {
    id,
    label,
    // A noun stands within a line: “Base URL” becomes “base URL”, “API key” stays.
    noun: noun ?? label.replace(/^\p{Lu}(?=\p{Ll})/u, (first) => first.toLowerCase()),
    hint: hint === undefined ? says : `${says} ${hint}`,
  };
}

type Drawn<View = SettingView> = View extends { type: string }
  ? Omit<View, 'id' | 'label' | 'noun' | 'hint' | 'closed'>
  : never;

/** Undefined for a setting of channels or roles, which the page does not have. */
function inputOf(
  setting: Setting,
  own: TenantSettings,
  context: SettingContext,
): { hint: string | undefined; drawn: Drawn } | undefined {
  const field = setting.field(own);
  switch (field.type) {
    case 'text': {
      const { hint, type, value, keys = 'text' } = field;
      return { hint, drawn: { type, value, keys, placeholder: setting.show({ keys: {} }, context) } };
    }
    case 'choice': {
      const { hint, type, value } = field;
      const choices = field.choices.map(({ value, label, short = label }) => ({ value, label: short }));
      return { hint, drawn: { type, value, choices } };
    }
    default:
      return undefined;
  }
}
