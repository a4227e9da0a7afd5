import { setTimeout as sleep } from 'node:timers/promises';

/**
 * A wait that is this long hangs (ms). A machine that is busy with other work must not reach it, and a test that passes
 * never waits for it.
 */
export const HANGS_MS = 60_000;

/** Asks every 20 ms until the answer is not `undefined` or `false`. */
export async function waitFor<T>(
  ask: () => T | undefined | false | Promise<T | undefined | false>,
  { timeout = HANGS_MS, what = String(ask) }: { timeout?: number; what?: string | (() => string) } = {},
): Promise<T> {
  const end = performance.now() + timeout;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (performance.now() > end)
      throw new Error(`waited ${timeout} ms for ${typeof what === 'string' ? what : what()}`);
    await sleep(20);
  }
}
