/** The state of reading one paragraph from beginning to end, and what was found in it. */

import type { HtmlTag } from '../html/tags.ts';
import type { CodeRuns } from './code-runs.ts';
import type { Mark, OpenMarks } from './marks.ts';

/** One piece: code, a link, a mention and the like. Marks inside it are plain text. */
export interface Atom {
  kind:
    | 'code'
    | 'link'
    | 'image'
    | 'reference'
    | 'footnote'
    | 'url'
    | 'mention'
    | 'escape'
    | 'entity'
    | 'math'
    | 'comment'
    | 'tag'
    | 'break';
  start: number;
  end: number;
  /** Its content: the code, the formula, the link's text, the character, the footnote's id. */
  inner: string;
  /** The address of a link or an image, or the label of a reference. */
  url: string;
}

/** An unfinished piece at the end of the text, which more text may complete. */
export interface Pending {
  kind: 'code' | 'link' | 'footnote' | 'mention' | 'url' | 'math' | 'entity' | 'tag';
  start: number;
  /** The run of backticks; a link's text; the address. */
  inner: string;
}

export interface Inline {
  atoms: Atom[];
  marks: Mark[];
  /** Known HTML tags; each is also an atom. */
  tags: HtmlTag[];
  /** Ordered by their effect on what is shown. */
  pending: Pending[];
}

/** The state so far. */
export interface InlineReading extends Omit<Inline, 'marks'>, OpenMarks {
  /** Open tags by name, the latest last. */
  openTags: Map<string, HtmlTag[]> | null;
  /** Whether a bare label such as `[1]` has an address. */
  readonly isDefined: (label: string) => boolean;
  /** Indexes of each `[` or `![` that no `]` has closed; -1 for one around a link. */
  readonly brackets: number[];
  /** Last index found for each closing mark; -1 where the rest of the text has none. */
  found: Map<string, number> | null;
  code: CodeRuns | null;
}

/** The run of equal characters that begins at `at`. */
export function run(text: string, at: number): string {
  let end = at + 1;
  while (text.charAt(end) === text[at]) end++;
  return text.slice(at, end);
}

/** The first index of `end` at `from` or later. Call it with ever larger `from`. */
export function find(reading: InlineReading, end: string, from: number): number {
  reading.found ??= new Map();
  const known = reading.found.get(end);
  if (known !== undefined && (known < 0 || known >= from)) return known;
  const at = reading.text.indexOf(end, from);
  reading.found.set(end, at);
  return at;
}

export function take(
  { atoms }: InlineReading,
  kind: Atom['kind'],
  start: number,
  end: number,
  inner = '',
  url = '',
): number {
  atoms.push({ kind, start, end, inner, url });
  return end;
}

export function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}
