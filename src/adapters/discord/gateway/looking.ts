/** Looks for free shards again and again, until Parley stops. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { StoreError } from '../../../core/errors.ts';
import { whereFrom } from '../../../core/reports/where-from.ts';
import type { HeldShards } from './held-shards.ts';
import { type Readiness, UNREACHED } from './readiness.ts';

export interface Looking {
  start(): void;
  /** Ends the pause before the next look. */
  wake(): void;
  /** Resolves once no look is under way. Call once `stopping` is aborted. */
  stop(): Promise<void>;
}

/** Time between two looks, ms. */
const LOOK_MS = 2_000;
/** Wait after a failed look, ms. Each next wait is twice as long, up to the longest. */
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 60_000;

/** @param look never throws; returns the pause before the next look (ms), undefined for none before it is woken */
export function createLooking(look: () => Promise<number | undefined>, stopping: AbortSignal): Looking {
  let woken = Promise.withResolvers<void>();
  let looking: Promise<void> = Promise.resolve();

  async function keepLooking(): Promise<void> {
    while (!stopping.aborted) {
      const { promise } = woken;
      const pauseMs = await look();
      if (stopping.aborted) return;
      const pausing =
        pauseMs === undefined ? [] : [sleep(pauseMs, undefined, { signal: stopping }).catch(() => {})];
      await Promise.race([promise, ...pausing]);
    }
  }

  function wake(): void {
    woken.resolve();
    woken = Promise.withResolvers();
  }

  return {
    start() {
      looking = keepLooking();
    },
    wake,
    async stop() {
      wake();
      await looking;
    },
  };
}

export interface LookOptions {
  held: HeldShards;
  readiness: Readiness;
  token: { isRefused(error: unknown): Promise<boolean> };
  /** Whether there may be other processes, which may let go of shards. */
  isShared: boolean;
  log: Logger;
  stopping: AbortSignal;
}

/** One look, as `createLooking` wants it. */
export function createLook({ held, readiness, token, isShared, log, stopping }: LookOptions) {
  let wait = FIRST_RETRY_MS;

  async function failed(error: unknown): Promise<number | undefined> {
    const isTokenRefused = await token.isRefused(error);
    if (stopping.aborted) return undefined;
    const isStores = error instanceof StoreError;
    const pause = isStores ? LOOK_MS : wait;
    if (!isStores) wait = Math.min(wait * 2, LONGEST_RETRY_MS);
    if (held.isEmpty() && !isTokenRefused)
      readiness.because(isStores ? 'the store does not answer' : UNREACHED);
    // The store has lines of its own in the log.
    const level = isStores ? 'debug' : 'warn';
    const what = isStores ? 'discord shards not looked for' : 'discord cannot be reached';
    log[level]({ error: whereFrom(error), againInMs: pause }, what);
    return pause;
  }

  return async (): Promise<number | undefined> => {
    try {
      await held.look();
      wait = FIRST_RETRY_MS;
      readiness.check();
      const nextTakeMs = held.nextTakeMs();
      if (nextTakeMs !== undefined) return Math.min(LOOK_MS, nextTakeMs);
      return isShared ? LOOK_MS * (0.75 + Math.random() / 2) : undefined;
    } catch (error) {
      return stopping.aborted ? undefined : failed(error);
    }
  };
}
