/**
 * The JSON of an import. The page reads the file, whatever program wrote it, and sends its conversations in this form,
 * a few at a time. Everything has the id that it had there, so that the same file twice makes nothing twice.
 */
import type { End } from '../../../core/types.ts';

export const IMPORT_SOURCES = ['chatgpt', 'librechat', 'open-webui', 'parley'] as const;
export type ImportSource = (typeof IMPORT_SOURCES)[number];

/** Bounds of what one import request may hold. The page cuts longer texts, and says so. */
export const IMPORT_LIMITS = {
  conversations: 40,
  turns: 50,
  files: 20,
  keyCharacters: 200,
  titleCharacters: 120,
  nameCharacters: 200,
  /** The longest message, and the longest reasoning. */
  textCharacters: 100_000,
  answerCharacters: 200_000,
} as const;

/** `POST /api/import` */
export interface ImportBatch {
  conversations: ImportedSlice[];
  /** Tells the person's other windows that there is something new. */
  isLast: boolean;
}

/** A conversation, or a part of a long one. */
export interface ImportedSlice {
  source: ImportSource;
  /** The conversation's id in its source. */
  key: string;
  title: string;
  /** When it was last written to, milliseconds since 1970. */
  at: number;
  /** The key of the turn before the first one of `turns`; null: these are the first. */
  after: string | null;
  turns: ImportedTurn[];
}

export interface ImportedTurn {
  /** The turn's id in its source. */
  key: string;
  text: string;
  files: ImportedFile[];
  /** Markdown. */
  answer: string;
  made: (ImportedFile & { alt: string })[];
  model: string;
  thoughts: string;
  end: End;
  /** Milliseconds since 1970. */
  at: number;
}

/** A file by its name; its bytes are not taken along. */
export interface ImportedFile {
  name: string;
  type: string;
  size: number;
}

/** `known`: nothing was new; `grown`: turns were added to a conversation that is there; `full`: the list has no room. */
export type ImportOutcome = 'new' | 'grown' | 'known' | 'full';
