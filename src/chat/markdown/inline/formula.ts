/** Formulas within a line: `$…$` by pandoc's rules (tex_math_dollars), so that prices are not read as formulas. */
import { JOINED } from '../characters/scripts.ts';

/** Most characters of a formula within a line. A longer one is plain text. */
export const LONGEST_FORMULA = 1_000;

/** A formula has a TeX sign within this many characters, or is shorter than that. */
const PLAIN_CHARACTERS = 40;

const TEX_SIGN = /[\\^_{}=]/;
/** A number and a word: a price in a sentence. */
const PRICE = /^[\d.,]\S*\s.*\p{L}{2}|^[\d.,]+\p{L}{3}/su;
/** Whether a character belongs to a word that can hold a dollar sign, as in `US$5`. */
const isWord = (character: string) => /[\p{L}\p{N}]/u.test(character) && !JOINED.test(character);

export type Dollars =
  | { kind: 'formula'; end: number }
  /** More text may complete a formula. */
  | { kind: 'half' }
  | { kind: 'none' };

const NONE: Dollars = { kind: 'none' };

/** Reads what a single dollar sign begins. */
export function readDollar(text: string, at: number): Dollars {
  const first = text[at + 1];
  if (first === undefined) return { kind: 'half' };
  if (/\s/.test(first) || isWord(text[at - 1] ?? '')) return NONE;
  const end = closingDollar(text, at + 1);
  if (end === null) return NONE;
  const inner = text.slice(at + 1, end ?? text.length);
  if (!mayBeFormula(inner)) return NONE;
  if (end === undefined) return { kind: 'half' };
  const after = text[end + 1];
  if (/\s/.test(text[end - 1] ?? '') || (after !== undefined && (after === '$' || isWord(after))))
    return NONE;
  return { kind: 'formula', end: end + 1 };
}

/** The first dollar sign without an escape. Undefined: the text ends before one; null: it is too far. */
function closingDollar(text: string, from: number): number | undefined | null {
  for (let at = from; at < text.length; at++) {
    if (at - from > LONGEST_FORMULA) return null;
    if (text[at] === '\\') at++;
    else if (text[at] === '$') return at;
  }
  return undefined;
}

/** Decides from the beginning alone, so that the result stays the same while the text grows. */
function mayBeFormula(inner: string): boolean {
  const beginning = inner.slice(0, PLAIN_CHARACTERS);
  const sign = beginning.search(TEX_SIGN);
  if (sign < 0) return inner.length <= PLAIN_CHARACTERS && !PRICE.test(inner);
  return !PRICE.test(beginning.slice(0, sign));
}

/** Whether `\[…\]` within a line is a formula. Otherwise it is a bracket with backslashes. */
export function isFormula(inner: string): boolean {
  return inner.length <= LONGEST_FORMULA && /[\\^_=+{}]/.test(inner);
}

/** The lines of a formula as one, without the marks of a quote before them. */
export function onOneLine(inner: string): string {
  const lines = inner
    .split('\n')
    .map((line, index) => (index > 0 ? line.replace(/^[ \t>]+/, '') : line).trim());
  return lines.filter((line) => line !== '').join(' ');
}

/** Whether `$$…$$` within a line is a formula. Two dollar signs may also be slang for money. */
export function isDisplayed(inner: string): boolean {
  const isProse = !/[\\^_{}=+*/<>|-]/.test(inner) && /\p{L}{3}/u.test(inner);
  return inner.length <= LONGEST_FORMULA && !isProse;
}
