/** What is shown of a part while it is being written. */
import { closeInline } from './close-marks.ts';
import type { Enclosure } from './lines.ts';
import { paragraphs } from './paragraphs.ts';
import type { PartLine } from './part-lines.ts';

/** A line that may become a fence, a rule, a heading, a bullet; which it is, what follows will show. */
const HALF_BLOCK =
  /^[ \t>]*(?:`{1,2}|`{3,}[^`]*|~{1,2}|~{3,}.*|[-*+=_]{1,3}|#{1,6}|\d{1,9}[.)]|\$\$?|\\\[?|>)?[ \t]*$/;
const HALF_FENCE = /^[ \t>]*(?:`+|~+)$/;
const HALF_FORMULA = /\$$|\\$/;
const HALF_DELIMITER = /^[ \t]*\|?[|:\- \t]*$/;

export interface HalfWritten {
  source: string;
  /** Open at its end. */
  enclosure: Enclosure | null;
}

/**
 * The source of a part as it can be shown before its end is there: without a last line that is nothing yet,
 * with what is open in it closed.
 * @param text the source; of it `from` is where the part begins
 * @param lines the last of them half
 */
export function closeHalfWritten(text: string, from: number, lines: readonly PartLine[]): HalfWritten {
  let shown = lines;
  let end = text.length;
  const last = lines.at(-1);
  if (last && !text.endsWith('\n') && isNothingYet(last)) {
    shown = lines.slice(0, -1);
    end = last.start;
  }
  // A fence with nothing in it yet is shown when there is.
  while (shown.length > 0) {
    const line = shown.at(-1);
    const isEmpty = line?.kind === 'open' || (line?.kind === 'inside' && line.text.trim() === '');
    if (!line || !isEmpty) break;
    end = line.start;
    shown = shown.slice(0, -1);
  }
  const lineEnd = shown.at(-1);
  const enclosure = (lineEnd ? lineEnd.context : lines[0]?.before)?.enclosure ?? null;
  const paragraph = paragraphs(shown).at(-1);
  if (!paragraph || !lineEnd || paragraph.end < lineEnd.start + lineEnd.text.length) {
    return { source: text.slice(from, end), enclosure };
  }
  const source = text.slice(from, paragraph.start) + closeInline(text.slice(paragraph.start, paragraph.end));
  return { source, enclosure };
}

function isNothingYet({ text, kind, before }: PartLine): boolean {
  const { enclosure, previous } = before;
  if (enclosure?.kind === 'fence' && kind !== 'text') return HALF_FENCE.test(text);
  if (enclosure) return HALF_FORMULA.test(text);
  if (previous?.includes('|') && HALF_DELIMITER.test(text)) return true;
  return HALF_BLOCK.test(text);
}
