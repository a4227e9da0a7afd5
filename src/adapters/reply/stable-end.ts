/** Where a text must end for now that can only be appended to, as a stream is: what comes later may change the rest. */
import { readInline } from './inline.ts';
import { paragraphs } from './paragraphs.ts';
import type { PartLine } from './part-lines.ts';

/** Characters that are held back at most, while it is not known what they are; formulas are held back until they end. */
const MOST_HELD = 200;

/** Marks, whose meaning depends on the next character; half a mention, an address, an escape, a character. */
const UNDECIDED =
  /(?:[*~_`]+|(?<!\p{L})h(?:t(?:t(?:ps?(?::\/{0,2})?)?)?)?|<[@#!]?[a-zA-Z^]{0,12}|\\|\$+|[\uD800-\uDBFF])$/u;
/** A line that opens, or may yet open, a displayed formula. */
const FORMULA_LINE = /^[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*(?:\$\$|\$$|\\\[|\\$|\\b)/;

/** @param lines of the source from the part's begin, the last of them perhaps half */
export function stableEnd(source: string, from: number, lines: readonly PartLine[]): number {
  const last = lines.at(-1);
  const isHalf = last !== undefined && !source.endsWith('\n');
  if (isHalf && (last.before.enclosure?.kind === 'math' || FORMULA_LINE.test(last.text))) return last.start;
  // A formula without text is shown when there is some.
  if (last?.kind === 'open' && last.context.enclosure?.kind === 'math') return last.start;
  if (last?.before.enclosure) return source.length;
  const paragraph = paragraphs(lines).at(-1);
  const end = isHalf
    ? source.length - (UNDECIDED.exec(source.slice(-MOST_HELD))?.[0].length ?? 0)
    : source.length;
  if (!paragraph || paragraph.end < source.trimEnd().length) return end;
  const start = Math.max(from, paragraph.start);
  const text = source.slice(start, paragraph.end);
  const { atoms, pending } = readInline(text);
  const held = pending.flatMap(({ kind, start: at }) =>
    kind === 'math' ||
    ((kind === 'code' || kind === 'link' || kind === 'url') && text.length - at <= MOST_HELD)
      ? [start + at]
      : [],
  );
  // Whether a dollar sign ends a formula, the next character tells.
  const formula = atoms.at(-1);
  if (isHalf && formula?.kind === 'math' && formula.end === text.length) held.push(start + formula.start);
  return Math.min(end, ...held);
}
