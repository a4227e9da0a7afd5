/** `/persona`: what the model is told about how to answer here. */
import type { Audit } from '../reports/audit.ts';
import { de } from '../sentences/de.ts';
import { en } from '../sentences/en.ts';
import type { Settings } from '../settings.ts';
import { persona as field, problemOf } from '../settings-fields.ts';
import { type CommandGroup, say } from './group.ts';

/** Most characters of a dialogue's text field (Discord: 4,000). */
const DIALOGUE_CHARACTERS = 4_000;

export interface PersonaOptions {
  settings: Settings;
  audit: Audit;
}

export function personaCommand({ settings, audit }: PersonaOptions): CommandGroup {
  return {
    commands: [
      {
        name: 'persona',
        description: en.commands.persona.description,
        descriptions: { de: de.commands.persona.description },
        permission: 'admin',
        options: [],
        async run({ tenant }) {
          const { persona = '' } = await settings.read(tenant);
          return {
            type: 'form',
            form: {
              id: 'persona',
              title: en.commands.persona.title,
              fields: [
                {
                  id: 'persona',
                  type: 'text',
                  label: en.commands.persona.label,
                  hint: en.commands.persona.hint,
                  value: persona.slice(0, DIALOGUE_CHARACTERS),
                  placeholder: en.commands.persona.placeholder,
                  required: false,
                  lines: 'many',
                  longest: DIALOGUE_CHARACTERS,
                },
              ],
            },
          };
        },
      },
    ],
    forms: [
      {
        id: 'persona',
        permission: 'admin',
        async submit({ tenant, author }, { persona: [typed = ''] = [] }) {
          const { data, error } = field.safeParse(typed.trim());
          if (error) return say(problemOf(error));
          await settings.change(tenant, { persona: data || null });
          audit('settings changed', { tenant, person: author.id, fields: ['persona'] });
          return say(data ? en.commands.persona.saved : en.commands.persona.removed);
        },
      },
    ],
  };
}
