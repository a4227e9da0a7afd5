/**
 * When a shard may identify. Discord takes one identify in five seconds of each bucket, which is the shard's number modulo
 * `max_concurrency`, from all processes together; it answers one more with op 9, and counts it towards the thousand of a
 * day, after which it resets the token (gateway.mdx, Rate Limiting, Max Concurrency, Identifying).
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { createLanes } from '../../../core/lanes.ts';
import type { Lease, Leases } from '../../../core/platform.ts';
import { releaseSurely } from './shard-leases.ts';

export interface IdentifyThrottle {
  /** Resolves once the shard may identify. @throws where aborted */
  wait(shard: number, maxConcurrency: number, signal: AbortSignal): Promise<void>;
  /** That identify was refused for what it asked for: the next one of its bucket need not wait. */
  giveBack(shard: number, maxConcurrency: number): void;
}

/** With what a network may delay one of two. */
const IDENTIFY_MS = 5_250;
/** Between looks whether another process still holds a bucket. */
const AGAIN_MS = 250;

export function createIdentifyThrottle(leases: Leases, stopping: AbortSignal): IdentifyThrottle {
  const lanes = createLanes();
  /** By bucket, what this process identified last. */
  const used = new Map<string, { freed: Promise<void>; free: AbortController }>();
  const bucketOf = (shard: number, maxConcurrency: number) => `discord identify ${shard % maxConcurrency}`;

  async function acquire(bucket: string, signal: AbortSignal): Promise<Lease> {
    for (;;) {
      // While the store is away nobody is asked; it says so elsewhere.
      const lease = await leases.acquire(bucket).catch(() => undefined);
      if (lease) return lease;
      await sleep(AGAIN_MS * (1 + Math.random()), undefined, { signal });
    }
  }

  async function freeAfter(lease: Lease, signal: AbortSignal): Promise<void> {
    await sleep(IDENTIFY_MS, undefined, { signal, ref: false }).catch(() => {});
    await releaseSurely(leases, lease, stopping);
  }

  return {
    wait: (shard, maxConcurrency, signal) => {
      const bucket = bucketOf(shard, maxConcurrency);
      return lanes.run(bucket, async () => {
        await Promise.race([used.get(bucket)?.freed, aborted(signal)]);
        const lease = await acquire(bucket, signal);
        if (signal.aborted) await releaseSurely(leases, lease, stopping);
        signal.throwIfAborted();
        const free = new AbortController();
        used.set(bucket, { freed: freeAfter(lease, free.signal), free });
      });
    },
    giveBack(shard, maxConcurrency) {
      used.get(bucketOf(shard, maxConcurrency))?.free.abort();
    },
  };
}

/** Rejects once it is aborted. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
