/**
 * Paces the calls of each rate bucket over all live answers. An answer does not queue calls: it tells its next call,
 * and makes it with the newest text when its turn comes. So nothing stale is ever sent.
 */

import type { Bucket, Writer } from './bucket.ts';
import { type BucketState, neededCalls, nextCall, paceMs } from './next-call.ts';
import { createRateWindow, type RateWindow } from './rate-window.ts';
import { createSlidingWindow } from './sliding-window.ts';

export interface RateLimit {
  limit: number;
  windowMs: number;
  /** The limit holds for any span of `windowMs`, instead of for windows that begin with a call. */
  isSliding?: boolean;
}

export interface Pacer {
  /** The bucket of this key; until the platform says otherwise it takes `limit` calls in `windowMs`. */
  bucket(key: string, defaults: RateLimit): Bucket;
  /** Number of buckets that are kept. */
  readonly size: number;
}

/** Most times that a bucket gets slower than the even spread. */
const SLOWEST = 8;
/** Factor on the slowness after each successful call. */
const RECOVERY = 0.97;
/** Buckets without a call for this long (ms) are dropped, once there are `MANY`. */
const IDLE_MS = 60_000;
const MANY = 256;

export function createPacer(): Pacer {
  const buckets = new Map<string, ReturnType<typeof createBucket>>();
  let sweepAt = MANY;
  return {
    bucket(key, defaults) {
      let bucket = buckets.get(key);
      if (!bucket) {
        if (buckets.size >= sweepAt) {
          for (const [old, { isIdle }] of buckets) if (isIdle()) buckets.delete(old);
          sweepAt = Math.max(MANY, buckets.size * 2);
        }
        bucket = createBucket(
          defaults.isSliding ? createSlidingWindow(defaults) : createRateWindow(defaults),
        );
        buckets.set(key, bucket);
      }
      return bucket;
    },
    get size() {
      return buckets.size;
    },
  };
}

function createBucket(window: RateWindow): Bucket & { isIdle(): boolean } {
  const state: BucketState = {
    window,
    writers: new Map(),
    evenAt: Number.NEGATIVE_INFINITY,
    grownAt: Number.NEGATIVE_INFINITY,
    blockedUntil: 0,
    slowness: 1,
  };
  const { writers } = state;
  let inFlight = 0;
  let usedAt = performance.now();
  const pump = createPump(turn);

  /** Makes one call at most. Returns when to look again; undefined when only a poke can bring something. */
  function turn(now: number): number | undefined {
    const { writer, rank, wakeAt } = nextCall(state, now);
    if (!writer) return wakeAt;
    if (rank === 'growing') state.grownAt = now;
    send(writer, now);
    pump.poke();
    return undefined;
  }

  function send(writer: Writer, now: number): void {
    const waiting = writers.get(writer);
    if (waiting) waiting.since = undefined;
    const call = writer.call();
    if (!call) return;
    const settle = window.send(now);
    inFlight++;
    usedAt = now;
    const pace = paceMs(state);
    state.evenAt = Math.min(Math.max(state.evenAt, now) + pace, now + Math.max(pace, window.windowMs));
    void call.then(() => {
      const then = performance.now();
      inFlight--;
      usedAt = then;
      settle(then);
      if (then >= state.blockedUntil) state.slowness = Math.max(1, state.slowness * RECOVERY);
      pump.poke();
    });
  }

  return {
    join(writer) {
      writers.set(writer, { isGrowing: false });
      pump.poke();
      return () => {
        writers.delete(writer);
        // The calls that it would have needed are free for others.
        pump.poke();
      };
    },
    poke: pump.poke,
    isFree(rank) {
      const now = performance.now();
      return now >= state.blockedUntil && window.free(now) > (rank === 'first' ? 0 : neededCalls(state));
    },
    learn(seen) {
      usedAt = performance.now();
      window.learn(seen, usedAt);
    },
    limited(retryAfterMs) {
      slowDown(state, retryAfterMs);
      pump.poke();
    },
    isIdle: () => writers.size === 0 && inFlight === 0 && performance.now() - usedAt > IDLE_MS,
  };
}

function slowDown(state: BucketState, retryAfterMs: number): void {
  const now = performance.now();
  // Calls that were in flight together are refused together: that is one refusal.
  if (now >= state.blockedUntil) state.slowness = Math.min(SLOWEST, state.slowness * 2);
  state.blockedUntil = Math.max(state.blockedUntil, now + retryAfterMs);
  state.window.block(state.blockedUntil);
}

/**
 * Takes turns as long as a turn asks for another one, and comes back at the time that the last turn named. A poke
 * within a turn causes one more turn after it.
 * @param turn returns when to look again, by `performance.now()`; undefined: not without a poke
 */
function createPump(turn: (now: number) => number | undefined) {
  let timer: NodeJS.Timeout | undefined;
  let isPumping = false;
  let isPoked = false;

  function poke(): void {
    isPoked = true;
    if (isPumping) return;
    isPumping = true;
    let wakeAt: number | undefined;
    try {
      while (isPoked) {
        isPoked = false;
        wakeAt = turn(performance.now());
      }
    } finally {
      isPumping = false;
    }
    clearTimeout(timer);
    timer = wakeAt === undefined ? undefined : setTimeout(poke, Math.max(1, wakeAt - performance.now()));
  }

  return { poke };
}
