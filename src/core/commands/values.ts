/** What was given for a command's options, held against what they take: platforms check this too, or not. */
import type { Command, CommandOption, CommandValues } from './command.ts';

/** The first thing that is wrong, as a sentence. */
export function valuesProblem({ options }: Command, values: CommandValues): string | undefined {
  for (const option of options) {
    // Files are the adapter's.
    if (option.type === 'file') continue;
    const value = Object.hasOwn(values, option.name) ? values[option.name] : undefined;
    const problem = value === undefined ? missing(option) : wrong(option, value);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function missing({ name, required }: CommandOption): string | undefined {
  return required ? `\`${name}\` is missing.` : undefined;
}

function wrong(option: CommandOption, value: string | boolean): string | undefined {
  const { name, type, choices = [], longest = Number.POSITIVE_INFINITY, required } = option;
  if (type === 'boolean') return typeof value === 'boolean' ? undefined : `\`${name}\` is yes or no.`;
  if (typeof value !== 'string') return `\`${name}\` is a text.`;
  if (type === 'choice' && !choices.some((choice) => choice.value === value))
    return `\`${name}\` is one of: ${choices.map((choice) => choice.value).join(', ')}.`;
  if (value.length > longest) return `\`${name}\` can have ${longest} characters at most.`;
  return required && value.trim() === '' ? missing(option) : undefined;
}
