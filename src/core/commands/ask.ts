/** `/ask`: a question for the model without a mention. Everybody sees the answer, or the asker alone. */

import { de } from '../sentences/de.ts';
import { en } from '../sentences/en.ts';
import type { CommandGroup } from './group.ts';

/** Discord: an option takes 6,000 characters. */
const PROMPT_CHARACTERS = 6_000;

export function askCommand(): CommandGroup {
  return {
    commands: [
      {
        name: 'ask',
        names: { de: de.commands.ask.name },
        description: en.commands.ask.description,
        descriptions: { de: de.commands.ask.description },
        permission: 'anyone',
        options: [
          {
            name: 'prompt',
            names: { de: de.commands.ask.prompt.name },
            description: en.commands.ask.prompt,
            descriptions: { de: de.commands.ask.prompt.description },
            type: 'text',
            required: true,
            longest: PROMPT_CHARACTERS,
          },
          {
            name: 'private',
            names: { de: de.commands.ask.private.name },
            description: en.commands.ask.private,
            descriptions: { de: de.commands.ask.private.description },
            type: 'boolean',
            required: false,
          },
          {
            name: 'file',
            names: { de: de.commands.ask.file.name },
            description: en.commands.ask.file,
            descriptions: { de: de.commands.ask.file.description },
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
