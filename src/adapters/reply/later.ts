/** Answers whose end a platform did not take for long: each is tried again, ever more seldom. */
export interface Later {
  /** Calls the task after a while; a longer one each time in a row. Without effect after the last time. */
  again(turn: string, task: () => void): void;
  /** The turn's answer is as it should be, or somebody else's matter by now. */
  over(turn: string): void;
}

const FIRST_WAIT_MS = 60_000;
/** Each wait is twice as long as the one before: so many take a day and a half. */
const MOST_WAITS = 11;

/** @param shutdown aborted when Parley stops: then nothing is tried any more */
export function createLater(shutdown: AbortSignal): Later {
  const waits = new Map<string, { count: number; timer?: NodeJS.Timeout }>();

  function over(turn: string): void {
    clearTimeout(waits.get(turn)?.timer);
    waits.delete(turn);
  }

  return {
    again(turn, task) {
      const count = (waits.get(turn)?.count ?? 0) + 1;
      over(turn);
      if (shutdown.aborted || count > MOST_WAITS) return;
      const timer = setTimeout(
        () => {
          if (!shutdown.aborted) task();
        },
        FIRST_WAIT_MS * 2 ** (count - 1),
      ).unref();
      waits.set(turn, { count, timer });
    },
    over,
  };
}
