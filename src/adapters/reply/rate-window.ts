/**
 * What is left of a rate limit of so many calls per window, where a window begins with its first call: counted from
 * one's own calls, put right by what the platform's headers say. Times are milliseconds of one monotonic clock.
 *
 * It never counts more as free than the platform does: a call in flight counts in the window it was sent in and in
 * the next, and a window is taken to end when a response says so, which is later than its end by the way back.
 */
export interface RateWindow {
  /** Calls in one window. */
  readonly limit: number;
  /** Length of a window. */
  readonly windowMs: number;
  /** Calls that may be sent now. */
  free(now: number): number;
  /** When the window ends; undefined where none has begun. */
  endsAt(now: number): number | undefined;
  /** A call is sent. */
  sent(): void;
  /** A call has ended, whatever came of it. */
  settled(now: number): void;
  /** Headers of a response, before its call is settled. */
  learn(seen: Seen, now: number): void;
  /** Nothing is free until then. */
  block(until: number): void;
}

/** What a platform's headers say about a bucket. */
export interface Seen {
  limit: number;
  remaining: number;
  resetAfterMs: number;
}

/** Windows are taken to end so much later than said: headers are rounded, and clients add 50 ms of their own (discord.js). */
const MARGIN_MS = 60;

export function createRateWindow(defaults: { limit: number; windowMs: number }): RateWindow {
  let { limit, windowMs } = defaults;
  let remaining = limit;
  let end: number | undefined;
  let inFlight = 0;
  /** Responses whose headers have counted their call already. */
  let counted = 0;

  function turnOver(now: number): void {
    if (end === undefined || now < end) return;
    end = undefined;
    remaining = limit;
  }

  return {
    get limit() {
      return limit;
    },
    get windowMs() {
      return windowMs;
    },

    free(now) {
      turnOver(now);
      return Math.max(0, remaining - inFlight);
    },

    endsAt(now) {
      turnOver(now);
      return end;
    },

    sent() {
      inFlight++;
    },

    settled(now) {
      turnOver(now);
      inFlight--;
      if (counted > 0) counted--;
      else {
        remaining = Math.max(0, remaining - 1);
        end ??= now + windowMs + MARGIN_MS;
      }
      counted = Math.min(counted, inFlight);
    },

    learn(seen, now) {
      turnOver(now);
      const seenEnd = now + seen.resetAfterMs + MARGIN_MS;
      // Responses overtake each other: what tells of an older window is no news.
      if (end !== undefined && seenEnd < end - windowMs / 2) return;
      const isSameWindow = end !== undefined && seenEnd < end + windowMs / 2;
      limit = Math.max(1, seen.limit);
      if (seen.remaining === limit - 1 && seen.resetAfterMs > 0) windowMs = seen.resetAfterMs;
      remaining = isSameWindow ? Math.min(remaining, seen.remaining) : seen.remaining;
      end = isSameWindow && end !== undefined ? Math.min(end, seenEnd) : seenEnd;
      counted = Math.min(counted + 1, inFlight);
    },

    block(until) {
      remaining = 0;
      end = Math.max(end ?? 0, until + MARGIN_MS);
    },
  };
}
