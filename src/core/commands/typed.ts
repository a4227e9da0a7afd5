/** Commands that are typed as messages behind a mention, where a platform has no slash commands or nobody looks for them. */
export type TypedCommand = 'new' | 'stop' | 'about' | 'forget' | 'export' | 'help';

const COMMANDS = new Set<string>(['new', 'stop', 'about', 'forget', 'export', 'help']);
/** Longer texts are questions. */
const MOST_CHARACTERS = 40;

/** @param text of a message, without the mention; a question that only begins with such a word is none */
export function readTypedCommand(text: string): TypedCommand | undefined {
  const typed = text.trim();
  if (typed.length > MOST_CHARACTERS) return undefined;
  const words = typed.toLowerCase().replace(/^\//, '').replace(/[.!]$/, '').trim().split(/\s+/);
  const [word = '', ...others] = words[0] === 'parley' ? words.slice(1) : words;
  return others.length === 0 && COMMANDS.has(word) ? (word as TypedCommand) : undefined;
}
