/** Reads text in square brackets: links, pictures, references and footnotes. */
import { dropMarks } from './marks.ts';
import { type InlineReading, matchAt, type Pending, take } from './reading.ts';

const FOOTNOTE = /\[\^([^\s[\]^]{1,50})\]/y;
/** The label after the text of a reference. */
const LABEL = /\[([^[\]\n]{0,200})\]/y;
const HALF_LABEL = /\[[^[\]\n]{0,200}$/y;
/** Address and title after a link's text. Parentheses may be nested two deep. */
const TARGET =
  /\(\s{0,3}(<[^<>\n]{0,2000}>|(?:[^\s()]|\((?:[^\s()]|\([^\s()]{0,500}\)){0,500}\)){0,2000})(?:\s{1,3}(?:"[^"\n]{0,300}"|'[^'\n]{0,300}'))?\s{0,3}\)/y;
const HALF_TARGET = /\([^\s()]{0,2000}$/y;
const LONGEST_LABEL = 500;
/** Stands for the index of a bracket that begins no link. */
const SPENT = -1;

export function openBracket(reading: InlineReading, at: number): number {
  const { text, brackets } = reading;
  const footnote = text[at + 1] === '^' ? matchAt(FOOTNOTE, text, at) : null;
  if (footnote) return take(reading, 'footnote', at, at + footnote[0].length, footnote[1]);
  brackets.push(at);
  return at + (text[at] === '!' ? 2 : 1);
}

export function closeBracket(reading: InlineReading, at: number): number {
  const { text, pending, brackets } = reading;
  const start = brackets.pop();
  if (start === undefined || start === SPENT) return at + 1;
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
    if (!image) spend(brackets);
    const url = (target[1] ?? '').replace(/^<|>$/g, '');
    return take(reading, image ? 'image' : 'link', start, at + 1 + target[0].length, label, url);
  }
  if (matchAt(HALF_TARGET, text, at + 1)) {
    pending.push({ kind: 'link', start, inner: label });
    return text.length;
  }
  return at + 1;
}

/** No link holds another (CommonMark 6.3). */
function spend(brackets: number[]): void {
  for (let at = brackets.length - 1; at >= 0 && brackets[at] !== SPENT; at--) brackets[at] = SPENT;
}

/** `[text][label]`, `[label][]`, and a bare `[label]` if it is defined. */
function reference(reading: InlineReading, start: number, at: number, text: string): number {
  const isImage = reading.text[start] === '!';
  const [found, label = ''] = matchAt(LABEL, reading.text, at + 1) ?? [];
  if (found !== undefined && !label.startsWith('^') && !isIndex(reading.text, start, text)) {
    dropFrom(reading, start);
    const end = at + 1 + found.length;
    return take(reading, 'reference', start, end, text, label.trim() === '' ? text : label);
  }
  if (!isIndex(reading.text, start, text) && matchAt(HALF_LABEL, reading.text, at + 1)) {
    reading.pending.push({ kind: 'link', start, inner: text });
    return reading.text.length;
  }
  if (isImage || !reading.isDefined(text)) return at + 1;
  dropFrom(reading, start);
  return take(reading, 'reference', start, at + 1, text, text);
}

/** `a[i][j]`, `[i][j]`: an array index. */
function isIndex(text: string, start: number, label: string): boolean {
  return label.length < 2 || label.length > LONGEST_LABEL || /[\p{L}\p{N})\]_]/u.test(text[start - 1] ?? '');
}

/** Forgets everything that was found in the text of a link. */
function dropFrom(reading: InlineReading, start: number): void {
  const { atoms, tags, openTags } = reading;
  while ((atoms.at(-1)?.start ?? -1) >= start) atoms.pop();
  while ((tags.at(-1)?.start ?? -1) >= start) {
    const tag = tags.pop();
    if (!tag) break;
    if (tag.mate) tag.mate.mate = null;
    const open = openTags?.get(tag.name);
    if (open?.at(-1) === tag) open.pop();
  }
  dropMarks(reading, start);
  reading.pending = reading.pending.filter((half) => half.start < start);
}

/** The unclosed bracket at the end of the text. */
export function unclosedBracket({ text, brackets }: InlineReading): Pending | null {
  const start = brackets.at(-1);
  if (start === undefined || start === SPENT) return null;
  const inner = text.slice(start).replace(/^!?\[/, '');
  if (/^\^[^\s[\]^]{0,50}$/.test(inner)) return { kind: 'footnote', start, inner: '' };
  return inner.length <= LONGEST_LABEL && !inner.includes('\n') ? { kind: 'link', start, inner } : null;
}
