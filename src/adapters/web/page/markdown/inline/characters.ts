/** Character classes for CommonMark's emphasis rules. An empty string counts as a space. */

const PUNCTUATION = /^[\p{P}\p{S}]/u;
/** Scripts written without spaces, with their full-width punctuation. */
const CJK =
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}\u2e80-\u303f\u30fb\u30fc\ufe30-\ufe4f\uff01-\uffee]/u;
const WORD = /^[\p{L}\p{N}_]/u;

export function isSpace(character: string): boolean {
  return character.trim() === '';
}

export function isPunctuation(character: string): boolean {
  return PUNCTUATION.test(character);
}

export function isCjk(character: string): boolean {
  return CJK.test(character);
}

export function isWord(character: string): boolean {
  return WORD.test(character);
}

export function characterBefore(text: string, at: number): string {
  const unit = text.charAt(at - 1);
  return /[\udc00-\udfff]/.test(unit) ? text.slice(Math.max(0, at - 2), at) : unit;
}

export function characterAt(text: string, at: number): string {
  const point = text.codePointAt(at);
  return point === undefined ? '' : String.fromCodePoint(point);
}
