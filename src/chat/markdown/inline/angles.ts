/** Reads text in angle brackets: mentions, addresses, HTML. */

import { type HtmlTag, isCodeTag, isHalfTag, isVoidTag, readTag } from '../html/tags.ts';
import { type Atom, find, type InlineReading, matchAt, take } from './reading.ts';

const MENTION = /<(?:@[!&]?\d+|#\d+|a?:\w{1,32}:\d+|t:-?\d+(?::\w)?|\/[^<>\n]{1,100}:\d+|id:\w+)>/y;
const AUTOLINK = /<(?:https?:\/\/|mailto:)[^\s<>]{1,2000}>/y;
const BREAK = /<br\s{0,3}\/?>/iy;
const TAG = /<\/?[a-z][^<>\n]{0,200}>/iy;
const COMMENT_BEGIN = '<!--';
const COMMENT_END = '-->';
/** Most characters of a comment, or of code between tags. A longer one is plain text. */
const LONGEST_HIDDEN = 4_000;
/** Most characters of code between tags that is shown only once its end is there. */
const LONGEST_HALF = 500;

const ANGLES: [Atom['kind'], RegExp][] = [
  ['mention', MENTION],
  ['url', AUTOLINK],
  ['break', BREAK],
];

export function readAngle(reading: InlineReading, at: number): number {
  const { text, pending } = reading;
  for (const [kind, pattern] of ANGLES) {
    const found = matchAt(pattern, text, at);
    if (found) return take(reading, kind, at, at + found[0].length);
  }
  if (text.startsWith(COMMENT_BEGIN, at)) return comment(reading, at);
  const tag = readTag(text, at);
  if (tag) return known(reading, tag);
  const other = matchAt(TAG, text, at);
  if (other) return take(reading, 'tag', at, at + other[0].length);
  if (isHalfAngle(text, at)) pending.push({ kind: 'mention', start: at, inner: '' });
  return at + 1;
}

function isHalfAngle(text: string, at: number): boolean {
  if (COMMENT_BEGIN.startsWith(text.slice(at, at + COMMENT_BEGIN.length + 1)) || isHalfTag(text, at))
    return true;
  return text.length - at <= 40 && /^<(?:[@#:/a-z][^\s<>]*)?$/i.test(text.slice(at));
}

function comment(reading: InlineReading, at: number): number {
  const { text, pending } = reading;
  const end = find(reading, COMMENT_END, at + COMMENT_BEGIN.length);
  if (end >= 0 && end - at <= LONGEST_HIDDEN) return take(reading, 'comment', at, end + COMMENT_END.length);
  if (end < 0 && text.length - at <= LONGEST_HIDDEN) pending.push({ kind: 'tag', start: at, inner: '' });
  return at + 1;
}

function known(reading: InlineReading, tag: HtmlTag): number {
  const { tags } = reading;
  if (isCodeTag(tag.name)) return codeBetweenTags(reading, tag);
  tags.push(tag);
  if (!isVoidTag(tag.name)) {
    reading.openTags ??= new Map();
    const open = reading.openTags.get(tag.name) ?? [];
    reading.openTags.set(tag.name, open);
    if (!tag.isClosing) open.push(tag);
    else {
      tag.mate = open.pop() ?? null;
      if (tag.mate) tag.mate.mate = tag;
    }
  }
  return take(reading, 'tag', tag.start, tag.end);
}

function codeBetweenTags(reading: InlineReading, { start, end, name, isClosing }: HtmlTag): number {
  const { text, pending } = reading;
  if (isClosing) return take(reading, 'tag', start, end);
  const closer = `</${text.slice(start + 1, start + 1 + name.length)}>`;
  const close = find(reading, closer, end);
  if (close >= 0 && close - end <= LONGEST_HIDDEN) {
    return take(reading, 'code', start, close + closer.length, text.slice(end, close));
  }
  if (close < 0 && text.length - end <= LONGEST_HALF) pending.push({ kind: 'tag', start, inner: '' });
  return take(reading, 'tag', start, end);
}
