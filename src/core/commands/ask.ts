/** `/ask`: a question for the model where nothing is mentioned, to everybody or to who asks alone. */
import type { CommandGroup } from './group.ts';

/** Discord: an option takes 6,000 characters. */
const PROMPT_CHARACTERS = 6_000;

export function askCommand(): CommandGroup {
  return {
    commands: [
      {
        name: 'ask',
        names: { de: 'fragen' },
        description: 'Ask a question',
        descriptions: { de: 'Stelle eine Frage' },
        permission: 'anyone',
        options: [
          {
            name: 'prompt',
            names: { de: 'frage' },
            description: 'What you want to know',
            descriptions: { de: 'Was du wissen willst' },
            type: 'text',
            required: true,
            longest: PROMPT_CHARACTERS,
          },
          {
            name: 'private',
            names: { de: 'privat' },
            description: 'Only you see the answer',
            descriptions: { de: 'Nur du siehst die Antwort' },
            type: 'boolean',
            required: false,
          },
          {
            name: 'file',
            names: { de: 'datei' },
            description: 'An image or a text file to go along',
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
