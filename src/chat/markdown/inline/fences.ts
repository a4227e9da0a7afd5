/** Code blocks: Discord begins and ends a block at three backticks, wherever they are. */
import type { Atom } from './reading.ts';

export const FENCE = '```';

/** Breaks runs of three backticks in code with an invisible space. */
export function breakFences(code: string): string {
  return code.includes(FENCE) ? code.replace(/`(?=``)/g, '`\u200b') : code;
}

const RUNS = /`{3,}/g;

function escapeRun(run: string): string {
  return '\\`'.repeat(run.length);
}

/** Shows backticks as they are where they would begin a block without ending it. */
export function evenFences(text: string): string {
  if (!text.includes(FENCE)) return text;
  return (text.match(RUNS)?.length ?? 0) % 2 === 0 ? text : text.replace(RUNS, escapeRun);
}

/**
 * Backticks between the pieces that are not code; they are shown as they are. Discord would pair them with the
 * next ones, even if those belong to a block.
 */
export function looseBackticks(
  text: string,
  atoms: readonly Atom[],
): { start: number; end: number; text: string }[] {
  if (!text.includes('`')) return [];
  const found: { start: number; end: number; text: string }[] = [];
  let from = 0;
  for (const { start, end } of [...atoms, { start: text.length, end: text.length }]) {
    for (const { 0: run, index } of text.slice(from, start).matchAll(/`+/g)) {
      found.push({ start: from + index, end: from + index + run.length, text: escapeRun(run) });
    }
    from = end;
  }
  return found;
}

/** Joins a text to the one before it, without making a longer run of backticks or a double pipe. */
export function seam(before: string, text: string): string {
  const character = text.charAt(0);
  if ((character !== '|' && character !== '`') || !before.endsWith(character)) return text;
  if (!before.endsWith(`\\${character}`)) return `\u200b${text}`;
  // After an escaped backtick, inline code may begin, but a code block may not.
  return character === '`' && text.startsWith('``') ? `\u200b${text}` : text;
}
