/** Tries again what fails while the store is away, until the store is back. */
import { setTimeout as sleep } from 'node:timers/promises';
import { StoreError } from '../core/errors.ts';

export interface UntilStoredOptions {
  /** Called once when it has failed for a moment: time to tell whoever waits. */
  onAway?: () => Promise<void>;
  /** Aborted when Parley stops: what is left then is missed, and read by the next start. */
  shutdown: AbortSignal;
}

/** Between attempts, at first soon. */
const WAITS_MS = [500, 1_000, 2_000, 5_000];
const TOLD_AFTER_MS = 1_500;
/** Nobody waits longer. */
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
      // To say so may take long itself.
      onAway?.().catch(() => {});
    }
    await sleep(WAITS_MS[attempt] ?? WAITS_MS.at(-1), undefined, { signal: shutdown }).catch(() => {});
  }
}
