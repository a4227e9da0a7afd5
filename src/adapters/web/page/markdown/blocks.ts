/** Reads Markdown as top-level blocks, piece by piece, and continues where it stopped when the text has grown. */

import type { MarkedToken } from 'marked';
import { trimEndOf } from '../../../../core/text/trim-end.ts';
import { settleEnd } from './growing.ts';
import { definitionName } from './inline/inline-links.ts';
import type { Definitions } from './inline/inline-reader.ts';
import { type BlockToken, lexBlocks } from './lex-blocks.ts';

/** The state of reading a text. */
export interface Blocks {
  text: string;
  blocks: BlockToken[];
  /** Link definitions, which any block may use. */
  definitions: Definitions;
  /** Length of the text whose blocks will not change. */
  settled: number;
  /** Number of blocks that will not change. */
  settledBlocks: number;
  /** Length of the next piece to read. */
  stretch: number;
  /** Whether the whole text is read. */
  isWhole: boolean;
}

/** UTF-16 units read at once, which takes some milliseconds. */
const STRETCH = 8_000;
/** UTF-16 units added where a stretch holds only one block. */
const MORE = 4 * STRETCH;
/** Units above which a paragraph is shown in parts. */
const LONG_PARAGRAPH = 16_000;
/** Least UTF-16 units of such a part. */
const PART = 8_000;
/** Items above which a list is shown as several. */
const MOST_ITEMS = 100;

const NO_DEFINITIONS: Definitions = new Map();
export const NOTHING: Blocks = {
  text: '',
  blocks: [],
  definitions: NO_DEFINITIONS,
  settled: 0,
  settledBlocks: 0,
  stretch: STRETCH,
  isWhole: true,
};

/**
 * Continues reading, and stops early once `isOver`. Text that grows only at its end changes only its last
 * block.
 * @param before an earlier state of this text, or the state of another text
 */
export function readBlocks(text: string, growing: boolean, before: Blocks, isOver: () => boolean): Blocks {
  let read = text.startsWith(before.text.slice(0, before.settled))
    ? { ...before, text }
    : { ...NOTHING, text };
  do {
    read = readStretch(read, growing);
  } while (!read.isWhole && !isOver());
  return read;
}

function readStretch(read: Blocks, growing: boolean): Blocks {
  const { text, settled, stretch } = read;
  const isWhole = settled + stretch >= text.length;
  const source = isWhole ? text.slice(settled) : text.slice(settled, settled + stretch);
  const [settledTokens, tokens] = isWhole && growing ? lexGrowing(source) : lexWhole(source);
  const kept = read.blocks.slice(0, read.settledBlocks);
  const rest = tokens.flatMap(divide);
  // All parts of a long block except the last will not change either.
  const parts = tokens.slice(0, 1).flatMap(divide).length;
  const done = [...settledTokens.flatMap(divide), ...rest.splice(0, Math.max(0, parts - 1))];
  const length = done.reduce((sum, { raw }) => sum + raw.length, 0);
  return {
    text,
    blocks: [...kept, ...done, ...rest],
    // A definition that is still being written has only half an address.
    definitions: withDefinitions(read.definitions, growing ? done : [...done, ...rest]),
    settled: settled + length,
    settledBlocks: kept.length + done.length,
    // One block fills the whole stretch: more text is needed to find its end.
    stretch: length === 0 && !isWhole ? stretch + MORE : isWhole ? stretch : STRETCH,
    isWhole,
  };
}

/** Blocks that will not change when the text grows, and the other blocks. */
type Settled = [settled: BlockToken[], rest: BlockToken[]];

function lexWhole(source: string): Settled {
  const tokens = lexBlocks(source, false);
  const first = firstUnsettled(tokens);
  return [tokens.slice(0, first), tokens.slice(first)];
}

/** Reads the blocks of growing text. Only the last block is still being written; the others are final. */
function lexGrowing(source: string): Settled {
  const tokens = lexBlocks(source, true);
  const length = tokens.slice(0, firstUnsettled(tokens)).reduce((sum, { raw }) => sum + raw.length, 0);
  return [
    length > 0 ? lexBlocks(source.slice(0, length), false) : [],
    lexBlocks(settleEnd(source.slice(length)), true),
  ];
}

/** The index of the first block that can still change: the last block can, and may join the one directly before it. */
function firstUnsettled(tokens: BlockToken[]): number {
  const last = tokens.findLastIndex(({ type }) => type !== 'space');
  const goesOn = ['paragraph', 'list', 'blockquote'].includes(tokens[last - 1]?.type ?? '');
  return Math.max(0, goesOn ? last - 1 : last);
}

/**
 * Adds definitions; the first of a name counts. Returns the same map if nothing is new, so that nothing is
 * drawn again.
 */
function withDefinitions(before: Definitions, tokens: BlockToken[]): Definitions {
  const found = tokens.filter((token) => token.type === 'def');
  const fresh = found.map(({ tag, href }) => [definitionName(tag), href] as const);
  const isNew = fresh.some(([name]) => !before.has(name));
  return isNew ? new Map([...fresh.toReversed(), ...before]) : before;
}

/** Divides a very long block into parts, so that none takes long to draw. */
function divide(token: BlockToken): BlockToken[] {
  if (token.type === 'paragraph' && token.raw.length > LONG_PARAGRAPH) return divideParagraph(token.raw);
  if (token.type === 'list' && token.items.length > MOST_ITEMS) return divideList(token);
  return [token];
}

function divideParagraph(raw: string): BlockToken[] {
  const parts: BlockToken[] = [];
  for (let start = 0; start < raw.length; ) {
    const end =
      raw.length - start > LONG_PARAGRAPH
        ? start + partEnd(raw.slice(start, start + LONG_PARAGRAPH))
        : raw.length;
    const part = raw.slice(start, end);
    parts.push({ type: 'paragraph', raw: part, text: trimEndOf(part, /\n/).replace(/^\n/, ''), tokens: [] });
    start = end;
  }
  return parts;
}

/**
 * The end of a part: at the end of a line, a sentence or a word, where the following text cannot be read as
 * another block.
 */
function partEnd(stretch: string): number {
  for (const pattern of [/\n(?=\p{L})/gu, /(?:[.!?]\s|[。！？])(?=\p{L})/gu, /\s(?=\p{L})/gu]) {
    pattern.lastIndex = PART;
    const found = pattern.exec(stretch);
    if (found) return found.index + found[0].length;
  }
  return /[\ud800-\udbff]/.test(stretch.charAt(PART - 1)) ? PART - 1 : PART;
}

function divideList(token: MarkedToken & { type: 'list' }): BlockToken[] {
  const parts: BlockToken[] = [];
  for (let first = 0; first < token.items.length; first += MOST_ITEMS) {
    const items = token.items.slice(first, first + MOST_ITEMS);
    const start = token.start === '' ? '' : token.start + first;
    parts.push({ ...token, start, items, raw: items.map(({ raw }) => raw).join('') });
  }
  return parts;
}
