/** Lengths of texts as Slack counts them: in bytes of UTF-8, although its pages say characters (measured by others). */

import { graphemeBoundary } from '../../../chat/markdown/characters/grapheme.ts';
import { fittingEnd, type Units } from '../../../chat/markdown/dialect.ts';

/** Most bytes of a message's `text` (chat.update and chat.postMessage refuse more than 4,000). */
export const TEXT_BYTES = 3_900;

export const bytesOf = (text: string) => Buffer.byteLength(text);

export const utf8: Units = {
  of: bytesOf,
  ofCode(code) {
    if (code < 0x80) return 1;
    if (code < 0x800) return 2;
    // A surrogate pair takes four bytes; its first half is counted as three.
    return code >= 0xdc00 && code <= 0xdfff ? 1 : 3;
  },
  largest: 3,
};

/**
 * The beginning of a text, of at most `most` bytes. It ends at a line or a word if one ends nearby, else at a
 * character.
 */
export function beginningOf(text: string, most: number): string {
  const end = fittingEnd(text, 0, text.length, most, utf8);
  if (end === text.length) return text;
  const near = Math.floor((end * 2) / 3);
  const line = text.lastIndexOf('\n', end - 1);
  const word = text.lastIndexOf(' ', end - 1);
  if (line >= near) return text.slice(0, line + 1);
  if (word >= near) return text.slice(0, word + 1);
  const boundary = graphemeBoundary(text, end);
  return text.slice(0, boundary > 0 ? boundary : end);
}
