/** `/persona`: what the model is told about how to answer here. */
import type { Audit } from '../reports/audit.ts';
import type { Settings } from '../settings.ts';
import { persona as field, problemOf } from '../settings-fields.ts';
import { type CommandGroup, say } from './group.ts';

/** What a dialogue takes (Discord: 4,000 characters). */
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
        description: 'How Parley answers here: its manner, its task, what it should know',
        descriptions: { de: 'Wie Parley hier antwortet: Ton, Aufgabe, was es wissen soll' },
        permission: 'admin',
        options: [],
        async run({ tenant }) {
          const { persona = '' } = await settings.read(tenant);
          return {
            type: 'form',
            form: {
              id: 'persona',
              title: 'Persona',
              fields: [
                {
                  id: 'persona',
                  type: 'text',
                  label: 'How should Parley answer here?',
                  hint: 'Given to the model with every question. Leave it empty for none.',
                  value: persona.slice(0, DIALOGUE_CHARACTERS),
                  placeholder: 'Briefly, in plain words.',
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
          return say(data ? 'Saved. It counts from the next message on.' : 'Parley has no persona here now.');
        },
      },
    ],
  };
}
