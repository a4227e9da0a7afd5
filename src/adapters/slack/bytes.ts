/** Slack counts texts in bytes of UTF-8, whatever its pages say (people measured it). */
import type { Units } from '../reply/dialect.ts';

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
