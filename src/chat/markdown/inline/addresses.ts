/** Finds addresses (URLs) in a text, and their ends. */

import { JOINED } from '../characters/scripts.ts';
import { type InlineReading, matchAt, take } from './reading.ts';

const URL_TEXT = /https?:\/\/(?:(?!\]\()[^\s<>`])*/y;

export function readAddress(reading: InlineReading, at: number): number {
  const { text, pending } = reading;
  const [found = ''] = matchAt(URL_TEXT, text, at) ?? [];
  // More text may show that a mark at the end belongs to the address.
  if (at + found.length === text.length) pending.push({ kind: 'url', start: at, inner: found });
  return take(reading, 'url', at, at + addressEnd(found));
}

/**
 * Japanese particles and endings after an address: `https://example.com/aを参照`. They seldom follow a letter in a
 * path.
 */
const PARTICLE = /\p{sc=Hiragana}/u;
const PUNCTUATION = /[\p{P}\p{S}]/u;
const NOT_ASCII = 0x80;

/** Whether a platform would read the characters after an address as part of it. */
export function isJoined(url: string, after: string): boolean {
  return url.startsWith('http') && after.charCodeAt(0) >= NOT_ASCII && !/\s/.test(after);
}

function addressEnd(found: string): number {
  const host = found.indexOf('//') + 2;
  let path = found.slice(host).search(/[/?#]/);
  path = path < 0 ? found.length : host + path;
  for (let at = host; at < found.length; at++) {
    if (found.charCodeAt(at) < NOT_ASCII) continue;
    const character = String.fromCodePoint(found.codePointAt(at) ?? 0);
    const isBehindWord = /[a-z\d]/i.test(found[at - 1] ?? '');
    const isText = isBehindWord && (at < path ? JOINED : PARTICLE).test(character);
    if (isText || PUNCTUATION.test(character)) return withoutPunctuation(found.slice(0, at)).length;
  }
  return withoutPunctuation(found).length;
}

/** Punctuation after an address belongs to the sentence, or to a mark, and not to the address. */
function withoutPunctuation(url: string): string {
  let end = url.length;
  while ('.,;:!?\'"*_~|)]}'.includes(url[end - 1] ?? ' ')) end--;
  return url.slice(0, end);
}
