/** Markdown's block structure, one line after another: what a line is depends only on the lines before it. */

/** A block that spans lines until it is closed: a code fence, or a displayed formula (`$$`, `\[`, `\begin{align}`). */
export interface Enclosure {
  kind: 'fence' | 'math';
  /** The line that opens it again in another part. */
  opener: string;
  /** The line that closes it. */
  closer: string;
  /** The text before the marker: indentation and `>`. */
  prefix: string;
  /** The run of backticks or tildes; `$$`, `\[` or `\begin{…}` for a formula. */
  marker: string;
}

export type Align = 'left' | 'right' | 'center';

/** The state of the text before a line. */
export interface Context {
  readonly enclosure: Enclosure | null;
  /** Alignment of the columns of the table whose rows may go on. */
  readonly table: readonly Align[] | null;
  /** Whether that table is in a quote. */
  readonly isQuoted: boolean;
  /** The previous line if it is plain text: this line can make it a heading. */
  readonly previous: string | null;
  /** The previous line if this line can make it a table's head: plain text, a quote or an item. */
  readonly above: string | null;
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
  | 'definition'
  | 'footnote'
  | 'delimiter'
  | 'row'
  | 'text';

export interface Line {
  text: string;
  kind: LineKind;
  /** An enclosure that ended before this line without a line that closes it. */
  ended: Enclosure | null;
  /** The context of the line after this one. */
  context: Context;
}

const beginnings = new Map<number, Context>();

/** The context before the first line of a text, or after a line that leaves nothing open. */
export function beginning(repair: number): Context {
  const known = beginnings.get(repair);
  if (known) return known;
  const context: Context = {
    enclosure: null,
    table: null,
    isQuoted: false,
    previous: null,
    above: null,
    midLine: false,
    repair,
  };
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
  // The first character decides for most lines. Patterns run only on lines that they may match.
  const first = text.trimStart()[0] ?? '';
  const opened = opens(text, first);
  if (opened && Math.max(text.length, opened.opener.length) + opened.closer.length + 2 <= repair) {
    return line(text, 'open', { ...beginning(repair), enclosure: opened });
  }
  const kind = kindOf(text, first, context);
  return line(text, kind, behind(text, kind, context));
}

function opens(text: string, first: string): Enclosure | null {
  if (first === '' || !'`~>-*+0123456789$\\'.includes(first)) return null;
  return openFence(text) ?? openMath(text);
}

function behind(text: string, kind: LineKind, { repair, table, isQuoted }: Context): Context {
  switch (kind) {
    case 'text':
      return { ...beginning(repair), previous: text, above: text };
    case 'quote':
    case 'item':
      return { ...beginning(repair), above: text };
    case 'delimiter':
      return { ...beginning(repair), table: alignments(withoutQuote(text)), isQuoted: isInQuote(text) };
    case 'row':
      return { ...beginning(repair), table, isQuoted };
    default:
      return beginning(repair);
  }
}

const QUOTE_MARKS = /^(?:[ \t]*>)+[ \t]?/;

/** A line of a quote without the marks of the quote. */
export function withoutQuote(text: string): string {
  return isInQuote(text) ? text.replace(QUOTE_MARKS, '') : text;
}

export function isInQuote(text: string): boolean {
  return text.trimStart().startsWith('>');
}

function line(text: string, kind: LineKind, context: Context): Line {
  return { text, kind, ended: null, context };
}

const CLOSING_FENCE = /^([ \t>]*)(`+|~+)[ \t\r]*$/;

function insideKind(text: string, { kind, prefix, marker }: Enclosure): 'inside' | 'close' | 'ended' {
  if (prefix.includes('>') && !isInQuote(text)) return 'ended';
  if (kind === 'math') {
    // TeX takes no blank line in a formula, so that a stray `$$` does not swallow the answer.
    if (withoutQuote(text).trim() === '') return 'ended';
    return endOfFormula(text, marker) < 0 ? 'inside' : 'close';
  }
  const closing = CLOSING_FENCE.exec(text);
  const [, before = '', run = ''] = closing ?? [];
  // CommonMark 4.5: the same character, no fewer of them, and no indented code.
  const closes = run.startsWith(marker) && before.length <= prefix.length + 3;
  return closing && closes ? 'close' : 'inside';
}

/** Index of the mark that ends a displayed formula in its last line; -1 in any line before that. */
export function endOfFormula(text: string, marker: string): number {
  const closer = closerOf(marker);
  const at = text.lastIndexOf(closer);
  // The sentence may end with the formula.
  return at >= 0 && /^[.,;:]?$/.test(text.slice(at + closer.length).trim()) ? at : -1;
}

/** Whether the closing line of an enclosure holds nothing of its content. */
export function isOnlyEnd(text: string, { kind, marker }: Enclosure): boolean {
  return kind === 'fence' || /^[ \t>]*$/.test(text.slice(0, Math.max(0, endOfFormula(text, marker))));
}

function closerOf(marker: string): string {
  if (marker === '$$') return '$$';
  return marker === '\\[' ? '\\]' : marker.replace('begin', 'end');
}

const OPENING_FENCE =
  /^((?:[ \t]*>)*[ \t]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*)(?:(`{3,})([^`]*)|(~{3,})((?:[^~].*)?))$/;

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

const OPENING_MATH =
  /^((?:[ \t]*>)*[ \t]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*)(\$\$(?!\$)|\\\[|\\begin\{(?:equation|align(?:ed)?|gather(?:ed)?|multline|split|cases|array|[pbvV]?matrix)\*?\})(.*)$/;
const TEX_SIGN = /[\\^_{}=]/;

function openMath(text: string): Enclosure | null {
  if (!text.includes('$$') && !text.includes('\\[') && !text.includes('\\begin{')) return null;
  const match = OPENING_MATH.exec(text);
  if (!match) return null;
  const [, before = '', marker = '', rest = ''] = match;
  const closer = closerOf(marker);
  if (rest.includes(closer)) return null;
  // `$$` may be slang for money.
  if (marker === '$$' && rest.trim() !== '' && !TEX_SIGN.test(rest)) return null;
  const prefix = before.replace(/[^\s>]/g, ' ');
  return { kind: 'math', opener: prefix + marker, closer: prefix + closer, prefix, marker };
}

const HEADING = /^ {0,3}#{1,6}(?:[ \t]|$)/;
const RULE = /^ {0,3}(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,})$/;
const UNDERLINE = /^ {0,3}(?:=+|-+)[ \t]*$/;
const ITEM = /^[ \t]*(?:[-*+]|\d{1,9}[.)])(?:[ \t]|$)/;
/** A cell of a table's second row. */
const DELIMITER = /^:?-+:?$/;

/**
 * A link definition (CommonMark 4.7) with an address that can be a link here. Models also write it directly
 * below text.
 */
const DEFINITION =
  /^ {0,3}\[(?!\^)([^[\]\n]{1,200})\]:[ \t]*<?((?:https?:\/\/|mailto:|discord:\/\/)[^\s<>]+)>?(?:[ \t]+(?:"[^"]*"|'[^']*'|\([^()]*\)))?$/i;
const FOOTNOTE = /^ {0,3}\[\^([^\s[\]^]{1,50})\]:[ \t]*/;

/** The label and address in a line of the kind `definition`. */
export function readDefinition(text: string): { label: string; url: string } {
  const [, label = '', url = ''] = DEFINITION.exec(text.trimEnd()) ?? [];
  return { label, url };
}

/** The id and text in a line of the kind `footnote`. */
export function readFootnote(text: string): { id: string; said: string } {
  const [mark = '', id = ''] = FOOTNOTE.exec(text) ?? [];
  return { id, said: text.slice(mark.length) };
}

function kindOf(raw: string, first: string, context: Context): LineKind {
  if (first === '') return 'blank';
  const { table, isQuoted, previous } = context;
  const text = raw.trimEnd();
  if (first === '>') return quoteKind(text, context);
  if (first === '#' && HEADING.test(text)) return 'heading';
  if ('|:-'.includes(first) && isHead(context, false) && isDelimiter(text)) return 'delimiter';
  if ('=-'.includes(first) && previous !== null && UNDERLINE.test(text)) return 'underline';
  if ('-*_'.includes(first) && RULE.test(text)) return 'rule';
  if ('-*+0123456789'.includes(first) && ITEM.test(text)) return 'item';
  if (first === '[' && FOOTNOTE.test(text)) return 'footnote';
  if (first === '[' && DEFINITION.test(text)) return 'definition';
  return table && !isQuoted && text.includes('|') ? 'row' : 'text';
}

function quoteKind(text: string, context: Context): LineKind {
  if (!text.includes('|')) return 'quote';
  if (isHead(context, true) && isDelimiter(withoutQuote(text))) return 'delimiter';
  return context.table && context.isQuoted ? 'row' : 'quote';
}

/** Whether the previous line can be the head of a table, in a quote or outside one. */
function isHead({ above }: Context, isQuoted: boolean): boolean {
  return (above?.includes('|') ?? false) && isInQuote(above ?? '') === isQuoted;
}

function isDelimiter(text: string): boolean {
  return text.includes('|') && columnsOf(text).every((cell) => DELIMITER.test(cell));
}

function columnsOf(text: string): string[] {
  const inside = text.trim().replace(/^\||\|$/g, '');
  return inside.split('|').map((cell) => cell.trim());
}

function alignments(text: string): Align[] {
  return columnsOf(text).map((cell) => {
    if (!cell.endsWith(':')) return 'left';
    return cell.startsWith(':') ? 'center' : 'right';
  });
}
