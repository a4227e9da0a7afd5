/** Reads the text behind `/parley` as a command of the core. */
import type { Command, CommandOption, CommandValues } from '../../../core/commands/command.ts';

/** The one slash command of the app, as the manifests name it. */
export const SLASH = '/parley';

export interface Typed {
  /** Undefined if there is no such command. */
  name: string | undefined;
  values: CommandValues;
  /** Whether more text stands behind the command than it has use for. That text is not kept. */
  hasMore: boolean;
  /** The name of a required option that is missing. */
  missing?: string;
}

/** The command's first word. Any unknown text behind this is meant to be a key. */
const KEY = 'key';
const SET_KEY = 'key set';
const HELP = 'help';

/** Slack's words for the core's choices. */
const CHOICES: Record<string, string> = {
  workspace: 'server',
  everything: 'server',
  all: 'server',
  channel: 'conversation',
  me: 'mine',
};

/** Reads a command. An empty text asks for help. A key is never read from the text. */
export function readCommand(text: string, list: Command[]): Typed {
  const typed = text.trim().replace(/^\/(?:parley\b\s*)?/, '');
  if (typed === '') return { name: HELP, values: {}, hasMore: false };
  const [first, behind] = firstWord(typed);
  const [second, rest] = firstWord(behind);
  const byName = (name: string) => list.find((command) => namesOf(command).includes(name.toLowerCase()));
  const two = byName(`${first} ${second}`);
  if (two) return valuesIn(two, rest);
  const one = byName(first);
  if (one) return valuesIn(one, behind);
  const setsKey = list.find(({ name }) => name === SET_KEY);
  const isKey =
    first.toLowerCase() === KEY ||
    namesOf(setsKey).some((name) => name.startsWith(`${first.toLowerCase()} `));
  if (isKey && setsKey) return { name: SET_KEY, values: {}, hasMore: second !== '' };
  return { name: undefined, values: {}, hasMore: true };
}

/** The first word of a text, and the text behind it. */
function firstWord(text: string): [word: string, rest: string] {
  const end = text.search(/\s/);
  return end < 0 ? [text, ''] : [text.slice(0, end), text.slice(end).trimStart()];
}

function namesOf(one: Pick<Command, 'name' | 'names'> | undefined): string[] {
  return one ? [one.name, ...Object.values(one.names ?? {})] : [];
}

function valuesIn({ name, options }: Command, text: string): Typed {
  const values: CommandValues = {};
  let left = text;
  const take = (): string => {
    const [word, rest] = firstWord(left);
    left = rest;
    return word;
  };
  const startsWith = (option: CommandOption) =>
    [option.name, ...Object.values(option.names ?? {})].includes(firstWord(left)[0].toLowerCase());
  for (const option of options) {
    if (option.type === 'boolean' && startsWith(option)) {
      take();
      values[option.name] = true;
    }
  }
  for (const [index, option] of options.entries()) {
    if (left === '') break;
    if (option.type === 'choice') {
      const word = firstWord(left)[0].toLowerCase();
      const value = CHOICES[word] ?? word;
      const isChoice = option.choices?.some((choice) => choice.value === value);
      // The word may be for an option behind this one.
      if (!isChoice && options.slice(index + 1).some(({ type }) => type !== 'boolean')) continue;
      take();
      values[option.name] = value;
    } else if (option.type === 'text') {
      values[option.name] = left;
      left = '';
    }
  }
  const missing = options.find((option) => option.required && values[option.name] === undefined);
  return { name, values, hasMore: left !== '', ...(missing && { missing: missing.name }) };
}
