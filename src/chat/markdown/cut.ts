/** Finds the end of a part that would otherwise get too long. */

import { graphemeBoundary } from './characters/grapheme.ts';
import { UNSPACED } from './characters/scripts.ts';
import type { Units } from './dialect.ts';
import type { PartLine } from './part-lines.ts';
import { createPartMeasure } from './part-measure.ts';
import { type Pieces, readPieces } from './pieces.ts';

export interface Cut {
  /** Where the next part begins in the source. */
  at: number;
  /** The line it begins in, or before. */
  line: PartLine;
  /** Marks that are open there, the outermost first. */
  marks: string[];
}

/** A worse kind of place below this share of the part is preferred to a better one, so that parts are filled. */
const WELL_FILLED = 2 / 3;

/** Texts that would begin a block where a word stood. */
const BLOCK_START = /(?:[-+*]|\d{1,9}[.)]|#{1,6})(?:\s|$)|(?:---|\*\*\*|___)\s|[>|]|`{3}|~{3}|\$\$|\\\[/y;
const ENCLOSURE_END = /[`~$]|\\\]/y;

/** Not behind a number, which may be a list's. */
const SENTENCE_END = /(?:[^\s\d][.!?…]|[!?…])["'”’)\]*_~|`]{0,4}$/;
const IDEOGRAPHIC_END = /[。！？][」』”’）]?$/;
/** Codes. Behind a character between them, neither a word begins nor ideographs end. */
const [SPACE, NOT_ASCII] = [0x20, 0x80];

/** The text of one part, as the ways to cut it read it. */
interface PartSource {
  text: string;
  /** Where the part begins in the text. */
  from: number;
  lines: readonly PartLine[];
  pieces: Pieces;
  lineAt(at: number): number;
  /** The cut at a place, where the marks that it closes still fit. */
  cutAt(at: number, limit: number): Cut | null;
  /** Whether the text before the line belongs to what follows, or the line to the text before it. */
  isLoose(index: number): boolean;
}

/** Where cuts are looked for: no place before `low` or behind `most`, and no part of more than `limit` units. */
interface Range {
  low: number;
  most: number;
  limit: number;
}

/**
 * Finds cuts in a text up to the first place that is too long. The text after it is unknown, so the cut does
 * not depend on it.
 * @param from where the part begins in the text
 * @param reopened marks that the part begins with, before its own text
 * @param lines of that text; the last one may be incomplete
 * @param closing units that close what is open before, or in, a line
 * @param units in which the limit is counted
 */
export function createCutter(
  text: string,
  from: number,
  reopened: string,
  lines: readonly PartLine[],
  closing: (line: PartLine) => number,
  units: Units,
) {
  const pieces = readPieces(text, from, reopened, lines);
  const { lastWithin, unitsBetween, lineAt } = createPartMeasure(text, from, lines, closing, units);
  const isLoose = looseLines(lines);

  function cutAt(at: number, limit: number): Cut | null {
    const line = lines[lineAt(at)];
    if (!line || at <= from) return null;
    const marks = pieces.isMarked(at) ? pieces.marksAt(at).map(({ mark }) => mark) : [];
    const newline = at === line.start ? 1 : 0;
    const own = unitsBetween(line.start, at);
    const length = line.length - newline + own + closing(line) + units.of(marks.join(''));
    return length <= limit ? { at, line, marks } : null;
  }

  const source: PartSource = { text, from, lines, pieces, lineAt, cutAt, isLoose };

  /** The best cut with which the part has no more than `limit` units as measured; null when there is none. */
  return function cut(limit: number): Cut | null {
    const most = lastWithin(limit);
    if (most <= from) return null;
    const filled = { low: from + Math.max(1, Math.floor((most - from) * WELL_FILLED)), most, limit };
    const any = { low: from + 1, most, limit };
    return (
      betweenLines(source, filled, (index) => isBlockBoundary(lines, index)) ??
      betweenLines(source, filled) ??
      betweenWords(source, filled) ??
      betweenGraphemes(source, filled, false) ??
      betweenWords(source, any, true) ??
      betweenLines(source, any, () => true, true) ??
      betweenGraphemes(source, any, true)
    );
  };
}

function betweenLines(
  { lines, pieces, cutAt, isLoose }: PartSource,
  { low, most, limit }: Range,
  isGood = (_: number) => true,
  loose = false,
): Cut | null {
  for (let index = lines.length - 1; index > 0; index--) {
    const line = lines[index];
    if (!line || line.start < low) break;
    if (line.start > most || pieces.isMarked(line.start) || pieces.isWhole(line.start)) continue;
    if ((loose || !isLoose(index)) && isGood(index)) {
      const cut = cutAt(line.start, limit);
      if (cut) return cut;
    }
  }
  return null;
}

