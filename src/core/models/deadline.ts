/**
 * The deadlines of an answer: for the first sign of life, for each further sign, and for text, however many signs
 * come. A comment, an empty chunk and a progress report are signs of life. Thoughts and text also show that the model
 * has begun.
 */

export interface Deadline {
  /** Aborted when a deadline passes or the caller's signal is. */
  signal: AbortSignal;
  /** A sign of life came that is not part of the answer. */
  alive(): void;
  came(what: 'thought' | 'text'): void;
  /** Allows this much silence (ms) from now on, until the model begins. */
  allow(ms: number): void;
  /** Runs a task whose time does not count. */
  outside<T>(task: () => Promise<T>): Promise<T>;
  passed(): 'late' | 'stalled' | undefined;
  clear(): void;
}

export interface DeadlineTimes {
  /** Longest silence (ms) before the model begins, and after that. */
  firstMs: number;
  stallMs: number;
}

/**
 * Longest time without text, even with signs of life (ms). Reasoning models think for minutes, and queues take
 * longer.
 */
const LONGEST_MS = 30 * 60_000;

/** One timer serves a whole stream: a chunk only notes its time, and the timer sets itself again for the rest. */
export function createDeadline({ firstMs, stallMs }: DeadlineTimes, signal: AbortSignal): Deadline {
  const controller = new AbortController();
  let hasBegun = false;
  let quietMs = firstMs;
  let longestMs = Math.max(LONGEST_MS, firstMs, stallMs);
  let signAt = performance.now();
  let textAt = signAt;
  /** Since when a task runs whose time does not count. */
  let outsideSince: number | undefined;
  let passed: 'late' | 'stalled' | undefined;
  let timer = setTimeout(check, firstMs);

  function check(): void {
    const now = outsideSince ?? performance.now();
    const left = Math.min(signAt + quietMs, textAt + longestMs) - now;
    if (left > 0) {
      timer = setTimeout(check, left);
      return;
    }
    passed = hasBegun ? 'stalled' : 'late';
    controller.abort();
  }
  // `AbortSignal.any` would look at all of its sources each time the client asks whether it is aborted.
  const follow = () => controller.abort(signal.reason);
  if (signal.aborted) follow();
  else signal.addEventListener('abort', follow, { once: true });
  return {
    signal: controller.signal,
    alive() {
      signAt = performance.now();
    },
    came(what) {
      signAt = performance.now();
      if (what === 'text') textAt = signAt;
      if (hasBegun) return;
      hasBegun = true;
      quietMs = stallMs;
      clearTimeout(timer);
      timer = setTimeout(check, stallMs);
    },
    allow(ms) {
      if (hasBegun) return;
      quietMs = Math.max(quietMs, ms);
      longestMs = Math.max(longestMs, ms);
    },
    async outside(task) {
      const since = performance.now();
      outsideSince = since;
      try {
        return await task();
      } finally {
        outsideSince = undefined;
        const ms = performance.now() - since;
        signAt += ms;
        textAt += ms;
      }
    },
    passed: () => passed,
    clear() {
      clearTimeout(timer);
      signal.removeEventListener('abort', follow);
    },
  };
}
