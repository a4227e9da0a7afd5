/** Tries work again that fails while the store is away, until the store is back. */
import { setTimeout as sleep } from 'node:timers/promises';
import { StoreError } from '../core/errors.ts';

export interface UntilStoredOptions {
  /** Called once when the work has failed for a moment: time to tell the person who waits. */
  onAway?: () => Promise<void>;
  /** Aborted when Parley stops. The next start reads the message that is left, as a missed one. */
  shutdown: AbortSignal;
}

/** Waits between attempts, ms. */
const WAITS_MS = [500, 1_000, 2_000, 5_000];
const TOLD_AFTER_MS = 1_500;
/** Longest time that work is tried, ms. Nobody waits longer. */
const AWAY_MS = 15 * 60_000;

/**
 * False where Parley stops before it is done.
 * @throws what the task throws, a StoreError after a quarter of an hour
 */
export async function untilStored(
  task: () => Promise<void>,
  { onAway, shutdown }: UntilStoredOptions,
): Promise<boolean> {
  const since = Date.now();
  let isTold = false;
  for (let attempt = 0; ; attempt++) {
    try {
      await task();
      return true;
    } catch (error) {
      if (!(error instanceof StoreError) || Date.now() - since > AWAY_MS) throw error;
      if (shutdown.aborted) return false;
    }
    if (!isTold && Date.now() - since >= TOLD_AFTER_MS) {
      isTold = true;
      // Telling may take long itself, so the work does not wait for it.
      onAway?.().catch(() => {});
    }
    await sleep(WAITS_MS[attempt] ?? WAITS_MS.at(-1), undefined, { signal: shutdown }).catch(() => {});
  }
}
