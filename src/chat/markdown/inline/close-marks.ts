/**
 * Shows a paragraph while it is being written. Open marks are closed, so that it looks as it will at the end; text
 * without meaning yet (`[te`, `](http://ex`, `**` at the end) is held back.
 */
import { trimEndOf } from '../../../core/text/trim-end.ts';
import { isVoidTag } from '../html/tags.ts';
import { readInline } from './inline.ts';
import type { Pending } from './reading.ts';

/** Marks at the very end, with nothing behind them yet. */
const DANGLING = /(?:[*_~]{1,3}|!?\[|!|<|\\|[\uD800-\uDBFF])$/;

/** Kinds that mean nothing until they are complete. */
const HELD_BACK = new Set<Pending['kind']>(['mention', 'math', 'entity', 'tag', 'footnote']);

export function closeInline(paragraph: string): string {
  const held = readInline(paragraph).pending.filter(({ kind }) => HELD_BACK.has(kind));
  if (held.length === 0) return closeHalf(paragraph);
  return closeHalf(paragraph.slice(0, Math.min(...held.map(({ start }) => start))));
}

function closeHalf(paragraph: string): string {
  const pending = readInline(paragraph).pending.find(({ kind }) => kind === 'code' || kind === 'link');
  if (pending?.kind === 'code') return closeCode(paragraph, pending);
  const shown = pending ? paragraph.slice(0, pending.start) + pending.inner : paragraph;
  return closeEmphasis(shown);
}

/** Closes a run of backticks, or leaves it out where nothing or only half its end follows. */
function closeCode(text: string, { start, inner: run }: { start: number; inner: string }): string {
  const before = text.slice(0, start);
  const code = trimEndOf(text.slice(start + run.length), /`/);
  if (code.trim() === '') return closeEmphasis(before);
  const closers = open(before).join('');
  return `${before}${run}${code.trimEnd()}${run}${closers}`;
}

function closeEmphasis(text: string): string {
  const whole = withoutEmptyTags(text).replace(DANGLING, '');
  const closers = open(text === whole ? text : whole);
  return closers.length === 0 ? whole : whole.trimEnd() + closers.join('');
}

/** Drops a tag that has no text after it yet. */
function withoutEmptyTags(text: string): string {
  if (!text.endsWith('>')) return text;
  let end = text.length;
  for (const tag of readInline(text).tags.toReversed()) {
    if (tag.end !== end || tag.mate || tag.isClosing || isVoidTag(tag.name)) break;
    end = tag.start;
  }
  return text.slice(0, end);
}

/** Closers for the marks and tags that are open at the end, innermost first. */
function open(text: string): string[] {
  const { marks, tags } = readInline(text);
  const open = [
    ...marks.flatMap(({ mark, start, closed }) => (closed ? [] : [{ start, closer: mark }])),
    ...tags.flatMap(({ name, start, isClosing, mate }) =>
      isClosing || mate || isVoidTag(name) ? [] : [{ start, closer: `</${name}>` }],
    ),
  ];
  return open.sort((a, b) => b.start - a.start).map(({ closer }) => closer);
}
