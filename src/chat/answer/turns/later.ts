/** Tries answers again whose end the platform refused for long, after ever longer waits. */
export interface Later {
  /** Calls the task after a wait that doubles each time in a row. Does nothing after the last time. */
  again(turn: string, task: () => void): void;
  /** The turn's answer is correct, or another process is responsible for it now. */
  over(turn: string): void;
}

const FIRST_WAIT_MS = 60_000;
/** Number of waits, each twice as long as the one before: about a day and a half in all. */
const MOST_WAITS = 11;

/** @param shutdown aborted when Parley stops; nothing is tried after that */
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
