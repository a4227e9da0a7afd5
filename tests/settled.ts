import { setTimeout as sleep } from 'node:timers/promises';
import { vi } from 'vitest';
import { HANGS_MS } from '../lab/counterparts/wait-for.ts';

const STEP_MS = 10;

/**
 * Lets some time pass, at least that many ms, in which everything would have happened that must not. It passes in
 * steps, so that this process gets its turns on a busy machine too, where one long sleep may be over after a single turn.
 */
export async function settled(ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += STEP_MS) await sleep(STEP_MS);
}

/** Resolves when the check passes. Unlike `expect.poll`, also outside of a test and while several run. */
export const soon = <T>(check: () => T | Promise<T>): Promise<T> =>
  vi.waitFor(check, { timeout: HANGS_MS, interval: 10 });

/** Puts the clock of this process on, until `vi.restoreAllMocks`. Timers do not know of it. */
export function passes(ms: number): void {
  const now = Date.now.bind(Date);
  vi.spyOn(Date, 'now').mockImplementation(() => now() + ms);
}
