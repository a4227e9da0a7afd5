/** Reads Markdown as its top-level blocks, piece by piece, and goes on where it was when the text has grown. */
import type { MarkedToken } from 'marked';
import { settleEnd } from './growing.ts';
import { definitionName } from './inline-links.ts';
import type { Definitions } from './inline-reader.ts';
import { type BlockToken, lexBlocks } from './lex-blocks.ts';

/** What is known of a text so far. */
export interface Blocks {
  text: string;
  blocks: BlockToken[];
  /** Link definitions, which any block may use. */
  definitions: Definitions;
  /** So much of the text is in blocks that stay as they are. */
  settled: number;
  /** So many of the blocks are those. */
  settledBlocks: number;
  /** So much is read next. */
  stretch: number;
  /** The whole text is read. */
  isWhole: boolean;
}

/** UTF-16 units that are read at once: some milliseconds. */
const STRETCH = 8_000;
/** UTF-16 units that are read more where a stretch holds only one block. */
const MORE = 4 * STRETCH;
/** A longer paragraph is shown in parts. */
const LONG_PARAGRAPH = 16_000;
/** UTF-16 units of such a part, at least. */
const PART = 8_000;
/** A longer list is shown as several. */
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
 * Reads on, and stops early once `isOver`. Text that only grows at its end changes only the last of its blocks.
 * @param before of an earlier state of the text, or of another one
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
  // Of a long block, all parts but the last stay as they are, too.
  const parts = tokens.slice(0, 1).flatMap(divide).length;
  const done = [...settledTokens.flatMap(divide), ...rest.splice(0, Math.max(0, parts - 1))];
  const length = done.reduce((sum, { raw }) => sum + raw.length, 0);
  return {
    text,
    blocks: [...kept, ...done, ...rest],
    // One that is being written leads to half an address.
    definitions: withDefinitions(read.definitions, growing ? done : [...done, ...rest]),
    settled: settled + length,
    settledBlocks: kept.length + done.length,
    // One block fills all of it: more is needed to see where that ends.
    stretch: length === 0 && !isWhole ? stretch + MORE : isWhole ? stretch : STRETCH,
    isWhole,
  };
}

/** The blocks that stay as they are when the text grows, and the others. */
type Settled = [settled: BlockToken[], rest: BlockToken[]];

function lexWhole(source: string): Settled {
  const tokens = lexBlocks(source, false);
  const first = firstUnsettled(tokens);
  return [tokens.slice(0, first), tokens.slice(first)];
}

/** Only the last block is still being written: those before it are read as they will stay. */
function lexGrowing(source: string): Settled {
  const tokens = lexBlocks(source, true);
  const length = tokens.slice(0, firstUnsettled(tokens)).reduce((sum, { raw }) => sum + raw.length, 0);
  return [
    length > 0 ? lexBlocks(source.slice(0, length), false) : [],
    lexBlocks(settleEnd(source.slice(length)), true),
  ];
}

/** The last block may change when the text grows, and become part of one that stands right before it. */
function firstUnsettled(tokens: BlockToken[]): number {
  const last = tokens.findLastIndex(({ type }) => type !== 'space');
  const goesOn = ['paragraph', 'list', 'blockquote'].includes(tokens[last - 1]?.type ?? '');
  return Math.max(0, goesOn ? last - 1 : last);
}

/** The same map where nothing is new, so that nothing is drawn again. The first of a name counts. */
function withDefinitions(before: Definitions, tokens: BlockToken[]): Definitions {
  const found = tokens.filter((token) => token.type === 'def');
  const fresh = found.map(({ tag, href }) => [definitionName(tag), href] as const);
  const isNew = fresh.some(([name]) => !before.has(name));
  return isNew ? new Map([...fresh.toReversed(), ...before]) : before;
}

/** Parts of a very long block, so that none takes long to draw. */
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
    parts.push({ type: 'paragraph', raw: part, text: part.replace(/^\n|\n+$/g, ''), tokens: [] });
    start = end;
  }
  return parts;
}

/** At the end of a line, of a sentence or of a word, where what follows can't be taken for another block. */
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
