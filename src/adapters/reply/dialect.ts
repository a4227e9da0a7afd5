/** What a platform makes of Markdown, as far as an answer's parts must know. */
import type { Context, Enclosure, Line } from './lines.ts';

export interface Dialect {
  /**
   * The Markdown of one part as the platform's text, where `context` holds for its first line. Every enclosure
   * that begins in it ends in it, too. Without white space at its ends, and so empty where nothing is to be seen.
   */
  render(markdown: string, context: Context): string;
  /** For one part, from its first line on. */
  measure(): Measure;
}

/** How long a part gets, line by line, without rendering it. */
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
};
