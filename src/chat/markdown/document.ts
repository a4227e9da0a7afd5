/** An answer that is being written, as the texts of the messages that show it. */

import { isVisible } from './characters/visible.ts';
import type { Dialect } from './dialect.ts';
import { closeHalfWritten } from './half-written.ts';
import { type Known, nothingKnown, readReferences } from './inline/references.ts';
import { beginning, type Context, isOnlyEnd } from './lines.ts';
import { createPartLines, type Opening, type PartLine, type PartLines } from './part-lines.ts';
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
  /** The Markdown as the model wrote it, from the beginning of the part with that index. */
  sourceFrom(index: number): string;
  /** The same, complete in itself: open blocks and marks are opened again, and a table that continues has its head. */
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

/** Parts that may wait in the appended text. More are made at once, so that no call takes long. */
const MOST_WAITING = 2;
/** Opening and closing a fence again may take this share of a part. */
const REPAIR = 1 / 2;

/** A document's text and parts; the functions below make parts of its text. */
interface State extends Required<Options> {
  readonly settled: { text: string; source: string; reopen: string; head: string }[];
  /** Before the first line of a text. */
  readonly context: Context;
  /** The source from where the last part begins. */
  tail: string;
  /** The high surrogate at the end of the last append, until its other half comes. */
  half: string;
  /** Source behind the part before it that is not shown. */
  lead: string;
  /** The first two lines of the table that may go on in the last part. */
  tableHead: string;
  /** The lines of the last part. */
  part: PartLines;
  /** References known from the earlier parts. */
  known: Known;
}

/**
 * Its time grows linearly with the text, however that is appended. Each call of `parts` takes a time that grows with
 * the last part.
 */
export function createDocument({ limit, dialect, isAppendOnly = false }: Options): Document {
  const context = beginning(Math.floor(limit * REPAIR));
  const empty = () => ({
    tail: '',
    half: '',
    lead: '',
    tableHead: '',
    part: createPartLines(dialect, limit, { context, reopen: '' }),
    known: nothingKnown(),
  });
  const state: State = { limit, dialect, isAppendOnly, context, settled: [], ...empty() };

  return {
    append(markdown) {
      const text = state.half + markdown;
      state.half = /[\uD800-\uDBFF]$/.exec(text)?.[0] ?? '';
      state.tail += text.slice(0, text.length - state.half.length).toWellFormed();
      if (state.tail.length > MOST_WAITING * limit) settleFull(state);
    },
    clear() {
      state.settled.length = 0;
      Object.assign(state, empty());
    },
    parts(isFinal) {
      settleFull(state);
      const last = isFinal ? finalText(state) : growingText(state);
      const texts = state.settled.map(({ text }) => text);
      return last === '' ? texts : [...texts, last];
    },
    sourceFrom: (index) => sourceFrom(state, index),
    roomBehind: (text) => roomBehind(state, text),
    restFrom(index) {
      const { reopen, head } = state.settled[index] ?? {
        reopen: state.part.reopen,
        head: headOf(state, state.tail),
      };
      const source = sourceFrom(state, index);
      return head + reopen + (reopen === '' || reopen.endsWith('\n') ? source : source.trimStart());
    },
  };
}

/** Makes the first `end` units of the tail a part of their own, or less where that is a better place to cut. */
function settle(state: State, end: number): void {
  const full = state.tail.slice(0, end);
  if (state.part.isHeadAlone(full)) state.part.dropHead();
  const split = splitOff(full, state.part, state.dialect, state.limit, state.known);
  split.references.commit();
  const skipped = state.lead + state.tail.slice(0, state.part.from);
  const own = state.tail.slice(state.part.from, split.at);
  state.lead = split.text === '' ? skipped + own : '';
  if (split.text !== '') {
    const before = state.settled.at(-1);
    if (before) before.source += skipped;
    const head = headOf(state, full);
    state.settled.push({
      text: split.text,
      source: before ? own : skipped + own,
      reopen: state.part.reopen,
      head,
    });
  }
  state.tableHead = split.next.context.table ? tableHeadAt(state, split.at) : '';
  state.tail = state.tail.slice(split.at);
  state.part = createPartLines(state.dialect, state.limit, withHead(state, split.next));
}

