/** What stands inside one paragraph, item or cell: things that are one piece, and marks around text. */
import { type CodeRuns, codeRuns } from './code-runs.ts';
import { isHalfEntity, readEntity } from './entities.ts';
import { isFormula, LONGEST_FORMULA, readDollar } from './formula.ts';
import { allMarks, dropMarks, type Mark, type Marks, readMarks } from './marks.ts';
import { isCodeTag, isHalfTag, isVoidTag, readTag, type Tag } from './tags.ts';

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

const SPECIAL = /[\\`*_~[\]<$&]|https?:\/\//;
const MENTION = /<(?:@[!&]?\d+|#\d+|a?:\w{1,32}:\d+|t:-?\d+(?::\w)?|\/[^<>\n]{1,100}:\d+|id:\w+)>/y;
const AUTOLINK = /<(?:https?:\/\/|mailto:)[^\s<>]{1,2000}>/y;
const BREAK = /<br\s{0,3}\/?>/iy;
const TAG = /<\/?[a-z][^<>\n]{0,200}>/iy;
const URL_TEXT = /https?:\/\/(?:(?!\]\()[^\s<>`])*/y;
const COMMENT_BEGIN = '<!--';
const COMMENT_END = '-->';
/** Characters of a comment, or of code between tags; what is longer is text. */
const LONGEST_HIDDEN = 4_000;
const FOOTNOTE = /\[\^([^\s[\]^]{1,50})\]/y;
/** The label behind the text of a reference. */
const LABEL = /\[([^[\]\n]{0,200})\]/y;
const HALF_LABEL = /\[[^[\]\n]{0,200}$/y;
/** Address and title behind a link's text; parentheses in it two deep. */
const TARGET =
  /\(\s{0,3}(<[^<>\n]{0,2000}>|(?:[^\s()]|\((?:[^\s()]|\([^\s()]{0,500}\)){0,500}\)){0,2000})(?:\s{1,3}(?:"[^"\n]{0,300}"|'[^'\n]{0,300}'))?\s{0,3}\)/y;
const HALF_TARGET = /\([^\s()]{0,2000}$/y;
const LONGEST_LABEL = 500;
const NOTHING: Inline = { atoms: [], marks: [], tags: [], pending: [] };

/** What is read so far. */
interface Reading extends Omit<Inline, 'marks'>, Marks {
  /** Tags that none has closed, the last ones last, by their name. */
  readonly openTags: Map<string, Tag[]>;
  /** Whether a label by itself, such as `[1]`, has an address. */
  readonly isDefined: (label: string) => boolean;
  /** Where `[` or `![` stand that no `]` has closed. */
  readonly brackets: number[];
  /** Where a closing mark was found last; -1 where the rest of the text has none. */
  readonly found: Map<string, number>;
  code: CodeRuns | null;
}

/** In a time that grows with the text. */
export function readInline(text: string, isDefined: (label: string) => boolean = () => false): Inline {
  if (!SPECIAL.test(text)) return NOTHING;
  const reading: Reading = {
    text,
    isDefined,
    atoms: [],
    tags: [],
    openTags: new Map(),
    pending: [],
    closed: [],
    open: [],
    brackets: [],
    found: new Map(),
    code: null,
  };
  for (let at = 0; at < text.length; ) at = readAt(reading, at);
  const { atoms, tags, pending } = reading;
  const bracket = openBracket(reading);
  if (bracket) pending.push(bracket);
  return { atoms, marks: allMarks(reading), tags, pending };
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
    case '[': {
      const footnote = text[at + 1] === '^' ? matchAt(FOOTNOTE, text, at) : null;
      if (footnote) return take(reading, 'footnote', at, at + footnote[0].length, footnote[1]);
      brackets.push(at);
      return at + 1;
    }
    case ']':
      return closeBracket(reading, at);
    case '<':
      return angle(reading, at);
    case '&':
      return entity(reading, at);
    case 'h':
      return text.startsWith('http://', at) || text.startsWith('https://', at)
        ? address(reading, at)
        : at + 1;
    case '$':
      return dollars(reading, at, run(text, at));
    case '*':
    case '_':
    case '~': {
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

/** The first place from there on; to be asked for ever later ones. */
function find({ text, found }: Reading, end: string, from: number): number {
  const known = found.get(end);
  if (known !== undefined && (known < 0 || known >= from)) return known;
  const at = text.indexOf(end, from);
  found.set(end, at);
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
  const { text, pending } = reading;
  const next = text.charAt(at + 1);
  if (next === '(' || next === '[') {
    const end = find(reading, next === '(' ? '\\)' : '\\]', at + 2);
    const inner = text.slice(at + 2, end < 0 ? text.length : end);
    const formula = next === '(' ? inner.trim() !== '' && inner.length <= LONGEST_FORMULA : isFormula(inner);
    if (end >= 0 && formula) return take(reading, 'math', at, end + 2, inner);
    if (end < 0 && inner.length <= LONGEST_FORMULA) pending.push({ kind: 'math', start: at, inner });
  }
  return /[!-/:-@[-`{-~\n]/.test(next) ? take(reading, 'escape', at, at + 2, next) : at + 1;
}

function entity(reading: Reading, at: number): number {
  const { text, pending } = reading;
  const found = readEntity(text, at);
  if (found) return take(reading, 'entity', at, found.end, found.character);
  if (isHalfEntity(text, at)) pending.push({ kind: 'entity', start: at, inner: '' });
  return at + 1;
}

function address(reading: Reading, at: number): number {
  const { text, pending } = reading;
  const [found = ''] = matchAt(URL_TEXT, text, at) ?? [];
  // At the text's end, what follows may show that a mark is the address's own.
  if (at + found.length === text.length) pending.push({ kind: 'url', start: at, inner: found });
  return take(reading, 'url', at, at + withoutPunctuation(found).length);
}

function closeBracket(reading: Reading, at: number): number {
  const { text, pending, brackets } = reading;
  const start = brackets.pop();
  if (start === undefined) return at + 1;
  const image = text[start] === '!';
  const label = text.slice(start + (image ? 2 : 1), at);
  if (at + 1 === text.length && !/^[ x]$/i.test(label)) {
    if (!image && reading.isDefined(label)) return reference(reading, start, at, label);
    if (label.length <= LONGEST_LABEL) pending.push({ kind: 'link', start, inner: label });
    return at + 1;
  }
  if (text[at + 1] !== '(') return reference(reading, start, at, label);
  const target = matchAt(TARGET, text, at + 1);
  if (target) {
    dropFrom(reading, start);
    const url = (target[1] ?? '').replace(/^<|>$/g, '');
    return take(reading, image ? 'image' : 'link', start, at + 1 + target[0].length, label, url);
  }
  if (matchAt(HALF_TARGET, text, at + 1)) {
    pending.push({ kind: 'link', start, inner: label });
    return text.length;
  }
  return at + 1;
}

/** `[text][label]`, `[label][]`, and `[label]` by itself where that is defined. */
function reference(reading: Reading, start: number, at: number, text: string): number {
  const isImage = reading.text[start] === '!';
  const [found, label = ''] = matchAt(LABEL, reading.text, at + 1) ?? [];
  if (found !== undefined && !label.startsWith('^') && !isIndex(reading.text, start, text)) {
    dropFrom(reading, start);
    const end = at + 1 + found.length;
    return take(reading, 'reference', start, end, text, label.trim() === '' ? text : label);
  }
  if (text.length <= LONGEST_LABEL && matchAt(HALF_LABEL, reading.text, at + 1)) {
    reading.pending.push({ kind: 'link', start, inner: text });
    return reading.text.length;
  }
  if (isImage || !reading.isDefined(text)) return at + 1;
  dropFrom(reading, start);
  return take(reading, 'reference', start, at + 1, text, text);
}

/** `a[i][j]`, `[i][j]`: places in an array. */
function isIndex(text: string, start: number, label: string): boolean {
  return label.length < 2 || label.length > LONGEST_LABEL || /[\p{L}\p{N})\]_]/u.test(text[start - 1] ?? '');
}

/** Forgets what is in the text of a link. */
function dropFrom(reading: Reading, start: number): void {
  const { atoms, tags, openTags } = reading;
  while ((atoms.at(-1)?.start ?? -1) >= start) atoms.pop();
  while ((tags.at(-1)?.start ?? -1) >= start) {
    const tag = tags.pop();
    if (!tag) break;
    if (tag.mate) tag.mate.mate = null;
    const open = openTags.get(tag.name);
    if (open?.at(-1) === tag) open.pop();
  }
  dropMarks(reading, start);
  reading.pending = reading.pending.filter((half) => half.start < start);
}

function openBracket({ text, brackets }: Reading): Pending | null {
  const start = brackets.at(-1);
  if (start === undefined) return null;
  const inner = text.slice(start).replace(/^!?\[/, '');
  if (/^\^[^\s[\]^]{0,50}$/.test(inner)) return { kind: 'footnote', start, inner: '' };
  return inner.length <= LONGEST_LABEL && !inner.includes('\n') ? { kind: 'link', start, inner } : null;
}

function angle(reading: Reading, at: number): number {
  const { text, pending } = reading;
  for (const [kind, pattern] of ANGLES) {
    const found = matchAt(pattern, text, at);
    if (found) return take(reading, kind, at, at + found[0].length);
  }
  if (text.startsWith(COMMENT_BEGIN, at)) return comment(reading, at);
  const tag = readTag(text, at);
  if (tag) return known(reading, tag);
  const other = matchAt(TAG, text, at);
  if (other) return take(reading, 'tag', at, at + other[0].length);
  if (isHalfAngle(text, at)) pending.push({ kind: 'mention', start: at, inner: '' });
  return at + 1;
}

function isHalfAngle(text: string, at: number): boolean {
  if (COMMENT_BEGIN.startsWith(text.slice(at, at + COMMENT_BEGIN.length + 1)) || isHalfTag(text, at))
    return true;
  return text.length - at <= 40 && /^<(?:[@#:/a-z][^\s<>]*)?$/i.test(text.slice(at));
}

function comment(reading: Reading, at: number): number {
  const { text, pending } = reading;
  const end = find(reading, COMMENT_END, at + COMMENT_BEGIN.length);
  if (end >= 0 && end - at <= LONGEST_HIDDEN) return take(reading, 'comment', at, end + COMMENT_END.length);
  if (end < 0 && text.length - at <= LONGEST_HIDDEN) pending.push({ kind: 'tag', start: at, inner: '' });
  return at + 1;
}

function known(reading: Reading, tag: Tag): number {
  const { tags, openTags } = reading;
  if (isCodeTag(tag.name)) return codeBetweenTags(reading, tag);
  tags.push(tag);
  if (!isVoidTag(tag.name)) {
    const open = openTags.get(tag.name) ?? [];
    openTags.set(tag.name, open);
    if (!tag.isClosing) open.push(tag);
    else {
      tag.mate = open.pop() ?? null;
      if (tag.mate) tag.mate.mate = tag;
    }
  }
  return take(reading, 'tag', tag.start, tag.end);
}

function codeBetweenTags(reading: Reading, { start, end, name, isClosing }: Tag): number {
  const { text, pending } = reading;
  if (isClosing) return take(reading, 'tag', start, end);
  const closer = `</${text.slice(start + 1, start + 1 + name.length)}>`;
  const close = find(reading, closer, end);
  if (close >= 0 && close - end <= LONGEST_HIDDEN) {
    return take(reading, 'code', start, close + closer.length, text.slice(end, close));
  }
  if (close < 0 && text.length - end <= LONGEST_LABEL) pending.push({ kind: 'tag', start, inner: '' });
  return take(reading, 'tag', start, end);
}

function dollars(reading: Reading, at: number, run: string): number {
  const { text, pending } = reading;
  if (run === '$$') {
    const end = find(reading, '$$', at + 2);
    if (end > at + 2 && end - at <= LONGEST_FORMULA) {
      return take(reading, 'math', at, end + 2, text.slice(at + 2, end));
    }
    if (end < 0 && text.length - at <= LONGEST_FORMULA && /\S/.test(text[at + 2] ?? 'x')) {
      pending.push({ kind: 'math', start: at, inner: '' });
    }
  } else if (run === '$') {
    const found = readDollar(text, at);
    if (found.kind === 'formula')
      return take(reading, 'math', at, found.end, text.slice(at + 1, found.end - 1));
    if (found.kind === 'half') pending.push({ kind: 'math', start: at, inner: '' });
  }
  return at + run.length;
}

const ANGLES: [Atom['kind'], RegExp][] = [
  ['mention', MENTION],
  ['url', AUTOLINK],
  ['break', BREAK],
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
