/** `/settings`: a panel of what a tenant chose, and a form for each choice. */

import type { BaseUrlPolicy } from '../models/base-url.ts';
import type { ModelChooser } from '../models/catalog/choose.ts';
import type { Audit } from '../reports/audit.ts';
import type { Saving } from '../saving.ts';
import { de } from '../sentences/de.ts';
import { en } from '../sentences/en.ts';
import type { ChoicesChange, Settings, TenantSettings } from '../settings.ts';
import type { TenantId } from '../types.ts';
import type { Vocabulary } from '../vocabulary.ts';
import { type CommandCall, type CommandReply, savedBy } from './command.ts';
import { entryPanel } from './entry-panel.ts';
import type { CommandGroup } from './group.ts';
import { entryOf, inForce, type Setting } from './setting.ts';
import { settingsAt } from './settings-list.ts';

export interface SettingsOptions {
  settings: Settings;
  models: ModelChooser;
  saving: Saving;
  audit: Audit;
  /** Whether this tenant may set a base URL, and of which kind. */
  baseUrlPolicy: (tenant: TenantId) => BaseUrlPolicy;
  /** The operator's days of history; 0: for ever. */
  historyDays: number;
  words: Vocabulary;
}

const PANEL = 'settings';
const FORM = 'setting';

export function settingsCommand(options: SettingsOptions): CommandGroup {
  const { settings } = options;
  const panel = createPanel(options);
  return {
    commands: [
      {
        name: 'settings',
        names: { de: de.commands.settings.name },
        description: en.commands.settings.description,
        descriptions: { de: de.commands.settings.description },
        permission: 'admin',
        options: [],
        run: async ({ tenant }) => panel(tenant, await settings.read(tenant)),
      },
    ],
    ...entryPanel({
      panel: PANEL,
      form: FORM,
      settings,
      entriesOf: ({ tenant }) =>
        settingsOf(options, tenant).map((setting) =>
          entryOf(setting, (own) => options.models.offerOf(tenant, own)),
        ),
      draw: ({ tenant }, own, before) => panel(tenant, own, before),
      save: createSave(options, panel),
    }),
  };
}

function settingsOf({ baseUrlPolicy, historyDays, words }: SettingsOptions, tenant: TenantId): Setting[] {
  return settingsAt({ hasChannels: true, baseUrlPolicy: baseUrlPolicy(tenant), historyDays, words });
}

/** @param before a paragraph above the settings */
type Panel = (tenant: TenantId, own: TenantSettings, before?: string) => CommandReply;

function createPanel(options: SettingsOptions): Panel {
  const { models, words } = options;
  return (tenant, own, before = '') => {
    const all = settingsOf(options, tenant);
    const shownOwn = inForce(all, own, models.offerOf(tenant, own));
    const shown = all.map((setting) => ({
      ...setting,
      value: setting.show(shownOwn, {
        defaultBaseUrl: models.baseUrlOf(tenant, { keys: {} }),
      }),
    }));
    const lines = shown.map(({ label, value }) => `- **${label}**: ${value}`);
    return {
      type: 'panel',
      id: PANEL,
      text: `${before}${lines.join('\n')}\n\n${en.commands.settings.others(words)}`,
      prompt: en.commands.settings.prompt,
      choices: shown.map(({ id, label, description }) => ({ id, label, description })),
    };
  };
}

/** Saves a filled-in form, and shows the panel again with the result above it. */
function createSave({ settings, saving, audit, words }: SettingsOptions, panel: Panel) {
  return async (call: CommandCall, change: ChoicesChange): Promise<CommandReply> => {
    const { tenant, author } = call;
    const saved = await saving.choices(savedBy(call), change);
    if (!saved.isSaved) return panel(tenant, await settings.read(tenant), `${saved.problem}\n\n`);
    audit('settings changed', { tenant, person: author.id, fields: Object.keys(change) });
    const { own, choice, doubt } = saved;
    const isTold = choice.provider?.key !== undefined || doubt?.includes(words.command('key set'));
    const wantsKey = change.baseUrl !== undefined && !isTold;
    const hint = wantsKey ? en.commands.settings.wantsKey(words) : undefined;
    return panel(tenant, own, `${[en.commands.settings.saved, doubt, hint].filter(Boolean).join(' ')}\n\n`);
  };
}
