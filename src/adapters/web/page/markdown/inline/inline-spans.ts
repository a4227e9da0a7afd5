/** Reads code, formulas, notes, line ends and tags within a line. */
import { formulaEnd } from './formulas.ts';
import { isMarkTag } from './inline-nodes.ts';
import { type InlineReader, matchNext, takeFrom, writeNext } from './inline-reader.ts';

const TAG = /<(\/?)([a-z]{1,6})\s{0,9}\/?>/iy;
const NOTE = /\[\^([^[\]\s]{1,50})\]/y;
/** Deepest nesting of tags; deeper ones are text, since the browser's stack is limited. */
const DEEPEST_TAGS = 12;
const ESCAPABLE = /[!-/:-@[-`{-~]/;

export function readBackslash(reader: InlineReader): boolean {
  if (readFormula(reader)) return true;
  const next = reader.text.charAt(reader.at + 1);
  if (next === '\n') {
    reader.at++;
    return readBreak(reader);
  }
  if (!ESCAPABLE.test(next)) return false;
  reader.pieces.push({ type: 'literal', text: next });
  reader.at += 2;
  return true;
}

export function readFormula(reader: InlineReader): boolean {
  const { text, at, find, growing, pieces } = reader;
  const end = formulaEnd(find, at, growing);
  if (end < 0) return false;
  pieces.push({ type: 'formula', text: text.slice(at, end) });
  reader.at = end;
  return true;
}

export function readCode(reader: InlineReader): true {
  const { text, at, growing, pieces } = reader;
  let start = at;
  while (text.charAt(start) === '`') start++;
  const fence = text.slice(at, start);
  const end = codeEnd(reader, fence, start);
  if (end < 0 && !growing) {
    writeNext(reader, fence.length);
    return true;
  }
  const inside = text.slice(start, end < 0 ? undefined : end).replaceAll('\n', ' ');
  const isPadded = inside.startsWith(' ') && inside.endsWith(' ') && inside.trim() !== '';
  pieces.push({ type: 'code', text: isPadded ? inside.slice(1, -1) : inside });
  reader.at = end < 0 ? text.length : end + fence.length;
  return true;
}

/** Index of the next run of exactly this length. */
function codeEnd({ text, find }: InlineReader, fence: string, from: number): number {
  let end = find.next(fence, from);
  while (end >= 0 && text.charAt(end + fence.length) === '`') {
    while (text.charAt(end) === '`') end++;
    end = find.next(fence, end);
  }
  return end;
}

export function readNote(reader: InlineReader): boolean {
  const [all, label] = matchNext(reader, NOTE) ?? [];
  if (all === undefined || label === undefined) return false;
  reader.pieces.push({ type: 'note', label });
  reader.at += all.length;
  return true;
}

/** Keeps a line's end, and drops the spaces around it. */
export function readBreak(reader: InlineReader): true {
  const { text, pieces } = reader;
  const last = pieces.at(-1);
  if (last?.type === 'text') pieces[pieces.length - 1] = { type: 'text', text: last.text.trimEnd() };
  pieces.push({ type: 'break' });
  reader.at++;
  while (text.charAt(reader.at) === ' ' || text.charAt(reader.at) === '\t') reader.at++;
  return true;
}

/** Drops an HTML comment. */
export function readComment(reader: InlineReader): boolean {
  const { text, at, find, growing } = reader;
  if (!text.startsWith('<!--', at)) return false;
  const end = find.next('-->', at + 4);
  if (end < 0 && !growing) return false;
  reader.at = end < 0 ? text.length : end + 3;
  return true;
}

/** Reads `<br>`, and pairs of `MARK_TAGS`. Any other tag stays text. */
export function readTag(reader: InlineReader): boolean {
  const { pieces, tags } = reader;
  const [all, slash, letters] = matchNext(reader, TAG) ?? [];
  const name = letters?.toLowerCase() ?? '';
  if (all === undefined) return false;
  const opener = tags.at(-1);
  if (name === 'br') pieces.push({ type: 'break' });
  else if (!isMarkTag(name)) return false;
  else if (slash === '/' && opener?.name === name) {
    pieces.push({ type: 'mark', tag: name, children: takeFrom(reader, opener.piece) });
  } else {
    if (slash === '' && tags.length < DEEPEST_TAGS) tags.push({ name, piece: pieces.length });
    writeNext(reader, all.length);
    return true;
  }
  reader.at += all.length;
  return true;
}
