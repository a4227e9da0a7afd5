/**
 * Commands typed as messages after a mention, for platforms without slash commands and for people who do not know
 * them.
 */
export type TypedCommand = 'new' | 'stop' | 'about' | 'forget' | 'export' | 'help' | 'summarize' | 'usage';

const COMMANDS = new Set<string>(['new', 'stop', 'about', 'forget', 'export', 'help']);
/** Longer texts are questions. */
const MOST_CHARACTERS = 40;

/**
 * Finds the command in the text of a message without its mention. A question that only begins with such a word is no
 * command.
 */
export function readTypedCommand(text: string): TypedCommand | undefined {
  const typed = text.trim();
  if (typed.length > MOST_CHARACTERS) return undefined;
  const words = typed.toLowerCase().replace(/^\//, '').replace(/[.!]$/, '').trim().split(/\s+/);
  const [word = '', ...others] = words[0] === 'parley' ? words.slice(1) : words;
  return others.length === 0 && COMMANDS.has(word) ? (word as TypedCommand) : undefined;
}
