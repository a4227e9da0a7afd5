/**
 * Paces the calls of one rate bucket over all live answers. An answer does not queue calls: it says what its next one
 * would be, and makes it, with the newest text, when its turn comes. So nothing stale is ever sent.
 */
import { evenInterval, type Growing, quickStep } from './growth.ts';
import { createRateWindow, type RateWindow, type Seen } from './rate-window.ts';
import { createSlidingWindow } from './sliding-window.ts';

/**
 * The purpose of a call, most urgent first: the text of an ended answer, the first text of an answer, a further
 * message or the end of a message before it, or a message that grows. Growing is spread evenly over time.
 * Growing and `next` leave some calls for answers that end or begin.
 *
 * For a long, sliding window, growth.ts says when messages grow. A writer that is due while no call is free is
 * told so, and may move to another bucket.
 */
export type Rank = 'final' | 'first' | 'next' | 'growing';

export interface Due {
  rank: Rank;
  /** Characters a reader does not see yet. */
  unseen: number;
  /** Characters that a reader sees already; absent: not known. */
  seen?: number;
  /** What it adds to was sent then, by `performance.now()`: time passes from there before it is sent again. */
  shownAt?: number;
}

/** One live answer's wish for calls of one bucket. */
export interface Writer {
  /** What its next call would be for; undefined when there is nothing to do. Cheap: asked at every turn. */
  next(): Due | undefined;
  /** How many calls it will need at its end that it is not asking for yet. */
  needs(): number;
  /**
   * Makes the call, with the newest text; undefined when it turns out that there is nothing to do in this bucket. Never
   * throws.
   */
  call(): Promise<void> | undefined;
  /** Its call is due, but none is free for it now: it may leave for another bucket, where there is one. */
  heldUp?(): void;
}

export interface Bucket {
  /** Takes part in it until the function it returns is called. */
  join(writer: Writer): () => void;
  /** Something may be due. */
  poke(): void;
  /** Whether a call of that rank could be made before the rate holds it up. */
  isFree(rank: 'first' | 'next'): boolean;
  /** What the platform's headers said with a response; to be told before the call that it answers settles. */
  learn(seen: Seen): void;
  /** The platform refused a call for its rate; called where a call ends with `ShowError` `limited`. */
  limited(retryAfterMs: number): void;
}

export interface RateLimit {
  limit: number;
  windowMs: number;
  /** So many calls in any span of that length, instead of in windows that begin with a call. */
  isSliding?: boolean;
}

export interface Pacer {
  /** The bucket of this key; until the platform says otherwise it takes `limit` calls in `windowMs`. */
  bucket(key: string, defaults: RateLimit): Bucket;
  /** How many buckets are kept. */
  readonly size: number;
}

const ORDER: Record<Rank, number> = { final: 0, first: 1, next: 2, growing: 3 };
/** Growing calls are so much further apart than the rate allows. */
const SPREAD = 1.06;
/** A message that still grows is posted so long after what came before it, in even intervals. */
const NEXT_MESSAGE = 0.5;
/** Least time between two calls for one message in a sliding window, ms. */
const QUICK_MS = 300;
/** Interval for checking again whether a message has grown by a step, ms. */
const LOOK_MS = { least: 20, most: 500 };
/** So long before a window ends, what is left of it may be spent. */
const SPEND_MS = 200;
/** Slower than this, times the even spread, it does not get. */
const SLOWEST = 8;
/** What each successful call takes off it. */
const RECOVERY = 0.97;
/** Buckets nobody has used for so long are dropped, once there are many. */
const IDLE_MS = 60_000;
const MANY = 256;

