/**
 * Parses inline Markdown (CommonMark 0.31 with GFM's links and `~~`) in linear time. It differs where people
 * expect it: line ends are kept, formulas stay as they are written, and marks work next to Chinese, Japanese
 * and Korean.
 */
import { runAt } from './emphasis.ts';
import { closeBracket, openBracket, readAutolink, readBareLink, readMail } from './inline-links.ts';
import type { InlineNode } from './inline-nodes.ts';
import {
  createReader,
  type InlineOptions,
  type InlineReader,
  matchNext,
  takeFrom,
  writeNext,
} from './inline-reader.ts';
import {
  readBackslash,
  readBreak,
  readCode,
  readComment,
  readFormula,
  readNote,
  readTag,
} from './inline-spans.ts';
import { treeOf } from './inline-tree.ts';

/** Readers by first character; each returns false where nothing begins. */
const READERS: Record<string, (reader: InlineReader) => boolean> = {
  '\\': readBackslash,
  '`': readCode,
  '*': readRun,
  _: readRun,
  '~': readRun,
  '!': (reader) => reader.text.charAt(reader.at + 1) === '[' && openBracket(reader, true),
  '[': (reader) => readNote(reader) || openBracket(reader, false),
  ']': closeBracket,
  '<': (reader) => readComment(reader) || readAutolink(reader) || readTag(reader),
  $: readFormula,
  '@': readMail,
  '\n': readBreak,
  h: readBareLink,
  H: readBareLink,
  w: readBareLink,
  W: readBareLink,
};
/** Text in which nothing can begin, or a part of it. */
const PLAIN = /(?:[^\\`*_~![\]<$@\nhw]|h(?!ttps?:)|w(?!ww\.)){1,1000}/iy;
/** A mark or the beginning of a link with nothing after it. */
const DANGLING = /(?:[*_~`\\$]|!?\[|\]\()$/;
/** Most characters of an unfinished label or tag that are hidden. */
const LONGEST_UNFINISHED = 500;

export function parseInline(source: string, options: InlineOptions): InlineNode[] {
  const reader = createReader(options.growing ? withoutDangling(source) : source, options);
  while (reader.at < reader.text.length) {
    const plain = matchNext(reader, PLAIN)?.[0];
    if (plain !== undefined) writeNext(reader, plain.length);
    else if (!READERS[reader.text.charAt(reader.at)]?.(reader)) writeNext(reader, 1);
  }
  if (options.growing) settle(reader);
  return treeOf(reader.pieces, options.growing);
}

function readRun(reader: InlineReader): true {
  const { text, at, pieces } = reader;
  const run = runAt(text, at);
  if (run) {
    pieces.push(run);
    reader.at += run.length;
    return true;
  }
  let end = at;
  while (text.charAt(end) === '~') end++;
  writeNext(reader, end - at);
  return true;
}

/** Drops an unfinished tag, note, reference or escape at the end, and marks with nothing after them. */
function withoutDangling(text: string): string {
  const start = Math.max(0, text.length - LONGEST_UNFINISHED);
  let tail = text
    .slice(start)
    .replace(/<(?:[a-z/!-][^<>\n]*)?$/i, '')
    .replace(/\[\^[^[\]\s]{0,50}$/, '')
    .replace(/&#?[a-z\d]{0,31}$/i, '');
  for (let mark = DANGLING.exec(tail); mark; mark = DANGLING.exec(tail)) tail = tail.slice(0, mark.index);
  return text.slice(0, start) + tail;
}

/** Drops unclosed brackets, and extends unclosed tags to the end. */
function settle(reader: InlineReader): void {
  const { text, pieces, brackets, tags } = reader;
  for (const { piece, label } of brackets) {
    if (text.length - label < LONGEST_UNFINISHED) pieces[piece] = { type: 'text', text: '' };
  }
  for (let tag = tags.pop(); tag; tag = tags.pop()) {
    pieces.push({ type: 'mark', tag: tag.name, children: takeFrom(reader, tag.piece, true) });
  }
}
