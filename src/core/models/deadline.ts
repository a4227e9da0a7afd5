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
  /** Allows this much silence (ms) until the next sign of life, also after the model has begun. */
  hush(ms: number): void;
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
  const unfollow = follow(signal, controller);
  let hasBegun = false;
  let quietMs = firstMs;
  let hushMs = 0;
  let longestMs = Math.max(LONGEST_MS, firstMs, stallMs);
  let [signAt, textAt] = [performance.now(), performance.now()];
  /** Since when a task runs whose time does not count. */
  let outsideSince: number | undefined;
  let passed: 'late' | 'stalled' | undefined;
  let timer = setTimeout(check, firstMs);

  function check(): void {
    const until = Math.min(signAt + Math.max(quietMs, hushMs), textAt + longestMs);
    const left = until - (outsideSince ?? performance.now());
    if (left > 0) timer = setTimeout(check, left);
    else {
      passed = hasBegun ? 'stalled' : 'late';
      controller.abort();
    }
  }
  function alive(): void {
    signAt = performance.now();
    if (hushMs > 0) wait(quietMs);
    hushMs = 0;
  }
  function wait(ms: number): void {
    clearTimeout(timer);
    timer = setTimeout(check, ms);
  }
  async function outside<T>(task: () => Promise<T>): Promise<T> {
    const since = performance.now();
    outsideSince = since;
    try {
      return await task();
    } finally {
      const ms = performance.now() - since;
      outsideSince = undefined;
      signAt += ms;
      textAt += ms;
    }
  }
  return {
    signal: controller.signal,
    alive,
    came(what) {
      alive();
      if (what === 'text') textAt = signAt;
      if (hasBegun) return;
      hasBegun = true;
      quietMs = stallMs;
      wait(stallMs);
    },
    allow(ms) {
      if (hasBegun) return;
      quietMs = Math.max(quietMs, ms);
      longestMs = Math.max(longestMs, ms);
    },
    hush(ms) {
      hushMs = ms;
    },
    outside,
    passed: () => passed,
    clear() {
      clearTimeout(timer);
      unfollow();
    },
  };
}

/**
 * Aborts when the signal is. `AbortSignal.any` would look at all of its sources each time the client asks whether it is
 * aborted.
 * @returns ends it
 */
function follow(signal: AbortSignal, controller: AbortController): () => void {
  const abort = () => controller.abort(signal.reason);
  if (signal.aborted) abort();
  else signal.addEventListener('abort', abort, { once: true });
  return () => signal.removeEventListener('abort', abort);
}
