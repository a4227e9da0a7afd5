/** Turns at reading documents: a few at the same time, to each person in turn, so that one with many holds up nobody. */

export interface ReadingTurnsLimits {
  /** Documents that are read at the same time. */
  atOnce: number;
  /** Documents that wait for it. */
  mostWaiting: number;
  /** The longest wait, ms. */
  longestWaitMs: number;
}

export interface ReadingTurns {
  /** Waits for a turn. False: the wait was aborted or took too long, or too many wait already. */
  take(person: string, signal: AbortSignal): Promise<boolean>;
  /** Ends a turn that was taken. */
  leave(): void;
}

export function createReadingTurns({ atOnce, mostWaiting, longestWaitMs }: ReadingTurnsLimits): ReadingTurns {
  /** The waits of each person, the first one first. The person whose turn is next comes first. */
  const waiting = new Map<string, Set<() => void>>();
  let count = 0;
  let running = 0;

  function remove(person: string, begin: () => void): void {
    const own = waiting.get(person);
    if (!own?.delete(begin)) return;
    count--;
    if (own.size === 0) waiting.delete(person);
  }

  return {
    async take(person, signal) {
      if (signal.aborted) return false;
      if (running < atOnce) {
        running++;
        return true;
      }
      if (count >= mostWaiting) return false;
      const { promise, resolve } = Promise.withResolvers<boolean>();
      const begin = () => resolve(true);
      const giveUp = () => {
        remove(person, begin);
        resolve(false);
      };
      count++;
      waiting.set(person, (waiting.get(person) ?? new Set()).add(begin));
      const timer = setTimeout(giveUp, longestWaitMs);
      signal.addEventListener('abort', giveUp, { once: true });
      try {
        return await promise;
      } finally {
        clearTimeout(timer);
        signal.removeEventListener('abort', giveUp);
      }
    },

    leave() {
      const [next] = waiting;
      if (!next) {
        running--;
        return;
      }
      const [person, own] = next;
      const [begin] = own;
      if (!begin) return;
      // The person goes to the end of the line.
      waiting.delete(person);
      waiting.set(person, own);
      remove(person, begin);
      begin();
    },
  };
}
