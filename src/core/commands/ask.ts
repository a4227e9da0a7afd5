/** `/ask`: a question for the model without a mention. Everybody sees the answer, or the asker alone. */

import { en } from '../sentences/en.ts';
import type { CommandGroup } from './group.ts';

/** Discord: an option takes 6,000 characters. */
const PROMPT_CHARACTERS = 6_000;

export function askCommand(): CommandGroup {
  return {
    commands: [
      {
        name: 'ask',
        names: { de: 'fragen' },
        description: en.commands.ask.description,
        descriptions: { de: 'Stelle eine Frage' },
        permission: 'anyone',
        options: [
          {
            name: 'prompt',
            names: { de: 'frage' },
            description: en.commands.ask.prompt,
            descriptions: { de: 'Was du wissen willst' },
            type: 'text',
            required: true,
            longest: PROMPT_CHARACTERS,
          },
          {
            name: 'private',
            names: { de: 'privat' },
            description: en.commands.ask.private,
            descriptions: { de: 'Nur du siehst die Antwort' },
            type: 'boolean',
            required: false,
          },
          {
            name: 'file',
            names: { de: 'datei' },
            description: en.commands.ask.file,
            descriptions: { de: 'Ein Bild oder eine Textdatei dazu' },
            type: 'file',
            required: false,
          },
        ],
        run: async (_, { prompt, private: isPrivate }) => ({
          type: 'ask',
          text: String(prompt).trim(),
          isPrivate: isPrivate === true,
        }),
      },
    ],
  };
}
