/** An answer that is being written, as the texts of the messages that show it. */

import { isVisible } from './characters/visible.ts';
import type { Dialect } from './dialect.ts';
import { closeHalfWritten } from './half-written.ts';
import { nothingKnown, readReferences } from './inline/references.ts';
import { beginning, isOnlyEnd } from './lines.ts';
import { createPartLines, type Opening, type PartLine } from './part-lines.ts';
import { splitOff } from './split.ts';
import { stableEnd } from './stable-end.ts';

/** The answer so far, as the parts of a platform's messages. */
export interface Document {
  append(markdown: string): void;
  /** Empties the document. */
  clear(): void;
  /**
   * Each within the limit and in the platform's dialect, and none of them blank; all but the last never change
   * again. Before the end (`isFinal`), marks that are half-written are closed or held back in the last one.
   * Empty while there is nothing to show.
   */
  parts(isFinal: boolean): string[];
  /** The Markdown as the model wrote it, from where the part of that index begins. */
  sourceFrom(index: number): string;
  /** The same to be read by itself: what is open there is opened again, and a table that goes on has its head. */
  restFrom(index: number): string;
  /** Units left in a part after this text, as the dialect counts them. Negative where the text is too long. */
  roomBehind(text: string): number;
}

interface Options {
  /** Units of one part, as the dialect counts them; 60 or more. */
  limit: number;
  dialect: Dialect;
  /** Half-written marks stay so: a part that grows is only ever appended to, as a stream of it can be. */
  isAppendOnly?: boolean;
}

/** Parts that may wait in the text that was appended; more are made as it comes, so that no call takes long. */
const MOST_WAITING = 2;
/** Opening and closing a fence again may take this share of a part. */
const REPAIR = 1 / 2;

/**
 * Takes a time that grows with the text, however it is appended, and for each call of `parts` one that grows with
 * the last part.
 */
export function createDocument({ limit, dialect, isAppendOnly = false }: Options): Document {
  const settled: { text: string; source: string; reopen: string; head: string }[] = [];
  const context = beginning(Math.floor(limit * REPAIR));
  /** From where the last part begins. */
  let tail = '';
  /** The high surrogate at the end of the last append, until its other half comes. */
  let half = '';
  /** Behind the part before it, what is not to be seen. */
  let lead = '';
  /** The first two lines of the table that may go on in the last part. */
  let tableHead = '';
  let part = createPartLines(dialect, limit, { context, reopen: '' });
  /** References known from the earlier parts. */
  let known = nothingKnown();

  function settle(end: number): void {
    const full = tail.slice(0, end);
    if (part.isHeadAlone(full)) part.dropHead();
    const split = splitOff(full, part, dialect, limit, known);
    split.references.commit();
    const skipped = lead + tail.slice(0, part.from);
    const own = tail.slice(part.from, split.at);
    lead = split.text === '' ? skipped + own : '';
    if (split.text !== '') {
      const before = settled.at(-1);
      if (before) before.source += skipped;
      const head = headOf(full);
      settled.push({ text: split.text, source: before ? own : skipped + own, reopen: part.reopen, head });
    }
    tableHead = split.next.context.table ? tableHeadAt(split.at) : '';
    tail = tail.slice(split.at);
    part = createPartLines(dialect, limit, withHead(split.next));
  }

  /** Repeats the head of a table that continues, if the dialect wants it and the head fits in half a part. */
  function withHead(next: Opening): Opening {
    const isTable =
      dialect.repeatsTableHead && next.context.table && !next.context.midLine && next.reopen === '';
    return isTable && dialect.units.of(tableHead) <= context.repair ? { ...next, reopen: tableHead } : next;
  }

  /** What the part lacks that begins in a table. */
  function headOf(text: string): string {
    if (tableHead === '' || part.reopen === tableHead) return '';
    const [line] = part.until(text);
    const isInTable = line?.before.table && (line.kind === 'row' || line.before.midLine);
    return isInTable ? tableHead : '';
  }

  function tableHeadAt(at: number): string {
    const isBefore = ({ start, text }: PartLine) => start + text.length < at;
    const line = part.lines.findLast((line) => line.kind === 'delimiter' && isBefore(line));
    return line ? `${line.before.above}\n${line.text}\n` : tableHead;
  }

  function settleFull(): void {
    for (let end = part.overflow(tail); end !== null; end = part.overflow(tail)) settle(end);
  }

  function finalText(): string {
    for (;;) {
      if (part.isHeadAlone(tail)) part.dropHead();
      const lines = part.until(tail);
      const source = isShown(lines) ? closed(tail.slice(part.from), lines) : '';
      const text = dialect.render(source, part.first, readReferences(known, 'ended'));
      if (roomBehind(text) >= 0) return text;
      settle(tail.length);
      settleFull();
    }
  }

  /** More than the end of the fence that the part opens again. */
  function isShown(lines: readonly PartLine[]): boolean {
    const [first] = lines;
    const enclosure = first?.before.enclosure;
    const isEnd =
      lines.length === 1 && first?.kind === 'close' && enclosure && isOnlyEnd(first.text, enclosure);
    return !isEnd && lines.some(({ text }) => isVisible(text));
  }

  function closed(source: string, lines: readonly PartLine[]): string {
    const enclosure = lines.at(-1)?.context.enclosure;
    return part.reopen + source.trimEnd() + (enclosure ? `\n${enclosure.closer}` : '');
  }

  function growingText(): string {
    if (part.isHeadAlone(tail)) return '';
    // What closes it may be what makes it too long: then so much less of it is shown.
    for (let end = tail.length; end > part.from; ) {
      const source = tail.slice(0, end);
      const lines = part.until(source).filter(({ start }) => start < end);
      const half = lines.pop();
      if (half) lines.push({ ...half, text: half.text.slice(0, end - half.start) });
      const shown = isAppendOnly
        ? part.reopen + source.slice(part.from, stableEnd(source, part.from, lines))
        : closeHalfWritten(source, part, lines);
      const text = dialect.render(isShown(lines) ? shown : '', part.first, readReferences(known, 'growing'));
      const room = roomBehind(text);
      if (room >= 0) return text;
      end -= Math.max(1, Math.floor((-room * text.length) / (limit - room)));
    }
    return '';
  }

  const roomBehind = (text: string) => limit - dialect.units.of(text);

  function sourceFrom(index: number): string {
    const sources = settled.slice(index).map(({ source }) => source);
    if (index > settled.length) return '';
    const isNext = index === settled.length && index > 0;
    return sources.join('') + (isNext ? tail.slice(part.from) : lead + tail);
  }

  return {
    append(markdown) {
      const text = half + markdown;
      half = /[\uD800-\uDBFF]$/.exec(text)?.[0] ?? '';
      tail += text.slice(0, text.length - half.length).toWellFormed();
      if (tail.length > MOST_WAITING * limit) settleFull();
    },
    clear() {
      settled.length = 0;
      tail = '';
      half = '';
      lead = '';
      tableHead = '';
      known = nothingKnown();
      part = createPartLines(dialect, limit, { context, reopen: '' });
    },
    parts(isFinal) {
      settleFull();
      const last = isFinal ? finalText() : growingText();
      const texts = settled.map(({ text }) => text);
      return last === '' ? texts : [...texts, last];
    },
    sourceFrom,
    roomBehind,
    restFrom(index) {
      const { reopen, head } = settled[index] ?? { reopen: part.reopen, head: headOf(tail) };
      const source = sourceFrom(index);
      return head + reopen + (reopen === '' || reopen.endsWith('\n') ? source : source.trimStart());
    },
  };
}
