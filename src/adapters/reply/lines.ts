/** Markdown's block structure, one line after another: what a line is depends only on the lines before it. */

/** What runs over lines until it is closed: a code fence, or a displayed formula (`$$`, `\[`). */
export interface Enclosure {
  kind: 'fence' | 'math';
  /** The line that opens it again in another part. */
  opener: string;
  /** The line that closes it. */
  closer: string;
  /** What stands before the marker: indentation and `>`. */
  prefix: string;
  /** The run of backticks or tildes; `$$` or `\[` for a formula. */
  marker: string;
}

export type Align = 'left' | 'right' | 'center';

/** What is known of the text before a line. */
export interface Context {
  readonly enclosure: Enclosure | null;
  /** Alignment of the columns of the table whose rows may go on. */
  readonly table: readonly Align[] | null;
  /** The line before, where it is plain text: the next line can make it a heading, or the head of a table. */
  readonly previous: string | null;
  /** The first line is the rest of one, so that no block begins with it. */
  readonly midLine: boolean;
  /** Units at most for opening and closing an enclosure again; one that needs more is plain text. */
  readonly repair: number;
}

export type LineKind =
  | 'blank'
  | 'open'
  | 'inside'
  | 'close'
  | 'heading'
  | 'underline'
  | 'rule'
  | 'item'
  | 'quote'
  | 'delimiter'
  | 'row'
  | 'text';

export interface Line {
  text: string;
  kind: LineKind;
  /** An enclosure that ended before this line without a line that closes it. */
  ended: Enclosure | null;
  /** For the line after this one. */
  context: Context;
}

const beginnings = new Map<number, Context>();

/** Before the first line of a text, or behind a line that leaves nothing open. */
export function beginning(repair: number): Context {
  const known = beginnings.get(repair);
  if (known) return known;
  const context = { enclosure: null, table: null, previous: null, midLine: false, repair };
  beginnings.set(repair, context);
  return context;
}

/** @param text a line without its line feed */
export function readLine(text: string, context: Context): Line {
  const { enclosure, midLine, repair } = context;
  if (enclosure) {
    const kind = midLine ? 'inside' : insideKind(text, enclosure);
    if (kind === 'inside') return line(text, kind, midLine ? { ...context, midLine: false } : context);
    if (kind === 'close') return line(text, kind, beginning(repair));
    return { ...readLine(text, beginning(repair)), ended: enclosure };
  }
  if (midLine) return line(text, text.trim() === '' ? 'blank' : 'text', { ...context, midLine: false });
  // Most lines are told by their first character; patterns are for those that may be what they look for.
  const first = text.trimStart()[0] ?? '';
  const opened = opens(text, first);
  if (opened && Math.max(text.length, opened.opener.length) + opened.closer.length + 2 <= repair) {
    return line(text, 'open', { ...beginning(repair), enclosure: opened });
  }
  const kind = kindOf(text, first, context);
  return line(text, kind, behind(text, kind, context));
}

function opens(text: string, first: string): Enclosure | null {
  if (first === '$' || first === '\\') return openMath(text);
  return first !== '' && '`~>-*+0123456789'.includes(first) ? openFence(text) : null;
}

function behind(text: string, kind: LineKind, { repair, table }: Context): Context {
  if (kind === 'text') return { ...beginning(repair), previous: text };
  if (kind === 'delimiter') return { ...beginning(repair), table: alignments(text) };
  return kind === 'row' ? { ...beginning(repair), table } : beginning(repair);
}

function line(text: string, kind: LineKind, context: Context): Line {
  return { text, kind, ended: null, context };
}

const CLOSING_FENCE = /^([ \t>]*)(`+|~+)[ \t\r]*$/;

function insideKind(text: string, { kind, prefix, marker }: Enclosure): 'inside' | 'close' | 'ended' {
  if (kind === 'math') {
    // TeX takes no blank line in a formula, so that a stray `$$` does not swallow the answer.
    if (text.trim() === '') return 'ended';
    return text.trimEnd().endsWith(marker === '$$' ? '$$' : '\\]') ? 'close' : 'inside';
  }
  if (prefix.includes('>') && !/^[ \t]*>/.test(text)) return 'ended';
  const closing = CLOSING_FENCE.exec(text);
  const [, before = '', run = ''] = closing ?? [];
  // CommonMark 4.5: the same character, no fewer of them, and no indented code.
  const closes = run.startsWith(marker) && before.length <= prefix.length + 3;
  return closing && closes ? 'close' : 'inside';
}

const OPENING_FENCE = /^((?:[ \t]*>)*[ \t]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*)(?:(`{3,})([^`]*)|(~{3,})(.*))$/;

/** Longer words after a fence are no language. */
const LONGEST_LANGUAGE = 24;

function openFence(text: string): Enclosure | null {
  if (!text.includes('```') && !text.includes('~~~')) return null;
  const match = OPENING_FENCE.exec(text);
  if (!match) return null;
  const prefix = (match[1] ?? '').replace(/[^\s>]/g, ' ');
  const marker = match[2] ?? match[4] ?? '';
  const language = languageIn((match[3] ?? match[5] ?? '').trim());
  return { kind: 'fence', opener: prefix + marker + language, closer: prefix + marker, prefix, marker };
}

function languageIn(info: string): string {
  if (info === '') return '';
  const word = /^\S*/.exec(info)?.[0] ?? '';
  return word.length <= LONGEST_LANGUAGE && /^[\w+#.-]*$/.test(word) ? word : '';
}

function openMath(text: string): Enclosure | null {
  const match = /^([ \t]*)(?:(\$\$)[ \t\r]*|(\\\[)(?!.*\\\]).*)$/.exec(text);
  if (!match) return null;
  const [, prefix = '', dollars] = match;
  const [marker, end] = dollars === undefined ? ['\\[', '\\]'] : ['$$', '$$'];
  return { kind: 'math', opener: prefix + marker, closer: prefix + end, prefix, marker };
}

const HEADING = /^ {0,3}#{1,6}(?:[ \t]|$)/;
const RULE = /^ {0,3}(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,})$/;
const UNDERLINE = /^ {0,3}(?:=+|-+)[ \t]*$/;
const ITEM = /^[ \t]*(?:[-*+]|\d{1,9}[.)])(?:[ \t]|$)/;
const DELIMITER = /^[ \t]*(?=[^|]*\|)\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$/;

function kindOf(raw: string, first: string, { table, previous }: Context): LineKind {
  if (first === '') return 'blank';
  const text = raw.trimEnd();
  if (first === '>') return 'quote';
  if (first === '#' && HEADING.test(text)) return 'heading';
  if ('|:-'.includes(first) && previous?.includes('|') && DELIMITER.test(text)) return 'delimiter';
  if ('=-'.includes(first) && previous !== null && UNDERLINE.test(text)) return 'underline';
  if ('-*_'.includes(first) && RULE.test(text)) return 'rule';
  if ('-*+0123456789'.includes(first) && ITEM.test(text)) return 'item';
  return table && text.includes('|') ? 'row' : 'text';
}

function alignments(text: string): Align[] {
  const columns = text
    .trim()
    .replace(/^\||\|$/g, '')
    .split('|');
  return columns.map((column) => {
    const cell = column.trim();
    if (!cell.endsWith(':')) return 'left';
    return cell.startsWith(':') ? 'center' : 'right';
  });
}
