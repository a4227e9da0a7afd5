/**
 * What is left of a rate limit of so many calls per window, where a window begins with its first call: counted from
 * one's own calls, put right by what the platform's headers say. Times are milliseconds of one monotonic clock.
 *
 * It never counts more as free than the platform does, unless calls outlast a whole window and no headers tell of it.
 * A call in flight counts in the window it was sent in and in the next. When a window ends is known as an interval:
 * not after what a response says, counted from its arrival, and not earlier than that by more than the response can
 * have been on its way.
 */
export interface RateWindow {
  /** Calls in one window. */
  readonly limit: number;
  /** Length of a window. */
  readonly windowMs: number;
  /** It has no end: each call counts for `windowMs` of its own. */
  readonly isSliding?: boolean;
  /** Calls that may be sent now. */
  free(now: number): number;
  /** When the window has ended for certain, or more is free of one that slides; undefined where no call counts. */
  endsAt(now: number): number | undefined;
  /** A call is sent. @returns to be called when it has ended, whatever came of it */
  send(now: number): (now: number) => void;
  /** Headers of a response, before its call has ended. */
  learn(seen: Seen, now: number): void;
  /** The platform takes nothing until then; what is left of the window is then as it was counted. */
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

interface End {
  earliest: number;
  latest: number;
  /** Not even whether this window has begun is certain. */
  isGuess?: boolean;
}

export function createRateWindow(defaults: { limit: number; windowMs: number }): RateWindow {
  let { limit, windowMs } = defaults;
  let remaining = limit;
  let blockedUntil = Number.NEGATIVE_INFINITY;
  let end: End | undefined;
  /** Calls that may have counted in the window after this one already, and when that ends at the latest. */
  let carried = 0;
  let carriedEnd: End = { earliest: 0, latest: 0 };
  /** When the calls in flight were sent, the oldest first. */
  const inFlight = new Set<{ sentAt: number }>();
  /** Responses whose headers have counted their call already. */
  let counted = 0;

  function turnOver(now: number): void {
    if (end === undefined || now < end.latest) return;
    end = carried > 0 && now < carriedEnd.latest ? { ...carriedEnd, isGuess: true } : undefined;
    remaining = Math.max(0, limit - (end ? carried : 0));
    carried = 0;
  }

  /** When the oldest call in flight was sent. */
  function oldest(now: number): number {
    const [call] = inFlight;
    return call?.sentAt ?? now;
  }

  /** A call has ended of which no header told: some call that was in flight with it has begun its window. */
  function count(now: number): void {
    const counting = { earliest: oldest(now) + windowMs, latest: now + windowMs + MARGIN_MS };
    if (end && now >= end.earliest) {
      carriedEnd = carried > 0 ? { ...counting, earliest: carriedEnd.earliest } : counting;
      carried++;
    }
    if (!end) end = counting;
    else if (end.isGuess) end = { earliest: end.earliest, latest: counting.latest };
    remaining = Math.max(0, remaining - 1);
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
      return now < blockedUntil ? 0 : Math.max(0, remaining - inFlight.size);
    },

    endsAt(now) {
      turnOver(now);
      return now < blockedUntil ? blockedUntil : end?.latest;
    },

    send(now) {
      const call = { sentAt: now };
      inFlight.add(call);
      return (then) => {
        turnOver(then);
        if (counted > 0) counted--;
        else count(then);
        inFlight.delete(call);
        counted = Math.min(counted, inFlight.size);
      };
    },

    learn(seen, now) {
      turnOver(now);
      const onTheWay = now - oldest(now);
      const latest = now + seen.resetAfterMs + MARGIN_MS;
      const told = { earliest: latest - MARGIN_MS - onTheWay, latest };
      // Responses overtake each other: what tells of an older window is no news, and does not count its call.
      if (end && told.latest < end.earliest) return;
      counted = Math.min(counted + 1, inFlight.size);
      limit = Math.max(1, seen.limit);
      if (end?.isGuess) {
        end = told;
        remaining = Math.min(remaining, seen.remaining);
        return;
      }
      if (!end || told.earliest > end.latest) {
        if (seen.remaining === limit - 1 && seen.resetAfterMs > 0) windowMs = seen.resetAfterMs;
        end = told;
        remaining = seen.remaining;
        carried = 0;
        return;
      }
      remaining = Math.min(remaining, seen.remaining);
      const isNotOlder = told.latest > end.latest - windowMs + onTheWay;
      const isNotNewer = told.latest < end.earliest + windowMs;
      if (isNotNewer && isNotOlder)
        end = {
          earliest: Math.max(end.earliest, told.earliest),
          latest: Math.min(end.latest, told.latest),
        };
      else if (!isNotNewer) end = { earliest: end.earliest, latest: Math.max(end.latest, told.latest) };
    },

    block(until) {
      blockedUntil = Math.max(blockedUntil, until + MARGIN_MS);
    },
  };
}
