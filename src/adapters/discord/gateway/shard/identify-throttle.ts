/**
 * Lets shards identify as often as Discord allows: once in five seconds a bucket, all processes together. A shard's bucket
 * is its number modulo `max_concurrency`. Discord answers an earlier identify with op 9, and counts it as one of a
 * thousand a day, after which it resets the token (gateway.mdx, Rate Limiting, Max Concurrency, Identifying).
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { createLanes } from '../../../../core/lanes.ts';
import type { Lease, Leases } from '../../../../core/platform.ts';
import { releaseSurely } from '../shard-leases.ts';

export interface IdentifyThrottle {
  /** Resolves once the shard may identify. @throws when aborted */
  wait(shard: number, maxConcurrency: number, signal: AbortSignal): Promise<void>;
  /** Discord refused the intents of the last identify: the next one of its bucket need not wait. */
  giveBack(shard: number, maxConcurrency: number): void;
}

/** Discord's 5 s per identify, plus a margin for network jitter, ms. */
const IDENTIFY_MS = 5_250;
/** Time between looks whether another process still holds a bucket, ms. */
const AGAIN_MS = 250;

export function createIdentifyThrottle(leases: Leases, stopping: AbortSignal): IdentifyThrottle {
  const lanes = createLanes();
  /** The last identify of this process, by bucket. */
  const used = new Map<string, { freed: Promise<void>; free: AbortController }>();
  const bucketOf = (shard: number, maxConcurrency: number) => `discord identify ${shard % maxConcurrency}`;

  async function acquire(bucket: string, signal: AbortSignal): Promise<Lease> {
    for (;;) {
      // The store may be away: its own log lines say so.
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

/** Rejects once the signal is aborted. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
