/** Removes the messages that an answer left behind when it moved on. One that is still being posted is found first. */
import type { CallOutcome, PartPlace, ShownMessage } from './shown-message.ts';

export interface LeftMessages {
  /** How often the answer moved to new messages: `anew` of `Surface.post`. */
  readonly moves: number;
  /** The answer goes on in new messages. These are removed. @param index of the first */
  leave(messages: ShownMessage[], index: number): void;
  /**
   * A call has ended for a message that is not one of the answer's any more.
   * @param isWrite whether it was posted or edited, rather than removed
   */
  ended(message: ShownMessage, isWrite: boolean, outcome: CallOutcome, place: PartPlace): void;
  /** Number of messages that are not removed yet. */
  count(): number;
  /** Whether a message may still be on its way. No other message is posted until it is found. */
  isPosting(): boolean;
}

const MOST_ATTEMPTS = 8;
/** A refusal to remove a message may end with the next post. */
const REFUSED_WAIT_MS = 1_000;

/** @param onChange called when one is found, removed or given up */
export function createLeftMessages(onChange: () => void): LeftMessages {
  let moves = 0;
  let count = 0;
  /** The answer left this message while it was being posted. That call has not ended. */
  let posting: ShownMessage | undefined;
  /** Posted with an unknown outcome, and being looked for. */
  const lost = new Set<ShownMessage>();

  /** Makes a limited number of attempts. */
  async function tryToRemove(message: ShownMessage, place: PartPlace): Promise<void> {
    for (let attempts = 0; attempts < MOST_ATTEMPTS; attempts++) {
      // It is unknown whether the message was posted. Posting the same part again returns that message.
      const part = message.id === undefined ? message.tried : undefined;
      if (message.id === undefined && !part) return;
      if (part) lost.add(message);
      const outcome = await message.call(part, place);
      if (message.id !== undefined && lost.delete(message)) onChange();
      if (!part && (outcome.kind === 'done' || outcome.kind === 'gone')) return;
      if (outcome.kind === 'done') continue;
      const waitMs = 'waitMs' in outcome ? outcome.waitMs : REFUSED_WAIT_MS;
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }

  function remove(message: ShownMessage, place: PartPlace): void {
    count++;
    void tryToRemove(message, place).finally(() => {
      count--;
      lost.delete(message);
      onChange();
    });
  }

  return {
    get moves() {
      return moves;
    },

    leave(messages, first) {
      messages.forEach((message, offset) => {
        message.isLeaving = true;
        // `ended` handles a call that is still under way.
        if (!message.isBusy) remove(message, { index: first + offset, anew: moves });
        else if (message.id === undefined) posting = message;
      });
      moves++;
    },

    ended(message, isWrite, outcome, place) {
      if (message.isLeaving && (isWrite || outcome.kind !== 'done')) remove(message, place);
      if (posting === message) posting = undefined;
    },

    count: () => count,
    isPosting: () => posting !== undefined || lost.size > 0,
  };
}
