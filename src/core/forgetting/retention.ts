/**
 * Deletes what is older than allowed: whole turns with their files, and files alone. It works in small steps with a
 * rest between them, also in conversations that nobody opens. Turns in progress are left for the next sweep.
 */
import { StoreError } from '../errors.ts';
import type { Leases } from '../platform.ts';
import { whereFrom } from '../reports/where-from.ts';
import { createSweep, LONGEST_MS, type SweepOptions } from './sweep.ts';

export interface RetentionOptions extends SweepOptions {
  leases: Leases;
}

export interface Retention {
  start(): void;
  /** Sweeps at once, since a tenant's new choice may have made something too old. */
  soon(): void;
  stop(): Promise<void>;
}

const FIRST_MS = 2_000;
const SOON_MS = 500;
/** Shortest time between two sweeps, ms; `LONGEST_MS` is the longest. */
const SHORTEST_MS = 5_000;
/** Name of the lease: one process sweeps at a time. */
const LEASE = 'retention';

export function createRetention(options: RetentionOptions): Retention {
  const { leases, log } = options;
  const stopping = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  /**
   * Somebody asked for a sweep, and this process has not begun one since. A sweep of another process may have passed
   * that place already.
   */
  let isAsked = false;
  let sweeping: Promise<void> = Promise.resolve();
  const sweep = createSweep(options, stopping.signal, complain);

  /** The store logs its own failures. */
  function complain(error: unknown, what: string): void {
    const level = error instanceof StoreError ? 'debug' : 'error';
    log[level]({ error: whereFrom(error) }, what);
  }

  /** Returns the milliseconds until the next sweep is due. */
  async function sweepAlone(): Promise<number> {
    const lease = await leases.acquire(LEASE);
    if (!lease) return LONGEST_MS;
    const wasAsked = isAsked;
    isAsked = false;
    try {
      return await sweep(wasAsked);
    } catch (error) {
      isAsked ||= wasAsked;
      throw error;
    } finally {
      await leases.release(lease);
    }
  }

  function next(ms: number): void {
    if (stopping.signal.aborted) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      sweeping = sweeping.then(async () => {
        try {
          const due = await sweepAlone();
          next(isAsked ? SHORTEST_MS : Math.min(LONGEST_MS, Math.max(SHORTEST_MS, due)));
        } catch (error) {
          if (stopping.signal.aborted) return;
          complain(error, 'what is too old was not deleted; it is tried again');
          next(SHORTEST_MS);
        }
      });
    }, ms);
    timer.unref();
  }

  function ask(ms: number): void {
    isAsked = true;
    next(ms);
  }

  return {
    // Sweeps as if asked: the operator may have chosen fewer days than at the last start.
    start: () => ask(FIRST_MS),
    soon: () => ask(SOON_MS),
    async stop() {
      stopping.abort();
      clearTimeout(timer);
      await sweeping;
    },
  };
}
