/** The part of a text that is shown for a hit, with as many of the found words as it can hold. */
import type { FoundPart } from './found-words.ts';

export interface FoundPassage {
  /** On one line. */
  snippet: string;
  /** The places of the words in the snippet, in UTF-16 units: from one to before another. */
  marks: [from: number, to: number][];
}

/** Characters of a passage in one piece, and before its first found word. */
const WHOLE = { length: 180, before: 40 };
/** The same for each of several pieces, and how many those are. */
const PIECE = { length: 80, before: 20 };
const MOST_PIECES = 3;
/** Characters in which a cut looks for the end of a word. */
const CUT = 24;

interface Span {
  from: number;
  to: number;
}

/**
 * @param parts the found words, in their order
 * @param weights of the words of the query
 * @param first a part with which the passage should begin
 */
export function passageOf(
  text: string,
  parts: FoundPart[],
  weights: number[],
  first?: FoundPart,
): FoundPassage {
  const all = new Set(parts.map(({ of }) => of));
  const [best = first] = first ? [first] : bestStarts(parts, weights, WHOLE, 1);
  const whole = spanAt(text, best?.from ?? 0, WHOLE);
  const held = new Set(partsIn(parts, whole).map(({ of }) => of));
  const spans =
    held.size === all.size
      ? [whole]
      : bestStarts(parts, weights, PIECE, MOST_PIECES).map(({ from }) => spanAt(text, from, PIECE));
  return joined(text, parts, apart(spans));
}

/** Starts of pieces that have the most of the words that earlier pieces don't have. */
function bestStarts(
  parts: FoundPart[],
  weights: number[],
  { length, before }: typeof WHOLE,
  most: number,
): FoundPart[] {
  const starts: FoundPart[] = [];
  const left = new Set(parts.map(({ of }) => of));
  while (left.size > 0 && starts.length < most) {
    let best: { start: FoundPart; weight: number; held: Set<number> } | undefined;
    for (const [index, start] of parts.entries()) {
      const held = new Set<number>();
      for (let at = index; at < parts.length; at++) {
        const part = parts[at];
        if (!part || part.to > start.from + length - before - CUT) break;
        if (left.has(part.of)) held.add(part.of);
      }
      const weight = [...held].reduce((sum, of) => sum + (weights[of] ?? 1), 0);
      if (weight > (best?.weight ?? 0)) best = { start, weight, held };
    }
    if (!best) break;
    starts.push(best.start);
    for (const of of best.held) left.delete(of);
  }
  return starts;
}

/** The piece around a found word. */
function spanAt(text: string, at: number, { length, before }: typeof WHOLE): Span {
  const from = at <= before ? 0 : wordStart(text, at - before, at);
  return { from, to: wordEnd(text, from + length) };
}

/** Pieces in their order; those that touch are one. */
function apart(spans: Span[]): Span[] {
  const sorted = spans.toSorted((a, b) => a.from - b.from);
  const result: Span[] = [];
  for (const span of sorted) {
    const last = result.at(-1);
    if (last && span.from <= last.to + 1) last.to = Math.max(last.to, span.to);
    else result.push({ ...span });
  }
  return result;
}

const partsIn = (parts: FoundPart[], { from, to }: Span) =>
  parts.filter((part) => part.from >= from && part.to <= to);

function joined(text: string, parts: FoundPart[], spans: Span[]): FoundPassage {
  let snippet = '';
  const marks: FoundPassage['marks'] = [];
  for (const [index, span] of spans.entries()) {
    if (index > 0) snippet += ' ';
    if (index === 0 ? span.from > 0 : !snippet.endsWith('… ')) snippet += '…';
    const shift = snippet.length - span.from;
    for (const { from, to } of partsIn(parts, span)) marks.push([from + shift, to + shift]);
    // One character for one, so that the places of the words stay.
    snippet += text.slice(span.from, span.to).toWellFormed().replace(/\s/g, ' ');
    if (span.to < text.length) snippet += '…';
  }
  return { snippet, marks };
}

/** The beginning of a word at or after a place, but not after a last one. */
function wordStart(text: string, at: number, last: number): number {
  const space = text.slice(at, last).search(/\s\S/);
  return space < 0 ? at : at + space + 1;
}

function wordEnd(text: string, at: number): number {
  if (at >= text.length) return text.length;
  const space = text.slice(at - CUT, at).search(/\s\S*$/);
  return space < 0 ? at : at - CUT + space;
}