/** Repeats the head of a table that continues, if the dialect wants it and the head fits in half a part. */
function withHead(state: State, next: Opening): Opening {
  const isTable =
    state.dialect.repeatsTableHead && next.context.table && !next.context.midLine && next.reopen === '';
  return isTable && state.dialect.units.of(state.tableHead) <= state.context.repair
    ? { ...next, reopen: state.tableHead }
    : next;
}

/** The table head that a part lacks which begins in a table. */
function headOf(state: State, text: string): string {
  if (state.tableHead === '' || state.part.reopen === state.tableHead) return '';
  const [line] = state.part.until(text);
  const isInTable = line?.before.table && (line.kind === 'row' || line.before.midLine);
  return isInTable ? state.tableHead : '';
}

function tableHeadAt(state: State, at: number): string {
  const isBefore = ({ start, text }: PartLine) => start + text.length < at;
  const line = state.part.lines.findLast((line) => line.kind === 'delimiter' && isBefore(line));
  return line ? `${line.before.above}\n${line.text}\n` : state.tableHead;
}

function settleFull(state: State): void {
  for (let end = state.part.overflow(state.tail); end !== null; end = state.part.overflow(state.tail))
    settle(state, end);
}

function finalText(state: State): string {
  for (;;) {
    if (state.part.isHeadAlone(state.tail)) state.part.dropHead();
    const lines = state.part.until(state.tail);
    const source = isShown(lines) ? closed(state, state.tail.slice(state.part.from), lines) : '';
    const text = state.dialect.render(source, state.part.first, readReferences(state.known, 'ended'));
    if (roomBehind(state, text) >= 0) return text;
    settle(state, state.tail.length);
    settleFull(state);
  }
}

/** Whether there is more to see than the end of the fence that the part opens again. */
function isShown(lines: readonly PartLine[]): boolean {
  const [first] = lines;
  const enclosure = first?.before.enclosure;
  const isEnd =
    lines.length === 1 && first?.kind === 'close' && enclosure && isOnlyEnd(first.text, enclosure);
  return !isEnd && lines.some(({ text }) => isVisible(text));
}

function closed({ part }: State, source: string, lines: readonly PartLine[]): string {
  const enclosure = lines.at(-1)?.context.enclosure;
  return part.reopen + source.trimEnd() + (enclosure ? `\n${enclosure.closer}` : '');
}

function growingText(state: State): string {
  if (state.part.isHeadAlone(state.tail)) return '';
  // The closing marks may make the part too long. Then less of the text is shown, by as much.
  for (let end = state.tail.length; end > state.part.from; ) {
    const source = state.tail.slice(0, end);
    const lines = state.part.until(source).filter(({ start }) => start < end);
    const last = lines.pop();
    if (last) lines.push({ ...last, text: last.text.slice(0, end - last.start) });
    const shown = state.isAppendOnly
      ? state.part.reopen + source.slice(state.part.from, stableEnd(source, state.part.from, lines))
      : closeHalfWritten(source, state.part, lines);
    const text = state.dialect.render(
      isShown(lines) ? shown : '',
      state.part.first,
      readReferences(state.known, 'growing'),
    );
    const room = roomBehind(state, text);
    if (room >= 0) return text;
    end -= Math.max(1, Math.floor((-room * text.length) / (state.limit - room)));
  }
  return '';
}

const roomBehind = ({ limit, dialect }: State, text: string) => limit - dialect.units.of(text);

function sourceFrom(state: State, index: number): string {
  const sources = state.settled.slice(index).map(({ source }) => source);
  if (index > state.settled.length) return '';
  const isNext = index === state.settled.length && index > 0;
  return sources.join('') + (isNext ? state.tail.slice(state.part.from) : state.lead + state.tail);
}
