/** The time in which an answer that has ended may still be shown. */
export interface EndDeadline {
  /** The answer has ended; the time runs. */
  begin(ms: number): void;
  /** It is needed no more. */
  clear(): void;
}

/** Time that is left when Parley stops, ms. */
const SHUTDOWN_MS = 5_000;

/** @param shutdown aborted when Parley stops: that shortens the time */
export function createDeadline(shutdown: AbortSignal | undefined, onPassed: () => void): EndDeadline {
  let timer: NodeJS.Timeout | undefined;
  let hasBegun = false;

  function run(ms: number): void {
    clearTimeout(timer);
    timer = setTimeout(onPassed, ms);
  }

  function onShutdown(): void {
    if (hasBegun) run(SHUTDOWN_MS);
  }

  shutdown?.addEventListener('abort', onShutdown);
  return {
    begin(ms) {
      hasBegun = true;
      run(shutdown?.aborted ? SHUTDOWN_MS : ms);
    },
    clear() {
      clearTimeout(timer);
      shutdown?.removeEventListener('abort', onShutdown);
    },
  };
}
