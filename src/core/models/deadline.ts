/** The deadlines of a stream: for its first chunk, and then for each next one. */

export interface Deadline {
  /** Aborted when a deadline passes or the caller's signal is. */
  signal: AbortSignal;
  /** A chunk came. */
  touch(): void;
  passed(): 'late' | 'stalled' | undefined;
  clear(): void;
}

/** One timer for a whole stream: a chunk only notes that it came, and the timer sets itself again for the rest. */
export function createDeadline(firstChunkMs: number, stallMs: number, signal: AbortSignal): Deadline {
  const controller = new AbortController();
  let touched: number | undefined;
  let passed: 'late' | 'stalled' | undefined;
  let timer = setTimeout(check, firstChunkMs);

  function check(): void {
    const left = touched === undefined ? 0 : touched + stallMs - performance.now();
    if (left > 0) {
      timer = setTimeout(check, left);
      return;
    }
    passed = touched === undefined ? 'late' : 'stalled';
    controller.abort();
  }
  // By hand: `AbortSignal.any` looks at all of its sources each time the client asks whether it is aborted.
  const follow = () => controller.abort(signal.reason);
  if (signal.aborted) follow();
  else signal.addEventListener('abort', follow, { once: true });
  return {
    signal: controller.signal,
    touch() {
      const now = performance.now();
      if (touched === undefined) {
        clearTimeout(timer);
        timer = setTimeout(check, stallMs);
      }
      touched = now;
    },
    passed: () => passed,
    clear() {
      clearTimeout(timer);
      signal.removeEventListener('abort', follow);
    },
  };
}
