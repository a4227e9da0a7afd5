/** Formulas in TeX: `\(…\)`, `\[…\]`, `$…$` and `$$…$$` stay as they were written. */
import { characterAt, characterBefore, isSpace, isWord } from './characters.ts';
import type { Finder } from './finder.ts';

/** Most UTF-16 units of a formula; a longer one is a mark without an end. */
const LONGEST = 4000;
const CLOSERS: Record<string, string> = { '\\(': '\\)', '\\[': '\\]', $$: '$$' };

/** The end of the formula that begins at `at`; -1 if none begins there. */
export function formulaEnd(find: Finder, at: number, growing: boolean): number {
  const { text } = find;
  const opener = text.slice(at, at + 2);
  const closer = CLOSERS[opener];
  if (closer === undefined) return opener.startsWith('$') ? dollarEnd(find, at) : -1;
  const end = find.next(closer, at + 2);
  if (end < 0) return growing && text.length - at < LONGEST ? text.length : -1;
  const isEmpty = text.slice(at + 2, end).trim() === '';
  return isEmpty || end - at > LONGEST ? -1 : end + 2;
}

/**
 * Pandoc's `tex_math_dollars`: no space inside the dollars, and no digit after them. So `$5 and $10` are
 * prices. A text that begins with a number and continues with words is no formula either.
 */
function dollarEnd(find: Finder, at: number): number {
  const { text } = find;
  const before = characterBefore(text, at);
  if (isWord(before) || before === '$' || isSpace(characterAt(text, at + 1))) return -1;
  let end = find.next('$', at + 1);
  while (end > 0 && text.charAt(end - 1) === '\\') end = find.next('$', end + 1);
  if (end < 0 || end - at > LONGEST || end === at + 1) return -1;
  const after = characterAt(text, end + 1);
  const isClosed = !isSpace(characterBefore(text, end)) && !isDigitOrLetter(after) && after !== '$';
  const inside = text.slice(at + 1, end);
  return isClosed && !inside.includes('\n') && !isPrice(inside) ? end + 1 : -1;
}

function isDigitOrLetter(character: string): boolean {
  return /^[A-Za-z\d]/.test(character);
}

function isPrice(inside: string): boolean {
  return (
    /^\d/.test(inside) &&
    /[\s\p{L}]/u.test(inside) &&
    !/[\\^_=+{}*/<>]/.test(inside) &&
    !/^\d+[a-z]$/.test(inside)
  );
}
