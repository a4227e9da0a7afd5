/** A panel of entries, each with a form of its own: of settings, and of limits. */
import { en } from '../sentences/en.ts';
import type { ChoicesChange, Settings, TenantSettings } from '../settings.ts';
import type { CommandCall, CommandReply, FormField } from './command.ts';
import { type CommandGroup, type FormValues, say } from './group.ts';

export interface PanelEntry {
  id: string;
  label: string;
  description: string;
  fields(own: TenantSettings): FormField[];
  /** Turns the filled-in values into a change, or a sentence for wrong ones. */
  read(values: FormValues, own: TenantSettings): { change: ChoicesChange } | { problem: string };
}

export interface EntryPanelOptions {
  panel: string;
  form: string;
  settings: Pick<Settings, 'read'>;
  entriesOf(call: CommandCall, own: TenantSettings): PanelEntry[];
  /** @param before a paragraph above the entries */
  draw(call: CommandCall, own: TenantSettings, before?: string): CommandReply | Promise<CommandReply>;
  /** Saves a change of an entry, and shows the panel again with the result above it. */
  save(call: CommandCall, change: ChoicesChange, before: TenantSettings): Promise<CommandReply>;
}

/** The handlers of such a panel. A problem stands above the panel, which stays open for another try. */
export function entryPanel(options: EntryPanelOptions): Required<Pick<CommandGroup, 'panels' | 'forms'>> {
  const { panel, form, settings, entriesOf, draw, save } = options;
  return {
    panels: [
      {
        id: panel,
        permission: 'admin',
        async pick(call, choice) {
          const own = await settings.read(call.tenant);
          const entry = entriesOf(call, own).find(({ id }) => id === choice);
          if (!entry) return say(en.notices.oldForm);
          const { id, label } = entry;
          return { type: 'form', form: { id: `${form}:${id}`, title: label, fields: entry.fields(own) } };
        },
      },
    ],
    forms: [
      {
        id: form,
        permission: 'admin',
        async submit(call, values, id) {
          const own = await settings.read(call.tenant);
          const entry = entriesOf(call, own).find((one) => one.id === id);
          if (!entry) return say(en.notices.oldForm);
          const read = entry.read(values, own);
          return 'problem' in read ? draw(call, own, `${read.problem}\n\n`) : save(call, read.change, own);
        },
      },
    ],
  };
}

/** The values of a field. A form may come from anywhere, so it can lack them. */
export const valuesAt = (values: FormValues, id: string): string[] =>
  Object.hasOwn(values, id) ? (values[id] ?? []) : [];
