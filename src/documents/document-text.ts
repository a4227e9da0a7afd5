/** The text of a document while it is read, up to a most. */
import type { WhyUnread } from '../core/turn/asking/documents.ts';

/** Most characters kept of one document: a book of a thousand pages. */
const MOST_CHARACTERS = 3_000_000;
/** Stands at the end of a text that was cut. */
const CUT_NOTE = '\n\n[the document goes on; the rest was not read]';

/** Ends the reading of a document that holds more than is kept. */
class Full extends Error {
  override name = 'Full';
}

/** A document that gives no text. */
export class Unread extends Error {
  override name = 'Unread';
  readonly why: WhyUnread;
  constructor(why: WhyUnread) {
    super(why);
    this.why = why;
  }
}

export interface DocumentText {
  /** Adds a text as it is. @throws Full */
  add(text: string): void;
  /** Adds a block, apart from the one before by an empty line. Without effect if it is blank. @throws Full */
  block(text: string): void;
}

/** The text that `write` makes, at most `MOST_CHARACTERS` of it. */
export async function collectText(write: (text: DocumentText) => Promise<void> | void): Promise<string> {
  const parts: string[] = [];
  let length = 0;
  let isCut = false;
  function add(text: string): void {
    const room = MOST_CHARACTERS - length;
    parts.push(text.length > room ? text.slice(0, room) : text);
    length += Math.min(text.length, room);
    if (text.length > room) throw new Full();
  }
  try {
    await write({
      add,
      block(text) {
        const shown = text.trim();
        if (shown !== '') add(length > 0 ? `\n\n${shown}` : shown);
      },
    });
  } catch (error) {
    if (!(error instanceof Full)) throw error;
    isCut = true;
  }
  const text = parts.join('').trim();
  return isCut ? text + CUT_NOTE : text;
}
