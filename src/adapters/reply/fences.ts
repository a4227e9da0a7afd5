/** Blocks of code: Discord begins and ends one at three backticks, wherever they stand. */
import type { Atom } from './reading.ts';

export const FENCE = '```';

/** Code in which no three backticks are left: an unseen space keeps them apart. */
export function breakFences(code: string): string {
  return code.includes(FENCE) ? code.replace(/`(?=``)/g, '`\u200b') : code;
}

const RUNS = /`{3,}/g;

function escapeRun(run: string): string {
  return '\\`'.repeat(run.length);
}

/** A text whose backticks would begin a block and not end it is shown with them as they are. */
export function evenFences(text: string): string {
  if (!text.includes(FENCE)) return text;
  return (text.match(RUNS)?.length ?? 0) % 2 === 0 ? text : text.replace(RUNS, escapeRun);
}

/**
 * Backticks between the pieces, which are no code: they are shown as they are. To Discord one of them would begin
 * code that ends with the next, if that is in a block.
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

/** The text to put behind another, so that they make no longer run of backticks, and no two pipes, together. */
export function seam(before: string, text: string): string {
  const character = text.charAt(0);
  if ((character !== '|' && character !== '`') || !before.endsWith(character)) return text;
  if (!before.endsWith(`\\${character}`)) return `\u200b${text}`;
  // Behind an escaped one, code may begin; a block of code may not.
  return character === '`' && text.startsWith('``') ? `\u200b${text}` : text;
}
