/** The lines of the part being written, read and measured once each, until they are too long for one message. */
import { type Dialect, fittingEnd } from './dialect.ts';
import { beginning, type Context, isOnlyEnd, type Line, readLine } from './lines.ts';

/** Where a part begins. */
export interface Opening {
  /** The context of the part's own first line. */
  context: Context;
  /** Text that the part repeats first to continue what was open: a fence's opening line, a table's head, marks. */
  reopen: string;
}

export interface PartLine extends Line {
  /** Where it begins in the source. */
  start: number;
  /** Units of the part before this line, as the dialect measures. */
  length: number;
  /** The context of this line; `context` is that of the next. */
  before: Context;
}

export interface PartLines {
  /** The place where the part's own text begins, after lines that need not be shown at a part's start. */
  readonly from: number;
  /** The text that the part repeats at its start. */
  readonly reopen: string;
  /** The context of the first rendered line: the repeated one, if the part repeats one. */
  readonly first: Context;
  readonly lines: readonly PartLine[];
  /**
   * Reads on in the text, which has only grown. Returns the least length of it that is too long for the part; null
   * while none is. The result depends on no later text, and not on how the text grew.
   */
  overflow(text: string): number | null;
  /** The lines of the text so far; the last one may be incomplete. */
  until(text: string): readonly PartLine[];
  /** Whether the part repeats a table's head but its only line, maybe incomplete, is not a row. */
  isHeadAlone(text: string): boolean;
  /** Drops the repeated head if that line is all there is. */
  dropHead(): void;
}

export function createPartLines(dialect: Dialect, limit: number, opening: Opening): PartLines {
  const lines: PartLine[] = [];
  let { context, reopen } = opening;
  let { measure, length, first } = readRepeated(dialect, opening);
  let [from, at] = [0, 0];

  function dropReopened(): void {
    context = { ...context, enclosure: null };
    first = context;
    measure = dialect.measure();
    reopen = '';
    length = 0;
  }

  /** Whether the part repeats a table's head and no row follows. */
  function hasTableEnded({ kind }: Line): boolean {
    return context.table !== null && reopen.endsWith('\n') && kind !== 'row';
  }

  const partLine = (line: Line): PartLine => ({ ...line, start: at, length, before: context });

  return {
    get from() {
      return from;
    },
    get reopen() {
      return reopen;
    },
    get first() {
      return first;
    },
    lines,
    overflow(text) {
      for (;;) {
        const end = text.indexOf('\n', at);
        const room = limit - length - measure.closing(context.enclosure);
        const lineEnd = end < 0 ? text.length : end;
        const most = fittingEnd(text, at, lineEnd, room, dialect.units);
        if (most < lineEnd) return Math.max(most, from) + 1;
        if (end < 0) return null;
        const line = readLine(text.slice(at, end), context);
        if (lines.length === 0 && !context.midLine && (line.ended || hasTableEnded(line))) {
          dropReopened();
          continue;
        }
        const isSkipped = lines.length === 0 && (isEndAlone(line, context) || line.text.trim() === '');
        if (isSkipped) {
          if (isEndAlone(line, context)) dropReopened();
          context = line.context;
          if (!context.enclosure && reopen === '') first = context;
          at = end + 1;
          from = at;
          continue;
        }
        lines.push(partLine(line));
        length = measure.take(line);
        context = line.context;
        at = end + 1;
        if (length - 1 + measure.closing(context.enclosure) > limit) return at;
      }
    },
    until(text) {
      if (at >= text.length) return lines;
      return [...lines, partLine(readLine(text.slice(at), context))];
    },
    isHeadAlone: (text) =>
      lines.length === 0 && at < text.length && hasTableEnded(readLine(text.slice(at), context)),
    dropHead: dropReopened,
  };
}

/** Measures what the part repeats at its start, and reads the lines of a repeated table head. */
function readRepeated(dialect: Dialect, { context, reopen }: Opening) {
  const measure = dialect.measure();
  const lines = reopen.endsWith('\n') ? reopen.slice(0, -1).split('\n') : [];
  let length = dialect.units.of(reopen);
  const first: Context = lines.length > 0 ? beginning(context.repair) : { ...context, enclosure: null };
  let before = first;
  for (const text of lines) {
    const line = readLine(text, before);
    length = measure.take(line);
    before = line.context;
  }
  return { measure, length, first };
}

/** Whether the line only closes the enclosure that is open before it. */
function isEndAlone(line: Line, { enclosure, midLine }: Context): boolean {
  return line.kind === 'close' && !midLine && enclosure !== null && isOnlyEnd(line.text, enclosure);
}
