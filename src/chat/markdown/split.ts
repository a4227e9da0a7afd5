/** Splits the next part off the source. */

import { graphemeBoundary } from './characters/grapheme.ts';
import { isVisible } from './characters/visible.ts';
import { type Cut, createCutter } from './cut.ts';
import { type Dialect, fittingEnd } from './dialect.ts';
import { type Known, type PartReferences, readReferences } from './inline/references.ts';
import type { Context } from './lines.ts';
import type { Opening, PartLine, PartLines } from './part-lines.ts';

export interface SplitOff {
  /** The part; empty where nothing of it can be seen. */
  text: string;
  /** Where the next part begins in the source. */
  at: number;
  next: Opening;
  /** The part's links and footnotes. */
  references: PartReferences;
}

/**
 * Splits the first part off a text that is just too long. The part has some of the text, and no more than `limit`
 * units.
 */
export function splitOff(
  text: string,
  part: PartLines,
  dialect: Dialect,
  limit: number,
  known: Known,
): SplitOff {
  const lines = part.until(text);
  const measure = dialect.measure();
  const closing = (line: PartLine) => measure.closing(line.ended ? null : line.before.enclosure);
  const marks = part.reopen.endsWith('\n') ? '' : part.reopen;
  const cut = createCutter(text, part.from, marks, lines, closing, dialect.units);
  // A measure is seldom less than the rendered text. Where it is, the cut is looked for again with that much less room.
  let [at, shown] = [-1, ''];
  let references = readReferences(known, 'full');
  for (let room = limit; room > 0; ) {
    const found = cut(room);
    if (!found) break;
    // With less room, it may be the same cut again.
    if (found.at !== at) {
      references = readReferences(known, 'full');
      shown = hasText(lines, found) ? render(text, part, dialect, found, references) : '';
    }
    at = found.at;
    const length = dialect.units.of(shown);
    if (length <= limit) return { text: shown, at: found.at, next: openingAt(found), references };
    room = Math.min(room - 1, Math.floor((room * limit) / length));
  }
  const most = fittingEnd(text, part.from, text.length, limit, dialect.units);
  return splitAnywhere(text, part, lines, most, readReferences(known, 'full'));
}

function render(
  text: string,
  part: PartLines,
  dialect: Dialect,
  { at, line, marks }: Cut,
  references: PartReferences,
): string {
  const { enclosure } = line.before;
  const own = part.reopen + text.slice(part.from, at).trimEnd();
  const close = enclosure && !line.ended ? `\n${enclosure.closer}` : marks.toReversed().join('');
  return dialect.render(own + close, part.first, references);
}

/** Whether there is more than white space, or than the opening line of an empty enclosure. */
function hasText(lines: readonly PartLine[], { at, line }: Cut): boolean {
  let isOpen = line.before.enclosure !== null && !line.ended;
  for (let index = lines.length - 1; index >= 0; index--) {
    const { start = at, text = '', kind } = lines[index] ?? {};
    if (start >= at || !isVisible(text.slice(0, at - start))) continue;
    if (!isOpen || kind !== 'open') return true;
    isOpen = false;
  }
  return false;
}

function openingAt({ at, line, marks }: Cut): Opening {
  const { enclosure } = line.before;
  if (at === line.start && marks.length === 0) {
    return { context: { ...line.before, midLine: false }, reopen: enclosure ? `${enclosure.opener}\n` : '' };
  }
  const open = line.ended ? null : enclosure;
  const context: Context = {
    ...line.context,
    enclosure: open,
    previous: null,
    above: null,
    midLine: at > line.start,
  };
  return { context, reopen: open ? `${open.opener}\n` : marks.join('') };
}

/** Cuts a text that no other cut suits, such as a single character of more units than a message. */
function splitAnywhere(
  text: string,
  part: PartLines,
  lines: readonly PartLine[],
  most: number,
  references: PartReferences,
): SplitOff {
  const line = lines.at(-1);
  const boundary = graphemeBoundary(text, most);
  const at = boundary > part.from ? boundary : most;
  const context: Context = { ...part.first, enclosure: null, previous: null, above: null, midLine: true };
  const next = { context: line ? { ...context, table: null } : context, reopen: '' };
  return { text: text.slice(part.from, at).trim(), at, next, references };
}
