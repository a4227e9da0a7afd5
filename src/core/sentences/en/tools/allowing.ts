/** English sentences about tools: which there are, what they cost, and who may use them. */
import type { ToolFamily } from '../../../turn/tools/families.ts';
import type { Vocabulary } from '../../../vocabulary.ts';

/** The tools as `/tools` and the page list them. */
export const listed: Record<ToolFamily, { label: string; description: string; price: string }> = {
  web: {
    label: 'Search the web',
    description: 'Look something up, and name the sources',
    price: 'a search costs about a cent, and the model reads what it finds',
  },
  pages: {
    label: 'Read web pages',
    description: 'Open addresses that people name or that a search finds',
    price: 'no fee; the model reads the page',
  },
  files: {
    label: 'Read long files',
    description: 'Read on in files that are too long to read at once',
    price: 'no fee; the model reads more',
  },
  pictures: {
    label: 'Make pictures',
    description: 'Draw pictures, and change pictures that people send',
    price: 'a picture costs some cents, the finest of them a quarter of a dollar',
  },
  code: {
    label: 'Run code',
    description: 'Calculate and draw charts in the provider’s sandbox',
    price: 'a sandbox costs a few cents, and lasts some minutes',
  },
};

export const values = {
  all: 'on',
  off: 'off',
  of: (roles: string) => `on for ${roles}`,
  /** Beside a label. */
  withPrice: (value: string, price: string) => `${value} (${price})`,
  missing: 'not set up on this Parley',
  notOffered: 'off: whoever runs Parley does not pay for it',
};

export const fields = {
  use: 'Who may use it',
  rolesHint: 'None chosen: everybody.',
  choices: { on: 'on', off: 'off' },
};

export const command = {
  description: 'What Parley may do besides talking, and who may have it do so',
  prompt: 'Change a tool',
  saved: 'Saved. It counts from the next message on.',
  ownKey: ({ changing }: Vocabulary) =>
    `With an API key of your own, set ${changing.key}, everything can be used that its provider has.`,
};

/** Why a tool cannot be turned on. */
export const problems = {
  use: 'Choose on or off.',
  notOffered: 'Whoever runs Parley does not pay for this tool. With an API key of your own it can be used.',
};