interface Waiting {
  /** When it began to wait for a call. */
  since?: number | undefined;
  /** Whether it has asked for a call to let its message grow. */
  isGrowing: boolean;
}

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
  const writers = new Map<Writer, Waiting>();
  let inFlight = 0;
  let usedAt = performance.now();
  /** When the rate allows one more call that can wait. */
  let evenAt = Number.NEGATIVE_INFINITY;
  /** When a message grew last. */
  let grownAt = Number.NEGATIVE_INFINITY;
  let blockedUntil = 0;
  let slowness = 1;
  let timer: NodeJS.Timeout | undefined;
  let isPumping = false;
  let isPoked = false;

  const paceMs = () => (window.windowMs / window.limit) * SPREAD * slowness;

  /** What is left for the answers that end or begin. */
  function needed(): number {
    let calls = 0;
    for (const writer of writers.keys()) calls += writer.needs();
    return Math.min(window.limit - 1, calls);
  }

  /** How far apart two calls for one message are at least. */
  const gapMs = () => (window.isSliding ? Math.min(QUICK_MS * slowness, paceMs()) : paceMs());

  /** When a message may grow, judged by its state now. */
  function growsAt({ unseen, seen = 0, shownAt = Number.NEGATIVE_INFINITY }: Due, now: number): number {
    const gapAt = shownAt + gapMs();
    if (!window.isSliding) return Math.max(evenAt, gapAt);
    const growing = growingNow(now);
    const evenlyAt = grownAt + evenInterval(growing) * slowness;
    const missing = quickStep(window.limit, growing, seen) * slowness - unseen;
    // Assume that the message keeps growing as fast as since it was last shown.
    const wait = missing <= 0 ? 0 : (missing * (now - shownAt)) / unseen;
    const quicklyAt = wait === 0 ? now : now + Math.min(Math.max(wait, LOOK_MS.least), LOOK_MS.most);
    return Math.max(gapAt, Math.min(evenlyAt, quicklyAt));
  }

  function growingNow(now: number): Growing {
    let count = 0;
    for (const { isGrowing } of writers.values()) if (isGrowing) count++;
    const refillMs = (window.endsAt(now) ?? now + window.windowMs) - now;
    return { count: Math.max(1, count), free: window.free(now) - needed(), refillMs };
  }

  /** Makes every call that may be made now, and comes back when the next one may. */
  function pump(): void {
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
    timer = wakeAt === undefined ? undefined : setTimeout(pump, Math.max(1, wakeAt - performance.now()));
  }

  /** One call at most. @returns when to look again, undefined when only a poke can bring something */
  function turn(now: number): number | undefined {
    const waiting = [...writers].flatMap(([writer, state]) => {
      const due = writer.next();
      state.since = due ? (state.since ?? now) : undefined;
      if (!due) return [];
      if (due.rank === 'growing') state.isGrowing = true;
      return [{ writer, since: state.since ?? now, ...due }];
    });
    if (waiting.length === 0) return undefined;
    const free = window.free(now);
    const endsAt = window.endsAt(now);
    if (now < blockedUntil || free === 0) {
      for (const { writer } of waiting) writer.heldUp?.();
      // Without a window only a call in flight takes what is free, and its end looks again.
      return now < blockedUntil ? blockedUntil : endsAt;
    }

    const spendAt = endsAt !== undefined && !window.isSliding ? endsAt - SPEND_MS : endsAt;
    const isEnding = !window.isSliding && spendAt !== undefined && spendAt <= now;
    const maySpend = isEnding || free > needed();
    const isCrowded = isEnding && waiting.length > 1;
    let wakeAt = Number.POSITIVE_INFINITY;
    const allowed = waiting.filter((due) => {
      const { writer, rank, shownAt } = due;
      if (rank === 'final' || rank === 'first') return true;
      if (!maySpend) {
        if (rank === 'next') writer.heldUp?.();
        wakeAt = Math.min(wakeAt, spendAt ?? wakeAt);
        return false;
      }
      const since = shownAt ?? Number.NEGATIVE_INFINITY;
      const mayAt = rank === 'growing' ? growsAt(due, now) : since + gapMs() * NEXT_MESSAGE;
      if (mayAt <= now || isCrowded) return true;
      wakeAt = Math.min(wakeAt, mayAt);
      return false;
    });
    const [best] = allowed.sort(
      (a, b) =>
        ORDER[a.rank] - ORDER[b.rank] ||
        (a.rank === 'growing' ? b.unseen - a.unseen : 0) ||
        a.since - b.since,
    );
    if (!best) return Number.isFinite(wakeAt) ? wakeAt : undefined;
    if (best.rank === 'growing') grownAt = now;
    send(best.writer, now);
    isPoked = true;
    return undefined;
  }

  function send(writer: Writer, now: number): void {
    const state = writers.get(writer);
    if (state) state.since = undefined;
    const call = writer.call();
    if (!call) return;
    const settle = window.send(now);
    inFlight++;
    usedAt = now;
    evenAt = Math.min(Math.max(evenAt, now) + paceMs(), now + Math.max(paceMs(), window.windowMs));
    void call.then(() => {
      const then = performance.now();
      inFlight--;
      usedAt = then;
      settle(then);
      if (then >= blockedUntil) slowness = Math.max(1, slowness * RECOVERY);
      pump();
    });
  }

  return {
    join(writer) {
      writers.set(writer, { isGrowing: false });
      pump();
      return () => {
        writers.delete(writer);
        // What it would have needed is free for others.
        pump();
      };
    },
    poke: pump,
    isFree(rank) {
      const now = performance.now();
      return now >= blockedUntil && window.free(now) > (rank === 'first' ? 0 : needed());
    },
    learn(seen) {
      usedAt = performance.now();
      window.learn(seen, usedAt);
    },
    limited(retryAfterMs) {
      const now = performance.now();
      // Calls that were in flight together are refused together: that is one refusal.
      if (now >= blockedUntil) slowness = Math.min(SLOWEST, slowness * 2);
      blockedUntil = Math.max(blockedUntil, now + retryAfterMs);
      window.block(blockedUntil);
      pump();
    },
    isIdle: () => writers.size === 0 && inFlight === 0 && performance.now() - usedAt > IDLE_MS,
  };
}
