/** What comes while the store is away is not given up: it is tried again until the store is back. */
import { setTimeout as sleep } from 'node:timers/promises';
import { StoreError } from '../core/ports.ts';

export interface UntilStoredOptions {
  /** Called once when it has failed a few times: time to tell whoever waits. */
  onAway?: () => Promise<void>;
  /** Aborted when Parley stops: what is left then is missed, and read by the next start. */
  shutdown: AbortSignal;
}

/** Between attempts, at first soon. */
const WAITS_MS = [500, 1_000, 2_000, 5_000];
const TOLD_AFTER = 2;
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
  for (let attempt = 0; ; attempt++) {
    try {
      await task();
      return true;
    } catch (error) {
      if (!(error instanceof StoreError) || Date.now() - since > AWAY_MS) throw error;
      if (shutdown.aborted) return false;
    }
    if (attempt === TOLD_AFTER) await onAway?.();
    await sleep(WAITS_MS[attempt] ?? WAITS_MS.at(-1), undefined, { signal: shutdown }).catch(() => {});
  }
}
