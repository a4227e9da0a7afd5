/** An answer that is being written, as the texts of the messages that show it. */
import type { Dialect } from './dialect.ts';
import { closeHalfWritten } from './half-written.ts';
import { beginning, type Enclosure } from './lines.ts';
import { createPartLines } from './part-lines.ts';
import { isVisible, splitOff } from './split.ts';

/** The answer so far, as the parts of a platform's messages. */
export interface Document {
  append(markdown: string): void;
  /**
   * Each within the limit and in the platform's dialect, and none of them blank; all but the last never change
   * again. Before the end (`isFinal`), marks that are half-written are closed or held back in the last one.
   * Empty while there is nothing to show.
   */
  parts(isFinal: boolean): string[];
  /** The Markdown as the model wrote it, from where the part of that index begins. */
  sourceFrom(index: number): string;
  /** The same to be read by itself: a fence, or marks, that are open there are opened again. */
  restFrom(index: number): string;
}

interface Options {
  /** UTF-16 units of one part; 60 or more. */
  limit: number;
  dialect: Dialect;
}

/** Opening and closing a fence again may take this share of a part. */
const REPAIR = 1 / 2;

/**
 * Takes a time that grows with the text, however it is appended, and for each call of `parts` one that grows with
 * the last part.
 */
export function createDocument({ limit, dialect }: Options): Document {
  const settled: { text: string; source: string; reopen: string }[] = [];
  const context = beginning(Math.floor(limit * REPAIR));
  /** From where the last part begins. */
  let tail = '';
  /** Of the part before it, what is blank. */
  let lead = '';
  let part = createPartLines(dialect, limit, { context, reopen: '' });

  function settle(end: number): void {
    const split = splitOff(tail.slice(0, end), part, dialect, limit);
    const source = tail.slice(0, split.at);
    if (split.text === '') lead += source;
    else {
      settled.push({ text: split.text, source: lead + source, reopen: part.reopen });
      lead = '';
    }
    tail = tail.slice(split.at);
    part = createPartLines(dialect, limit, split.next);
  }

  function settleFull(): void {
    for (let end = part.overflow(tail); end !== null; end = part.overflow(tail)) settle(end);
  }

  /** The last part with its enclosure closed, which is open before its last line. */
  function render(source: string, enclosure: Enclosure | null): string {
    if (!isVisible(source)) return '';
    const close = enclosure ? `\n${enclosure.closer}` : '';
    return dialect.render(part.reopen + source.trimEnd() + close, part.first);
  }

  function finalText(): string {
    for (;;) {
      const last = part.until(tail).at(-1);
      const text = render(tail.slice(part.from), last ? last.context.enclosure : null);
      if (text.length <= limit) return text;
      settle(tail.length);
      settleFull();
    }
  }

  function growingText(): string {
    // What closes it may be what makes it too long: then so much less of it is shown.
    for (let end = tail.length; end > part.from; ) {
      const shown = tail.slice(0, end);
      const lines = part.until(tail).filter(({ start }) => start < end);
      const last = lines.at(-1);
      const half =
        last && end < last.start + last.text.length ? { ...last, text: tail.slice(last.start, end) } : last;
      const all = half ? [...lines.slice(0, -1), half] : lines;
      const { source, enclosure } = closeHalfWritten(shown, part.from, all);
      const text = render(source, enclosure);
      if (text.length <= limit) return text;
      end -= Math.max(1, text.length - limit);
    }
    return '';
  }

  function sourceFrom(index: number): string {
    const sources = settled.slice(index).map(({ source }) => source);
    return sources.join('') + (index <= settled.length ? lead + tail : '');
  }

  return {
    append(markdown) {
      tail += markdown;
    },
    parts(isFinal) {
      settleFull();
      const last = isFinal ? finalText() : growingText();
      const texts = settled.map(({ text }) => text);
      return last === '' ? texts : [...texts, last];
    },
    sourceFrom,
    restFrom(index) {
      const { reopen } = settled[index] ?? part;
      const source = sourceFrom(index);
      return reopen + (reopen === '' || reopen.endsWith('\n') ? source : source.trimStart());
    },
  };
}
