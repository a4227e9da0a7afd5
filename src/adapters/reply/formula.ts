/** Formulas within a line: `$…$` by pandoc's rules (tex_math_dollars), so that prices are none. */
import { JOINED } from './scripts.ts';

/** Characters of a formula within a line; what is longer is no formula. */
export const LONGEST_FORMULA = 1_000;

/** A formula has a sign of TeX among so many characters, or is no longer. */
const PLAIN_CHARACTERS = 40;

const TEX_SIGN = /[\\^_{}=]/;
/** A number and a word: a price in a sentence. */
const PRICE = /^[\d.,]+\S*\s.*[\p{L}]{2}|^[\d.,]+[\p{L}]{3}/su;
/** Of a word that a dollar sign may be part of, as in `US$5`. */
const isWord = (character: string) => /[\p{L}\p{N}]/u.test(character) && !JOINED.test(character);

export type Dollars =
  | { kind: 'formula'; end: number }
  /** More text may make it one. */
  | { kind: 'half' }
  | { kind: 'none' };

const NONE: Dollars = { kind: 'none' };

/** What a single dollar sign begins. */
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

/** The first dollar sign that is not escaped; undefined where the text ends before it, null where it is too far. */
function closingDollar(text: string, from: number): number | undefined | null {
  for (let at = from; at < text.length; at++) {
    if (at - from > LONGEST_FORMULA) return null;
    if (text[at] === '\\') at++;
    else if (text[at] === '$') return at;
  }
  return undefined;
}

/** Told from its beginning alone, so that it stays so while the text grows. */
function mayBeFormula(inner: string): boolean {
  const beginning = inner.slice(0, PLAIN_CHARACTERS);
  const sign = beginning.search(TEX_SIGN);
  if (sign < 0) return inner.length <= PLAIN_CHARACTERS && !PRICE.test(inner);
  return !PRICE.test(beginning.slice(0, sign));
}

/** Whether `\[…\]` within a line is a formula; else it is a bracket with backslashes. */
export function isFormula(inner: string): boolean {
  return inner.length <= LONGEST_FORMULA && /[\\^_=+{}]/.test(inner);
}

/** Whether `$$…$$` within a line is a formula; two dollar signs may be a word for money. */
export function isDisplayed(inner: string): boolean {
  const isProse = !/[\\^_{}=+*/<>|-]/.test(inner) && /\p{L}{3}/u.test(inner);
  return inner.length <= LONGEST_FORMULA && !isProse;
}
