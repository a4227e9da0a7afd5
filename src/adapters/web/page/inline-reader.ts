/** Where the inline parser stands in its text, and what it has found. */
import { createFinder, type Finder } from './finder.ts';
import type { InlineNode, MarkTag } from './inline-nodes.ts';
import { type Piece, treeOf } from './inline-tree.ts';

/** Addresses by the names that link definitions (`[name]: address`) give them, see `definitionName`. */
export type Definitions = ReadonlyMap<string, string>;

export interface InlineOptions {
  definitions: Definitions;
  /** The text goes on: what is half-written at its end is shown as it will be. */
  growing: boolean;
}

export interface Reader extends InlineOptions {
  readonly text: string;
  readonly find: Finder;
  /** The next character. */
  at: number;
  /** What was read, in order. */
  readonly pieces: Piece[];
  /** `[` that no `]` belongs to yet. */
  readonly brackets: Bracket[];
  /** So many of the brackets stand before a link, and can't begin one around it. */
  spent: number;
  /** `<sub>` that no `</sub>` belongs to yet. */
  readonly tags: Tag[];
}

export interface Bracket {
  /** Of the piece that shows it. */
  piece: number;
  isImage: boolean;
  /** Where its label begins. */
  label: number;
}

export interface Tag {
  name: MarkTag;
  piece: number;
}

export function createReader(text: string, options: InlineOptions): Reader {
  return { ...options, text, find: createFinder(text), at: 0, pieces: [], brackets: [], spent: 0, tags: [] };
}

/** Shows so many characters as they are. */
export function writeNext(reader: Reader, length: number): void {
  reader.pieces.push({ type: 'text', text: reader.text.slice(reader.at, reader.at + length) });
  reader.at += length;
}

/** What a sticky pattern finds at the next character. */
export function matchNext({ text, at }: Reader, pattern: RegExp): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

/** Takes the pieces behind this one as the content of a link or tag, and the piece itself away. */
export function takeFrom(reader: Reader, piece: number, isOpen = false): InlineNode[] {
  const { pieces, brackets, tags } = reader;
  const inside = pieces.splice(piece).slice(1);
  while ((brackets.at(-1)?.piece ?? -1) >= piece) brackets.pop();
  while ((tags.at(-1)?.piece ?? -1) >= piece) tags.pop();
  reader.spent = Math.min(reader.spent, brackets.length);
  return treeOf(inside, isOpen);
}
