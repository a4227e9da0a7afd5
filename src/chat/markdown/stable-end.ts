/** Finds the stable end of a text that can only be appended to, such as a stream. Later text may change the rest. */
import { trimEndOf } from '../../core/text/trim-end.ts';
import { readInline } from './inline/inline.ts';
import type { Atom } from './inline/reading.ts';
import { paragraphs } from './paragraphs.ts';
import type { PartLine } from './part-lines.ts';

/** Most characters held back while their meaning is unknown. Formulas are held back until they end. */
const MOST_HELD = 200;

/** An incomplete mention, address, escape or character. */
const INCOMPLETE =
  /(?:(?<!\p{L})h(?:t(?:t(?:ps?(?::\/{0,2})?)?)?)?|<[@#!]?[a-zA-Z^]{0,12}|\\|[\uD800-\uDBFF])$/u;
/** A line that opens a displayed formula, or may still do so. */
const FORMULA_LINE = /^[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*(?:\$\$|\$$|\\\[|\\$|\\b)/;

/** Kinds that are shown as a whole, since their marks or their content change. */
const WHOLE = new Set<Atom['kind']>(['math', 'code']);

/** @param lines of the source from the beginning of the part; the last may be incomplete */
export function stableEnd(source: string, from: number, lines: readonly PartLine[]): number {
  const last = lines.at(-1);
  const isHalf = last !== undefined && !source.endsWith('\n');
  if (isHalf && (last.before.enclosure?.kind === 'math' || FORMULA_LINE.test(last.text))) return last.start;
  // A formula is shown only once it has text.
  if (last?.kind === 'open' && last.context.enclosure?.kind === 'math') return last.start;
  if (last?.before.enclosure) return source.length;
  const paragraph = paragraphs(lines).at(-1);
  const end = source.length - (isHalf ? undecided(source.slice(-MOST_HELD)) : 0);
  if (!paragraph || paragraph.end < source.trimEnd().length) return end;
  const start = Math.max(from, paragraph.start);
  const text = source.slice(start, paragraph.end);
  const { atoms, pending } = readInline(text);
  const held = pending.flatMap(({ kind, start: at }) =>
    kind === 'math' ||
    ((kind === 'code' || kind === 'link' || kind === 'url') && text.length - at <= MOST_HELD)
      ? // Whether an address is a label is decided by what follows it.
        [start + (kind === 'url' && text[at - 1] === '[' ? at - 1 : at)]
      : [],
  );
  // The next character decides whether a dollar sign ends a formula, and a backtick code.
  const atom = atoms.at(-1);
  if (isHalf && atom && start + atom.end >= end && WHOLE.has(atom.kind)) held.push(start + atom.start);
  return Math.min(end, ...held);
}

/** Characters at the end whose meaning the next one decides: a run of marks, or what is incomplete. */
function undecided(text: string): number {
  const decided = Math.min(trimEndOf(text, /[*~_`]/).length, trimEndOf(text, /\$/).length);
  return decided < text.length ? text.length - decided : (INCOMPLETE.exec(text)?.[0].length ?? 0);
}
