/** `/tools`: a panel of what Parley may do besides talking, and a form for each tool. */
import type { ModelChooser } from '../models/catalog/choose.ts';
import type { Audit } from '../reports/audit.ts';
import type { Saving } from '../saving.ts';
import { de } from '../sentences/de.ts';
import { en } from '../sentences/en.ts';
import type { ChoicesChange, Settings, TenantSettings } from '../settings.ts';
import { TOOL_FAMILIES, type ToolFamily } from '../turn/tools/families.ts';
import { familiesAt, ruleOf, type Toolbox } from '../turn/tools/turn-tools.ts';
import type { Vocabulary } from '../vocabulary.ts';
import { type CommandCall, type CommandReply, savedBy } from './command.ts';
import { entryPanel } from './entry-panel.ts';
import type { CommandGroup } from './group.ts';
import { shownRule, toolEntries } from './tools-list.ts';

export interface ToolsCommandOptions {
  settings: Settings;
  saving: Saving;
  models: Pick<ModelChooser, 'describe'>;
  toolbox: Toolbox;
  audit: Audit;
  words: Vocabulary;
}

const PANEL = 'tools';
const FORM = 'tool';
const { command, listed, values } = en.tools.allowing;

export function toolsCommand(options: ToolsCommandOptions): CommandGroup {
  const { settings, words } = options;
  const draw = createPanel(options);
  return {
    commands: [
      {
        name: 'tools',
        names: { de: de.commands.tools.name },
        description: command.description,
        descriptions: { de: de.commands.tools.description },
        permission: 'admin',
        options: [],
        run: async (call) => draw(call, await settings.read(call.tenant)),
      },
    ],
    ...entryPanel({
      panel: PANEL,
      form: FORM,
      settings,
      entriesOf: () => toolEntries(words),
      draw,
      save: createSave(options, draw),
    }),
  };
}

type Draw = (call: CommandCall, own: TenantSettings, before?: string) => CommandReply;

function createPanel({ models, toolbox, words }: ToolsCommandOptions): Draw {
  return ({ tenant }, own, before = '') => {
    const choice = models.describe(tenant, own);
    const there = familiesAt(toolbox, choice);
    const isOffered = (family: ToolFamily) => choice.offer?.tools.includes(family) ?? true;
    const shownOf = (family: ToolFamily) => {
      if (!there.includes(family)) return values.missing;
      if (!isOffered(family)) return values.notOffered;
      return values.withPrice(shownRule(ruleOf(own, family), words), listed[family].price);
    };
    const lines = TOOL_FAMILIES.map((family) => `- **${listed[family].label}**: ${shownOf(family)}`);
    const hint = there.every(isOffered) ? [] : [command.ownKey(words)];
    return {
      type: 'panel',
      id: PANEL,
      text: `${before}${[lines.join('\n'), ...hint].join('\n\n')}`,
      prompt: command.prompt,
      choices: toolEntries(words).map(({ id, label, description }) => ({ id, label, description })),
    };
  };
}

/** A rule is kept also where the operator does not offer the tool: it counts once the tenant has a key. */
function createSave({ saving, audit, settings }: ToolsCommandOptions, draw: Draw) {
  return async (call: CommandCall, change: ChoicesChange): Promise<CommandReply> => {
    const { tenant, author } = call;
    const saved = await saving.choices(savedBy(call), change);
    if (!saved.isSaved) return draw(call, await settings.read(tenant), `${saved.problem}\n\n`);
    audit('settings changed', { tenant, person: author.id, fields: Object.keys(change) });
    return draw(call, saved.own, `${command.saved}\n\n`);
  };
}
