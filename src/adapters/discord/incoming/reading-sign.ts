/** Shows typing while a question is read, until its answer shows its own progress. */
import type { Surface } from '../../../chat/answer/surface.ts';
import type { Typing } from '../answer/typing.ts';

export interface ReadingSign {
  start(turn: string, channel: string): void;
  /** Call when the question is in the queue, or gets no answer. */
  endSoon(turn: string): void;
  /** The answer's surface; its own progress ends the sign. */
  handOver(turn: string, surface: Surface): Surface;
}

/** Longest time that typing is shown for a question that waits for others, ms. */
const TYPING_MS = 1_000;

export function createReadingSign(typing: Typing): ReadingSign {
  /** By turn: ends the typing. */
  const shown = new Map<string, () => void>();
  return {
    start(turn, channel) {
      shown.set(turn, typing.start(channel));
    },
    endSoon(turn) {
      const stop = shown.get(turn);
      setTimeout(() => {
        stop?.();
        shown.delete(turn);
      }, TYPING_MS).unref();
    },
    handOver: (turn, surface) => ({
      ...surface,
      indicate() {
        const stop = surface.indicate();
        shown.get(turn)?.();
        return stop;
      },
    }),
  };
}
