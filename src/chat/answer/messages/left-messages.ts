/** Removes messages that an answer left behind. A message that is still being posted is found first. */

import type { Surface } from '../surface.ts';
import { call, type ShownMessage } from './shown-message.ts';

export interface Discards {
  /**
   * Removes the message, with a limited number of attempts.
   * @param place where it was posted, or is being posted
   */
  add(message: ShownMessage, place: { index: number; anew: number }): void;
  /** Number of messages that are not removed yet. */
  count(): number;
  /** Whether a message may still be on its way. No other message is posted until it is found. */
  isPosting(): boolean;
}

const MOST_ATTEMPTS = 8;
/** A refusal to remove a message may end with the next post. */
const REFUSED_WAIT_MS = 1_000;

/** @param onChange called when one is found, removed or given up */
export function createDiscards(surface: Surface, onChange: () => void): Discards {
  let count = 0;
  const onTheirWay = new Set<ShownMessage>();

  async function discard(message: ShownMessage, place: { index: number; anew: number }): Promise<void> {
    for (let attempts = 0; attempts < MOST_ATTEMPTS; attempts++) {
      // It is unknown whether the message was posted. Posting the same part again returns that message.
      const part = message.id === undefined ? message.tried : undefined;
      if (message.id === undefined && !part) return;
      if (part) onTheirWay.add(message);
      const outcome = await call(surface, message, part, place);
      if (message.id !== undefined && onTheirWay.delete(message)) onChange();
      if (!part && (outcome.kind === 'done' || outcome.kind === 'gone')) return;
      if (outcome.kind === 'done') continue;
      const waitMs = 'waitMs' in outcome ? outcome.waitMs : REFUSED_WAIT_MS;
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }

  return {
    add(message, place) {
      count++;
      void discard(message, place).finally(() => {
        count--;
        onTheirWay.delete(message);
        onChange();
      });
    },
    count: () => count,
    isPosting: () => onTheirWay.size > 0,
  };
}
