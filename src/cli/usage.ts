/** `npm start -- --help`: the operator's commands. A test checks that it names all of them. */

import { VERSION } from '../version.ts';
import { OPERATOR_COMMANDS } from './operator/commands.ts';

const COMMANDS: [words: string, does: string][] = [
  ['npm start', 'starts Parley; its settings come from the environment or from .env (see .env.example)'],
  ['npm start -- doctor', 'checks what is configured and names the way out of each failure'],
  ['npm start -- keys rotate', 'seals the stored keys with the first of MASTER_KEYS'],
  ['npm start -- move', 'copies the store into that of MOVE_TO'],
  ['npm start -- --version', 'says which Parley this is'],
  ['npm start -- --help', 'says this'],
];

export const VERSION_WORDS = ['--version', '-v', '-V', 'version'];
/** Flags that ask for help, also after a command. */
export const HELP_FLAGS = ['--help', '-h'];
export const HELP_WORDS = [...HELP_FLAGS, 'help'];

export function usage(): string {
  const width = Math.max(...COMMANDS.map(([words]) => words.length));
  return [
    `Parley ${VERSION}: a self-hosted AI chat bot for Discord, Slack and the browser`,
    '',
    ...COMMANDS.map(([words, does]) => `  ${words.padEnd(width)}  ${does}`),
    '',
    'On a Parley that runs, or else on its store:',
    '',
    ...OPERATOR_COMMANDS.map(({ name, usage }) => `  npm start -- ${name} ${usage}`.trimEnd()),
  ].join('\n');
}
