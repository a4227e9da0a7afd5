import { setTimeout as sleep } from 'node:timers/promises';

/** Asks every 20 ms until the answer is not `undefined` or `false`. */
export async function waitFor<T>(
  ask: () => T | undefined | false | Promise<T | undefined | false>,
  { timeout = 15_000, what = String(ask) }: { timeout?: number; what?: string } = {},
): Promise<T> {
  const end = performance.now() + timeout;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (performance.now() > end) throw new Error(`waited ${timeout} ms for ${what}`);
    await sleep(20);
  }
}
