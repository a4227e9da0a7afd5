import { setTimeout as sleep } from 'node:timers/promises';

const STEP_MS = 10;

/**
 * Lets some time pass, at least that many ms, in which everything would have happened that must not. It passes in
 * steps, so that this process gets its turns on a busy machine too, where one long sleep may be over after a single turn.
 */
export async function settled(ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += STEP_MS) await sleep(STEP_MS);
}
