/** `npm start -- --help`: the operator's commands. A test checks that it names all of them. */

import { PLATFORMS } from '../adapters/all.ts';
import { en } from '../core/sentences/en.ts';
import { VERSION } from '../version.ts';
import { OPERATOR_COMMANDS } from './operator/commands.ts';

const { help } = en.operating;

const COMMANDS: [words: string, does: string][] = [
  ['npm start', help.start],
  ['npm start -- doctor', help.doctor],
  ['npm start -- keys rotate', help.rotate],
  ['npm start -- move', help.move],
  ['npm start -- --version', help.version],
  ['npm start -- --help', help.help],
];

export const VERSION_WORDS = ['--version', '-v', '-V', 'version'];
/** Flags that ask for help, also after a command. */
export const HELP_FLAGS = ['--help', '-h'];
export const HELP_WORDS = [...HELP_FLAGS, 'help'];

export function usage(): string {
  const platforms = PLATFORMS.filter(({ admission }) => admission).map(({ label }) => label);
  const width = Math.max(...COMMANDS.map(([words]) => words.length));
  return [
    help.about(VERSION, platforms),
    '',
    ...COMMANDS.map(([words, does]) => `  ${words.padEnd(width)}  ${does}`),
    '',
    help.ofOperator,
    '',
    ...OPERATOR_COMMANDS.map(({ name, usage }) => `  npm start -- ${name} ${usage}`.trimEnd()),
  ].join('\n');
}
