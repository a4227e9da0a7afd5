/**
 * A reader's position in an answer, as the id of an event: its length in UTF-16 units, and a hash that no other text of
 * that length has. A reader that comes back, in whichever process, goes on where it stopped if the answer still begins
 * that way. If another attempt was made since, the reader begins anew.
 */
import { createHash } from 'node:crypto';

const PRINT_CHARACTERS = 16;

export interface ReadPosition {
  readonly id: string;
  /** Moves the position behind this text. */
  add(text: string): void;
}

export function createReadPosition(): ReadPosition {
  const hash = createHash('sha256');
  let length = 0;
  return {
    get id() {
      return `${length}.${hash.copy().digest('base64url').slice(0, PRINT_CHARACTERS)}`;
    },
    add(text) {
      length += text.length;
      // The hash is of UTF-16 units, since a piece may end in the middle of a character.
      hash.update(text, 'utf16le');
    },
  };
}

/** The position of a reader that has this text. */
export function idAfter(text: string): string {
  const position = createReadPosition();
  position.add(text);
  return position.id;
}

/** The beginning of `text` up to a reader's position; undefined if the reader has something else. */
export function beginningAt(id: string, text: string): string | undefined {
  const beginning = text.slice(0, Number.parseInt(id, 10));
  return idAfter(beginning) === id ? beginning : undefined;
}
