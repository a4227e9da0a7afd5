/** The note in front of the window: a summary of the turns that the window let go. */
import type { ModelMessage } from '../../models/model.ts';
import { NOTE_TITLE } from '../../sentences/prompts.ts';
import type { Note } from '../../storage.ts';
import { BYTES_PER_TOKEN } from '../context-size.ts';
import { barred } from '../speech.ts';
import type { Window } from './window.ts';

/** Most tokens of a note. */
const MOST_TOKENS = 1_500;
/** The largest part of the budget that a note takes. */
const MOST_SHARE = 1 / 8;

/** Most UTF-8 bytes of a note. @param budget bytes of the window and the note together */
export const mostNoteBytes = (budget: number) =>
  Math.floor(Math.min(MOST_TOKENS * BYTES_PER_TOKEN, budget * MOST_SHARE));

/**
 * The note that belongs to a window: the newest one of earlier turns that was there when the first turn was asked with
 * this window. A note that came later waits for the next window, since the prompt's beginning must not change between
 * two. So it is the same in each process.
 */
export function noteIn({ turns, origin, since }: Window, notes: Note[]): Note | undefined {
  const first = turns[0]?.seq ?? Number.POSITIVE_INFINITY;
  return notes.findLast(({ from, upTo, next }) => from >= origin.seq && upTo <= first && next <= since);
}

/** A note as material: no line of it passes for somebody's words, or for Parley's instructions. */
export const noteMessage = ({ text }: Pick<Note, 'text'>): ModelMessage => ({
  role: 'user',
  text: `${NOTE_TITLE}\n${barred(text)}`,
});

/** The text, cut behind the last line that fits. A single line that is too long is cut within. */
export function cutNote(text: string, most: number): string {
  const bytes = Buffer.from(text.trim());
  if (bytes.length <= most) return bytes.toString();
  // A character that the cut divides becomes U+FFFD.
  const head = bytes
    .subarray(0, most)
    .toString()
    .replace(/\ufffd$/, '');
  const end = head.lastIndexOf('\n');
  return (end > 0 ? head.slice(0, end) : head).trim();
}
