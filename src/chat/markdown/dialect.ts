/** A platform's dialect of Markdown, as far as an answer's parts must know it. */

import type { References } from './inline/references.ts';
import type { Context, Enclosure, Line } from './lines.ts';

export interface Dialect {
  /**
   * Renders the Markdown of one part as the platform's text; `context` holds for its first line. Every enclosure that
   * begins in it ends in it, too. The text has no white space at its ends, and is empty where nothing can be seen.
   */
  render(markdown: string, context: Context, references: References): string;
  /** Whether a table that continues in the next part repeats its head there. */
  readonly repeatsTableHead?: boolean;
  /** A measure for one part, from its first line on. */
  measure(): Measure;
  /** The units in which the platform counts a text against the limit of a message. */
  units: Units;
}

/** Counts a text in the unit of a platform's limit. */
export interface Units {
  of(text: string): number;
  /** Units of one UTF-16 code (`charCodeAt`), 1 or more. The units of a text are the sum of these. */
  ofCode(code: number): number;
  /** The most that `ofCode` returns. */
  largest: number;
}

export const utf16: Units = { of: (text) => text.length, ofCode: () => 1, largest: 1 };

/** Measures a part line by line without rendering it, in the dialect's `units`. */
export interface Measure {
  /** The units of all lines taken with this one, each with its line feed; no less than they are rendered with. */
  take(line: Line): number;
  /** The units that close an enclosure at a part's end. */
  closing(enclosure: Enclosure | null): number;
}

/** Markdown as it is. */
export const plainDialect: Dialect = {
  render: (markdown) => markdown.replace(/^(?:[ \t]*\r?\n)+/, '').trimEnd(),
  measure() {
    let length = 0;
    return {
      take: (line) => (length += line.text.length + 1),
      closing: (enclosure) => (enclosure ? enclosure.closer.length + 1 : 0),
    };
  },
  units: utf16,
};

/** The end of the longest piece between `start` and `end` that has at most `most` units. */
export function fittingEnd(text: string, start: number, end: number, most: number, units: Units): number {
  if ((end - start) * units.largest <= most) return end;
  let at = start;
  for (let left = most; at < end; at++) {
    left -= units.ofCode(text.charCodeAt(at));
    if (left < 0) break;
  }
  return at;
}
