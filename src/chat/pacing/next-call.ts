/** Chooses the next call of a bucket, or says when to look again. */

import type { Due, Rank, Writer } from './bucket.ts';
import { evenInterval, type Growing, quickStep } from './growth.ts';
import type { RateWindow } from './rate-window.ts';

const ORDER: Record<Rank, number> = { final: 0, first: 1, next: 2, growing: 3 };
/** Calls that grow a message are this many times further apart than the rate allows. */
const SPREAD = 1.06;
/** A message that still grows is posted this many even intervals after the message before it. */
const NEXT_MESSAGE = 0.5;
/** Least time between two calls for one message in a sliding window, ms. */
const QUICK_MS = 300;
/** Interval for checking again whether a message has grown by a step, ms. */
const LOOK_MS = { least: 20, most: 500 };
/** Before a window ends, ms: from then on, all calls that are left may be spent. */
const SPEND_MS = 200;

export interface Waiting {
  /** When it began to wait for a call. */
  since?: number | undefined;
  /** Whether it has asked for a call to let its message grow. */
  isGrowing: boolean;
}

/** A bucket's state; times are by `performance.now()`. */
export interface BucketState {
  readonly window: RateWindow;
  readonly writers: Map<Writer, Waiting>;
  /** When the rate allows one more call that can wait. */
  evenAt: number;
  /** When a message grew last. */
  grownAt: number;
  blockedUntil: number;
  /** How many times slower than the rate allows; 1: not slower. Refused calls raise it. */
  slowness: number;
}

/** Either a writer that may call now, or when to look again; neither where only a poke can bring something. */
export interface NextCall {
  writer?: Writer;
  rank?: Rank;
  wakeAt?: number | undefined;
}

type WaitingDue = Due & { writer: Writer; since: number };

/** Milliseconds between two calls in even intervals. */
export const paceMs = ({ window, slowness }: BucketState) =>
  (window.windowMs / window.limit) * SPREAD * slowness;

/** Calls that are left for answers that end or begin. */
export function neededCalls({ window, writers }: BucketState): number {
  let calls = 0;
  for (const writer of writers.keys()) calls += writer.needs();
  return Math.min(window.limit - 1, calls);
}

/** Least milliseconds between two calls for one message. */
function gapMs(state: BucketState): number {
  const pace = paceMs(state);
  return state.window.isSliding ? Math.min(QUICK_MS * state.slowness, pace) : pace;
}

/** When a message may grow, judged by its state now. */
function growsAt(
  state: BucketState,
  { unseen, seen = 0, shownAt = Number.NEGATIVE_INFINITY }: Due,
  now: number,
): number {
  const gapAt = shownAt + gapMs(state);
  if (!state.window.isSliding) return Math.max(state.evenAt, gapAt);
  const growing = growingNow(state, now);
  const evenlyAt = state.grownAt + evenInterval(growing) * state.slowness;
  const missing = quickStep(state.window.limit, growing, seen) * state.slowness - unseen;
  // Assume that the message keeps growing as fast as since it was last shown.
  const wait = missing <= 0 ? 0 : (missing * (now - shownAt)) / unseen;
  const quicklyAt = wait === 0 ? now : now + Math.min(Math.max(wait, LOOK_MS.least), LOOK_MS.most);
  return Math.max(gapAt, Math.min(evenlyAt, quicklyAt));
}

function growingNow(state: BucketState, now: number): Growing {
  const { window, writers } = state;
  let count = 0;
  for (const { isGrowing } of writers.values()) if (isGrowing) count++;
  const refillMs = (window.endsAt(now) ?? now + window.windowMs) - now;
  return { count: Math.max(1, count), free: window.free(now) - neededCalls(state), refillMs };
}

/** All writers with a due call. */
function waitingNow({ writers }: BucketState, now: number): WaitingDue[] {
  return [...writers].flatMap(([writer, state]) => {
    const due = writer.next();
    state.since = due ? (state.since ?? now) : undefined;
    if (!due) return [];
    if (due.rank === 'growing') state.isGrowing = true;
    return [{ writer, since: state.since ?? now, ...due }];
  });
}

export function nextCall(state: BucketState, now: number): NextCall {
  const { window, blockedUntil } = state;
  const waiting = waitingNow(state, now);
  if (waiting.length === 0) return {};
  const free = window.free(now);
  const endsAt = window.endsAt(now);
  if (now < blockedUntil || free === 0) {
    for (const { writer } of waiting) writer.heldUp?.();
    // Without a window only a call in flight takes what is free, and its end looks again.
    return { wakeAt: now < blockedUntil ? blockedUntil : endsAt };
  }

  const spendAt = endsAt !== undefined && !window.isSliding ? endsAt - SPEND_MS : endsAt;
  const isEnding = !window.isSliding && spendAt !== undefined && spendAt <= now;
  const maySpend = isEnding || free > neededCalls(state);
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
    const mayAt = rank === 'growing' ? growsAt(state, due, now) : since + gapMs(state) * NEXT_MESSAGE;
    if (mayAt <= now || isCrowded) return true;
    wakeAt = Math.min(wakeAt, mayAt);
    return false;
  });
  const [best] = allowed.sort(byUrgency);
  if (!best) return { wakeAt: Number.isFinite(wakeAt) ? wakeAt : undefined };
  return { writer: best.writer, rank: best.rank };
}

function byUrgency(a: WaitingDue, b: WaitingDue): number {
  return (
    ORDER[a.rank] - ORDER[b.rank] || (a.rank === 'growing' ? b.unseen - a.unseen : 0) || a.since - b.since
  );
}
