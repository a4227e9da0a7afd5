/** The state of the inline parser: its place in the text, and the pieces found. */
import { createFinder, type Finder } from './finder.ts';
import type { InlineNode, MarkTag } from './inline-nodes.ts';
import { type Piece, treeOf } from './inline-tree.ts';

/** Addresses by the names of link definitions (`[name]: address`); see `definitionName`. */
export type Definitions = ReadonlyMap<string, string>;

export interface InlineOptions {
  definitions: Definitions;
  /** Whether the text still grows. An unfinished piece at its end is shown as if finished. */
  growing: boolean;
}

export interface InlineReader extends InlineOptions {
  readonly text: string;
  readonly find: Finder;
  /** Index of the next character. */
  at: number;
  /** The pieces read so far, in order. */
  readonly pieces: Piece[];
  /** Each `[` without its `]` so far. */
  readonly brackets: Bracket[];
  /** Number of brackets before a link; they cannot begin a link around it. */
  spent: number;
  /** Each tag such as `<sub>` without its end so far. */
  readonly tags: Tag[];
}

export interface Bracket {
  /** Index of the piece that shows the bracket or tag. */
  piece: number;
  isImage: boolean;
  /** Index where its label begins. */
  label: number;
}

export interface Tag {
  name: MarkTag;
  piece: number;
}

export function createReader(text: string, options: InlineOptions): InlineReader {
  return { ...options, text, find: createFinder(text), at: 0, pieces: [], brackets: [], spent: 0, tags: [] };
}

/** Adds the next `length` characters as text. */
export function writeNext(reader: InlineReader, length: number): void {
  reader.pieces.push({ type: 'text', text: reader.text.slice(reader.at, reader.at + length) });
  reader.at += length;
}

/** The match of a sticky pattern at the next character. */
export function matchNext({ text, at }: InlineReader, pattern: RegExp): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

/** Removes this piece and all after it; returns the later ones as the content of a link or tag. */
export function takeFrom(reader: InlineReader, piece: number, isOpen = false): InlineNode[] {
  const { pieces, brackets, tags } = reader;
  const inside = pieces.splice(piece).slice(1);
  while ((brackets.at(-1)?.piece ?? -1) >= piece) brackets.pop();
  while ((tags.at(-1)?.piece ?? -1) >= piece) tags.pop();
  reader.spent = Math.min(reader.spent, brackets.length);
  return treeOf(inside, isOpen);
}
