/** Slack counts texts in bytes of UTF-8, whatever its pages say (people measured it). */
import { fittingEnd, type Units } from '../reply/dialect.ts';
import { graphemeBoundary } from '../reply/grapheme.ts';

/** Of a message's `text`: chat.update and chat.postMessage refuse more than 4,000. */
export const TEXT_BYTES = 3_900;

export const bytesOf = (text: string) => Buffer.byteLength(text);

export const utf8: Units = {
  of: bytesOf,
  ofCode(code) {
    if (code < 0x80) return 1;
    if (code < 0x800) return 2;
    // A surrogate pair takes four bytes, and its first half alone three.
    return code >= 0xdc00 && code <= 0xdfff ? 1 : 3;
  },
  largest: 3,
};

/** As much of a text as so many bytes hold: up to the end of a line or a word where one is near, else of a character. */
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
