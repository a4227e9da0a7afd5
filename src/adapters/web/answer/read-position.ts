/**
 * What a reader of an answer has of it, as the id of an event: its length in UTF-16 units, and a print that no other
 * text of that length has. So a reader who comes back goes on where it stopped if the answer still begins so, wherever
 * that is read now, and begins anew if another attempt has been made at it since.
 */
import { createHash } from 'node:crypto';

const PRINT_CHARACTERS = 16;

export interface Reached {
  readonly id: string;
  /** So much has been read since. */
  add(text: string): void;
}

export function createReached(): Reached {
  const hash = createHash('sha256');
  let length = 0;
  return {
    get id() {
      return `${length}.${hash.copy().digest('base64url').slice(0, PRINT_CHARACTERS)}`;
    },
    add(text) {
      length += text.length;
      // Units, since a piece may end in the middle of a character.
      hash.update(text, 'utf16le');
    },
  };
}

/** The id that a reader of this has. */
export function idAfter(text: string): string {
  const reached = createReached();
  reached.add(text);
  return reached.id;
}

/** The beginning of `text` that a reader has who came so far; undefined where that is something else. */
export function beginningAt(id: string, text: string): string | undefined {
  const beginning = text.slice(0, Number.parseInt(id, 10));
  return idAfter(beginning) === id ? beginning : undefined;
}
