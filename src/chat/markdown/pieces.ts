/** Finds the pieces of a part's source that a cut must not split. */
import { readInline } from './inline/inline.ts';
import type { Mark } from './inline/marks.ts';
import { paragraphs } from './paragraphs.ts';
import type { PartLine } from './part-lines.ts';

export interface Pieces {
  /** A cut here would be in a link, in code, in a mark itself, or behind a bullet. */
  isWhole(at: number): boolean;
  /** A cut here is between marks, which must be closed and opened again. */
  isMarked(at: number): boolean;
  /** Those marks, the outermost first. */
  marksAt(at: number): Mark[];
}

const WHOLE = 1;
const MARKED = 2;

/** A piece that begins in this first share of a part and does not end in the part counts as none: a lone backtick. */
const NO_PIECE = 1 / 8;

/** Most characters of an HTML element that is never cut. */
const LONGEST_ELEMENT = 300;

/** Lines that are one mark. */
const MARKERS = new Set<PartLine['kind']>(['open', 'close', 'rule', 'underline', 'delimiter', 'definition']);
const HALF_MARKER = /^[ \t>]*(?:`+|~+|\$+)[^\s`~$]{0,40}$/;
const BEGINS_WITH_MARK = /^[ \t>\-*+\d#`~$]/;
const HALF_ADDRESS = /https?:\/?$/;
/** The beginning of a line that its text must not be cut from: a bullet or an indentation. */
const LINE_START = /^[ \t>]*(?:(?:[-*+]|\d{1,9}[.)]|#{1,6})[ \t]+)?/;

/**
 * @param from where the part begins in the text, the source
 * @param reopened marks that stand before the part
 */
export function readPieces(text: string, from: number, reopened: string, lines: readonly PartLine[]): Pieces {
  const places = new Uint8Array(text.length + 1);
  const marks: Mark[] = [];
  const whole = (start: number, end: number) =>
    places.fill(WHOLE, Math.max(0, start + 1), Math.max(0, start + 1, end));

  for (const { start: begin, end } of paragraphs(lines)) {
    const before = begin === from ? reopened : '';
    const start = begin - before.length;
    const inline = readInline(before + text.slice(begin, end));
    for (const mark of inline.marks) {
      const { length } = mark.mark;
      const moved = { ...mark, start: mark.start + start, end: mark.end + start };
      marks.push(moved);
      const innerEnd = moved.closed ? moved.end - length : moved.end;
      for (let at = Math.max(0, moved.start + length + 1); at < innerEnd; at++)
        places[at] = (places[at] ?? 0) || MARKED;
      whole(moved.start, moved.start + length + 1);
      if (moved.closed) whole(innerEnd - 1, moved.end);
    }
    for (const { start: from, mate } of inline.tags) {
      if (mate && mate.end - from <= LONGEST_ELEMENT) whole(start + from, start + mate.end);
    }
    for (const atom of inline.atoms) whole(atom.start + start, atom.end + start);
    for (const half of inline.pending) {
      const at = start + half.start;
      if (end === text.length && at - from > (end - from) * NO_PIECE) whole(at, end + 1);
    }
  }
  for (const { start, text: line, kind } of lines) {
    if (MARKERS.has(kind)) whole(start, start + 1 + line.length + 1);
    else if (BEGINS_WITH_MARK.test(line)) {
      const marks = HALF_MARKER.test(line) ? line.length + 1 : (LINE_START.exec(line)?.[0].length ?? 0);
      whole(start, start + 1 + marks);
    }
  }
  const half = text.slice(-'https:/'.length).match(HALF_ADDRESS);
  if (half) whole(text.length - half[0].length, text.length + 1);
  return {
    isWhole: (at) => places[at] === WHOLE,
    isMarked: (at) => places[at] === MARKED,
    marksAt: (at) =>
      marks.filter(({ mark, start, end, closed }) => {
        return start + mark.length < at && at < (closed ? end - mark.length : end + 1);
      }),
  };
}
