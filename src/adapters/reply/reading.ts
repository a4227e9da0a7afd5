/** How the text of one paragraph is read, from its begin to its end, and what is found in it. */
import type { CodeRuns } from './code-runs.ts';
import type { Mark, Marks } from './marks.ts';
import type { Tag } from './tags.ts';

/** One piece: code, a link, a mention and the like. Marks in it are text. */
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
  /** What is in it: the code, the formula, the link's text, the character, the footnote's id. */
  inner: string;
  /** The address of a link or an image; of a reference, its label. */
  url: string;
}

/** What the text breaks off in, which more text may complete. */
export interface Pending {
  kind: 'code' | 'link' | 'footnote' | 'mention' | 'url' | 'math' | 'entity' | 'tag';
  start: number;
  /** The run of backticks; a link's text; the address. */
  inner: string;
}

export interface Inline {
  atoms: Atom[];
  marks: Mark[];
  /** HTML's that are known; each is an atom, too. */
  tags: Tag[];
  /** In the order in which they matter to what is shown. */
  pending: Pending[];
}

/** What is read so far. */
export interface Reading extends Omit<Inline, 'marks'>, Marks {
  /** Tags that none has closed, the last ones last, by their name. */
  openTags: Map<string, Tag[]> | null;
  /** Whether a label by itself, such as `[1]`, has an address. */
  readonly isDefined: (label: string) => boolean;
  /** Where `[` or `![` stand that no `]` has closed. */
  readonly brackets: number[];
  /** Where a closing mark was found last; -1 where the rest of the text has none. */
  found: Map<string, number> | null;
  code: CodeRuns | null;
}

/** The same character, as often as it stands there. */
export function run(text: string, at: number): string {
  let end = at + 1;
  while (text.charAt(end) === text[at]) end++;
  return text.slice(at, end);
}

/** The first place from there on; to be asked for ever later ones. */
export function find(reading: Reading, end: string, from: number): number {
  reading.found ??= new Map();
  const known = reading.found.get(end);
  if (known !== undefined && (known < 0 || known >= from)) return known;
  const at = reading.text.indexOf(end, from);
  reading.found.set(end, at);
  return at;
}

export function take(
  { atoms }: Reading,
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
