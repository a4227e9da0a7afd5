/** Messages that an answer has moved on from: each is removed, and one that is being posted is found first. */
import { call, type ReplyMessage } from './message.ts';
import type { Surface } from './surface.ts';

export interface Discards {
  /** Removes it, as often as it takes; gives up after some attempts. @param place where it was posted, or is being */
  add(message: ReplyMessage, place: { index: number; anew: number }): void;
  /** Messages that are not removed yet. */
  count(): number;
  /** One of them may be on its way: until it is found no other is posted. */
  isPosting(): boolean;
}

const MOST_ATTEMPTS = 8;
/** What keeps a message from being removed may end with the next post. */
const REFUSED_WAIT_MS = 1_000;

/** @param onChange called when one is found, removed or given up */
export function createDiscards(surface: Surface, onChange: () => void): Discards {
  let count = 0;
  const onTheirWay = new Set<ReplyMessage>();

  async function discard(message: ReplyMessage, place: { index: number; anew: number }): Promise<void> {
    for (let attempts = 0; attempts < MOST_ATTEMPTS; attempts++) {
      // Whether it was posted is not known: the same post again tells which message it is.
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
