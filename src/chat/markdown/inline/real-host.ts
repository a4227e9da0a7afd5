/** Adds the real host as text after a link whose label looks like another address. */
import { hostBehind, hostBeside, looksLikeAddress } from '../../../core/text/shown-host.ts';
import { decodeEntities } from '../html/entities.ts';
import { attribute } from '../html/tags.ts';

const TAG = /<\/?[a-z][a-z\d]{0,10}(?:\s[^<>]{0,300})?>/gi;
/** Marks and escapes of Markdown: a person reads a label without them. */
const MARKS = /[\\*_~|`]/g;

/** @param label in Markdown */
export function realHost(label: string, url: string): string {
  return inBrackets(hostBeside(wordsOf(label), decodeEntities(url)));
}

/** Whether a label reads like an address. @param label in Markdown */
export const isAddress = (label: string) => looksLikeAddress(wordsOf(label));

const wordsOf = (label: string) =>
  decodeEntities(withoutComments(label).replace(TAG, imageText)).replace(MARKS, '');

/** A reader sees an image as its text, and other tags not at all. */
const imageText = (tag: string) =>
  /^<img\s/i.test(tag) ? attribute(tag, 'alt') || attribute(tag, 'title') : '';

function withoutComments(text: string): string {
  let [shown, from] = ['', 0];
  for (;;) {
    const start = text.indexOf('<!--', from);
    const end = start < 0 ? -1 : text.indexOf('-->', start + 4);
    if (end < 0) return shown + text.slice(from);
    shown += text.slice(from, start);
    from = end + 3;
  }
}

export const realHostOfBare = (url: string) => inBrackets(hostBehind(url));

const inBrackets = (host: string | undefined) => (host === undefined ? '' : ` (${host})`);