function isBlockBoundary(lines: readonly PartLine[], index: number): boolean {
  const [before, line] = [lines[index - 1], lines[index]];
  if (!before || !line || line.kind === 'inside') return false;
  return (
    before.kind === 'blank' || before.kind === 'close' || ['open', 'heading', 'rule'].includes(line.kind)
  );
}

/** Tells which lines are loose: see `PartSource.isLoose`. */
function looseLines(lines: readonly PartLine[]) {
  const textBefore = new Int32Array(lines.length + 1);
  for (const [index, line] of lines.entries()) {
    textBefore[index + 1] = line.text.trim() === '' ? (textBefore[index] ?? 0) : index;
  }
  return (index: number): boolean => {
    const line = lines[index];
    if (!line || ['close', 'underline', 'delimiter'].includes(line.kind)) return true;
    const before = lines[textBefore[index] ?? 0];
    if (!before) return false;
    if (before.kind === 'open' || before.kind === 'heading' || before.kind === 'underline') return true;
    return before.kind !== 'inside' && line.kind !== 'inside' && /:\**\s*$/.test(before.text);
  };
}

/** Sentences come before words, and both before places in marks. With `pieced`, before a piece without space, too. */
function betweenWords(source: PartSource, { low, most, limit }: Range, pieced = false): Cut | null {
  const { text, pieces, lineAt, cutAt, isLoose } = source;
  let word: Cut | null = null;
  let marked: Cut | null = null;
  for (let at = most; at >= low; at--) {
    if (pieces.isWhole(at)) continue;
    const before = text.charCodeAt(at - 1);
    const isPiece = pieced && pieces.isWhole(at + 1);
    if (before > SPACE && before < NOT_ASCII && !isPiece) continue;
    const isWord = /\s/.test(text[at - 1] ?? '') && /\S/.test(text[at] ?? '');
    if (!isWord && !isPiece && !IDEOGRAPHIC_END.test(text.slice(at - 2, at))) continue;
    const cut = cutAt(at, limit);
    if (!cut || (at > cut.line.start ? startsBlock(text, at, cut.line) : isLoose(lineAt(at)))) continue;
    if (pieced) return cut;
    if (cut.marks.length > 0) marked ??= cut;
    else if (isSentenceEnd(source, at, cut.line)) return cut;
    else word ??= cut;
  }
  return word ?? marked;
}

function isSentenceEnd({ text, from }: PartSource, at: number, line: PartLine): boolean {
  if (line.before.enclosure || at === line.start) return false;
  const before = text.slice(Math.max(from, at - 12), at);
  return IDEOGRAPHIC_END.test(before) || SENTENCE_END.test(before.trimEnd());
}

function startsBlock(text: string, at: number, line: PartLine): boolean {
  const pattern = line.before.enclosure ? ENCLOSURE_END : BLOCK_START;
  pattern.lastIndex = at;
  return pattern.test(text);
}

function betweenGraphemes(
  { text, lines, pieces, lineAt, cutAt, isLoose }: PartSource,
  { low, most, limit }: Range,
  anywhere: boolean,
): Cut | null {
  for (let most2 = most; most2 >= low; most2--) {
    const at = graphemeBoundary(text, most2);
    most2 = Math.min(most2, at);
    if (at < low) break;
    const index = lineAt(at);
    const line = lines[index];
    const isLineStart = at === line?.start;
    if (
      !anywhere &&
      (pieces.isWhole(at) || (isLineStart ? isLoose(index) : line && startsBlock(text, at, line)))
    )
      continue;
    if (!anywhere && isInWord(text, at)) continue;
    if (!anywhere && pieces.isMarked(at) && /[*_~|]/.test(`${text[at - 1]}${text[at]}`)) continue;
    const cut = cutAt(at, limit);
    if (cut) return cut;
  }
  return null;
}

/** A letter of a script that puts space between words, or a digit. */
const LETTER = /[\p{L}\p{N}]/u;
const LONGEST_WORD = 40;

function isInWord(text: string, at: number): boolean {
  const isLetter = (index: number) => LETTER.test(text[index] ?? '') && !UNSPACED.test(text[index] ?? '');
  if (!isLetter(at)) return false;
  let start = at;
  while (start > 0 && at - start <= LONGEST_WORD && isLetter(start - 1)) start--;
  return start < at && at - start <= LONGEST_WORD;
}
