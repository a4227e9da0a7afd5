/** Checks the values of a command's options, since not every platform does. */

import { en } from '../sentences/en.ts';
import type { Command, CommandOption, CommandValues } from './command.ts';

/** The first mistake, as a sentence. */
export function valuesProblem({ options }: Command, values: CommandValues): string | undefined {
  for (const option of options) {
    // The adapter checks files.
    if (option.type === 'file') continue;
    const value = Object.hasOwn(values, option.name) ? values[option.name] : undefined;
    const problem = value === undefined ? missing(option) : wrong(option, value);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function missing({ name, required }: CommandOption): string | undefined {
  return required ? en.commands.values.missing(name) : undefined;
}

function wrong(option: CommandOption, value: string | boolean): string | undefined {
  const { name, type, choices = [], longest = Number.POSITIVE_INFINITY, required } = option;
  if (type === 'boolean') return typeof value === 'boolean' ? undefined : en.commands.values.notBoolean(name);
  if (typeof value !== 'string') return en.commands.values.notText(name);
  if (type === 'choice' && !choices.some((choice) => choice.value === value))
    return en.commands.values.notAmong(name, choices.map((choice) => choice.value).join(', '));
  if (value.length > longest) return en.commands.values.tooLong(name, longest);
  return required && value.trim() === '' ? missing(option) : undefined;
}
