/**
 * What is shown of a paragraph while it is being written: marks that are open are closed, so that it looks as it
 * will when it is done, and what means nothing yet (`[te`, `](http://ex`, `**` at the end) is held back.
 */
import { readInline } from './inline.ts';

/** Marks at the very end, with nothing behind them yet. */
const DANGLING = /(?:[*_~]{1,3}|\|\||!?\[|!|<|\\|[\uD800-\uDBFF])$/;

export function closeInline(paragraph: string): string {
  const pending = readInline(paragraph).pending.find(({ kind }) => kind !== 'url');
  if (pending?.kind === 'code') return closeCode(paragraph, pending);
  const shown = pending ? paragraph.slice(0, pending.start) + label(pending) : paragraph;
  return closeEmphasis(shown);
}

function label({ kind, inner }: { kind: string; inner: string }): string {
  return kind === 'link' ? inner : '';
}

/** The run of backticks is closed, or left out where nothing or only half its end follows. */
function closeCode(text: string, { start, inner: run }: { start: number; inner: string }): string {
  const before = text.slice(0, start);
  const code = text.slice(start + run.length).replace(/`+$/, '');
  if (code.trim() === '') return closeEmphasis(before);
  const closers = open(before).join('');
  return `${before}${run}${code.trimEnd()}${run}${closers}`;
}

function closeEmphasis(text: string): string {
  const whole = text.replace(DANGLING, '');
  const closers = open(text === whole ? text : whole);
  return closers.length === 0 ? whole : whole.trimEnd() + closers.join('');
}

/** Marks that are open at the end, the innermost first. */
function open(text: string): string[] {
  const { marks } = readInline(text);
  return marks.flatMap(({ mark, closed }) => (closed ? [] : [mark])).reverse();
}
