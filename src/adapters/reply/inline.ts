/** What stands inside one paragraph, item or cell: things that are one piece, and marks around text. */
import { type CodeRuns, codeRuns } from './code-runs.ts';
import { allMarks, dropMarks, type Mark, type Marks, readMarks } from './marks.ts';

/** One piece: code, a link, a mention and the like. Marks in it are text. */
export interface Atom {
  kind: 'code' | 'link' | 'image' | 'url' | 'mention' | 'escape' | 'math' | 'tag' | 'break';
  start: number;
  end: number;
  /** What is in it: the code, the formula, the link's text. */
  inner: string;
  /** The address of a link or an image. */
  url: string;
}

/** What the text breaks off in, which more text may complete. */
export interface Pending {
  kind: 'code' | 'link' | 'mention' | 'url';
  start: number;
  /** The run of backticks; a link's text; the address. */
  inner: string;
}

export interface Inline {
  atoms: Atom[];
  marks: Mark[];
  /** In the order in which they matter to what is shown. */
  pending: Pending[];
}

const SPECIAL = /[\\`*_~|[\]<$]|https?:\/\//;
const MENTION = /<(?:@[!&]?\d+|#\d+|a?:\w{1,32}:\d+|t:-?\d+(?::\w)?|\/[^<>\n]{1,100}:\d+|id:\w+)>/y;
const AUTOLINK = /<(?:https?:\/\/|mailto:)[^\s<>]{1,2000}>/y;
const BREAK = /<br\s{0,3}\/?>/iy;
const TAG = /<\/?[a-z][^<>\n]{0,200}>/iy;
const URL_TEXT = /https?:\/\/(?:(?!\]\()[^\s<>`])*/y;
/** Pandoc's rule for `$x$`, and only where it looks like a formula: prices are no mathematics. */
const DOLLARS = /\$(?=[^\s$])[^$\n]{0,200}?[\\^_{}=][^$\n]{0,200}?(?<=\S)\$(?!\d)/y;
/** Address and title behind a link's text; parentheses in it two deep. */
const TARGET =
  /\(\s{0,3}(<[^<>\n]{0,2000}>|(?:[^\s()]|\((?:[^\s()]|\([^\s()]{0,500}\)){0,500}\)){0,2000})(?:\s{1,3}(?:"[^"\n]{0,300}"|'[^'\n]{0,300}'))?\s{0,3}\)/y;
const HALF_TARGET = /\([^\s()]{0,2000}$/y;
const LONGEST_LABEL = 500;
const NOTHING: Inline = { atoms: [], marks: [], pending: [] };

/** What is read so far. */
interface Reading extends Omit<Inline, 'marks'>, Marks {
  /** Where `[` or `![` stand that no `]` has closed. */
  readonly brackets: number[];
  /** What stands nowhere in the rest of the text. */
  readonly absent: string[];
  code: CodeRuns | null;
}

/** In a time that grows with the text. */
export function readInline(text: string): Inline {
  if (!SPECIAL.test(text)) return NOTHING;
  const reading: Reading = {
    text,
    atoms: [],
    pending: [],
    closed: [],
    open: [],
    brackets: [],
    absent: [],
    code: null,
  };
  for (let at = 0; at < text.length; ) at = readAt(reading, at);
  const { atoms, pending } = reading;
  const bracket = openBracket(reading);
  if (bracket) pending.push(bracket);
  return { atoms, marks: allMarks(reading), pending };
}

/** Reads what begins there; returns where the next may begin. */
function readAt(reading: Reading, at: number): number {
  const { text, brackets } = reading;
  switch (text[at]) {
    case '\\':
      return escaped(reading, at);
    case '`':
      return backticks(reading, at, run(text, at));
    case '!':
      if (text[at + 1] !== '[') return at + 1;
      brackets.push(at);
      return at + 2;
    case '[':
      brackets.push(at);
      return at + 1;
    case ']':
      return closeBracket(reading, at);
    case '<':
      return angle(reading, at);
    case 'h':
      return text.startsWith('http://', at) || text.startsWith('https://', at)
        ? address(reading, at)
        : at + 1;
    case '$':
      return dollars(reading, at, run(text, at));
    case '*':
    case '_':
    case '~':
    case '|': {
      const found = run(text, at);
      readMarks(reading, found, at);
      return at + found.length;
    }
    default:
      return at + 1;
  }
}

/** The same character, as often as it stands there. */
function run(text: string, at: number): string {
  let end = at + 1;
  while (text.charAt(end) === text[at]) end++;
  return text.slice(at, end);
}

function find({ text, absent }: Reading, end: string, from: number): number {
  const at = absent.includes(end) ? -1 : text.indexOf(end, from);
  if (at < 0) absent.push(end);
  return at;
}

function take(
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

function backticks(reading: Reading, at: number, run: string): number {
  const { text, pending } = reading;
  const start = at + run.length;
  reading.code ??= codeRuns(text);
  const end = reading.code.after(run.length, start);
  if (end >= 0) return take(reading, 'code', at, end + run.length, text.slice(start, end));
  if (!pending.some(({ kind }) => kind === 'code')) pending.push({ kind: 'code', start: at, inner: run });
  return start;
}

function escaped(reading: Reading, at: number): number {
  const { text } = reading;
  const next = text.charAt(at + 1);
  if (next === '(' || next === '[') {
    const end = find(reading, next === '(' ? '\\)' : '\\]', at + 2);
    const inner = end < 0 ? '' : text.slice(at + 2, end);
    const formula = inner.length <= 1000 && (next === '(' ? inner.trim() !== '' : /[\\^_=+{}]/.test(inner));
    if (formula) return take(reading, 'math', at, end + 2, inner);
  }
  return /[!-/:-@[-`{-~\n]/.test(next) ? take(reading, 'escape', at, at + 2, next) : at + 1;
}

function address(reading: Reading, at: number): number {
  const { text, pending } = reading;
  const [found = ''] = matchAt(URL_TEXT, text, at) ?? [];
  // At the text's end, what follows may show that a mark is the address's own.
  if (at + found.length === text.length) pending.push({ kind: 'url', start: at, inner: found });
  return take(reading, 'url', at, at + withoutPunctuation(found).length);
}

function closeBracket(reading: Reading, at: number): number {
  const { text, atoms, pending, brackets } = reading;
  const start = brackets.pop();
  if (start === undefined) return at + 1;
  const image = text[start] === '!';
  const label = text.slice(start + (image ? 2 : 1), at);
  if (at + 1 === text.length && !/^[ x]$/i.test(label)) {
    if (label.length <= LONGEST_LABEL) pending.push({ kind: 'link', start, inner: label });
    return at + 1;
  }
  if (text[at + 1] !== '(') return at + 1;
  const target = matchAt(TARGET, text, at + 1);
  if (target) {
    while ((atoms.at(-1)?.start ?? -1) >= start) atoms.pop();
    dropMarks(reading, start);
    reading.pending = pending.filter((half) => half.start < start);
    const url = (target[1] ?? '').replace(/^<|>$/g, '');
    return take(reading, image ? 'image' : 'link', start, at + 1 + target[0].length, label, url);
  }
  if (matchAt(HALF_TARGET, text, at + 1)) {
    pending.push({ kind: 'link', start, inner: label });
    return text.length;
  }
  return at + 1;
}

function openBracket({ text, brackets }: Reading): Pending | null {
  const start = brackets.at(-1);
  if (start === undefined) return null;
  const inner = text.slice(start).replace(/^!?\[/, '');
  return inner.length <= LONGEST_LABEL && !inner.includes('\n') ? { kind: 'link', start, inner } : null;
}

function angle(reading: Reading, at: number): number {
  const { text, pending } = reading;
  for (const [kind, pattern] of ANGLES) {
    const found = matchAt(pattern, text, at);
    if (found) return take(reading, kind, at, at + found[0].length);
  }
  if (text.length - at <= 40 && /^<(?:[@#:/a-z][^\s<>]*)?$/i.test(text.slice(at))) {
    pending.push({ kind: 'mention', start: at, inner: '' });
  }
  return at + 1;
}

function dollars(reading: Reading, at: number, run: string): number {
  const { text } = reading;
  if (run === '$$') {
    const end = find(reading, '$$', at + 2);
    if (end > at + 2 && end - at <= 1000) return take(reading, 'math', at, end + 2, text.slice(at + 2, end));
  } else if (run === '$') {
    const found = matchAt(DOLLARS, text, at);
    if (found) return take(reading, 'math', at, at + found[0].length, found[0].slice(1, -1));
  }
  return at + run.length;
}

const ANGLES: [Atom['kind'], RegExp][] = [
  ['mention', MENTION],
  ['url', AUTOLINK],
  ['break', BREAK],
  ['tag', TAG],
];

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

/** A sentence's or a mark's characters behind an address are not its own. */
function withoutPunctuation(url: string): string {
  let end = url.length;
  while ('.,;:!?\'"*_~|)]}'.includes(url[end - 1] ?? ' ')) end--;
  return url.slice(0, end);
}
