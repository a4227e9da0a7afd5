/**
 * Tracks a rate limit of `limit` calls per window, where a window begins with its first call. It counts its own calls,
 * and corrects itself by the platform's headers. Times are milliseconds of one monotonic clock.
 *
 * It never counts more calls as free than the platform does, unless calls outlast a whole window without headers. A
 * call in flight counts in the window of its sending and in the next. The end of a window is known as an interval: its
 * latest time is what a response says, counted from its arrival; its earliest time is that, less the time that the
 * response can have been on its way.
 */
export interface RateWindow {
  /** Calls in one window. */
  readonly limit: number;
  /** Length of a window. */
  readonly windowMs: number;
  /** The window has no end: each call counts for `windowMs` of its own. */
  readonly isSliding?: boolean;
  /** Calls that may be sent now. */
  free(now: number): number;
  /** The latest end of the window, or when a sliding one has more free; undefined where no call counts. */
  endsAt(now: number): number | undefined;
  /** Counts a call that is sent. @returns call this when the call has ended, with or without success */
  send(now: number): (now: number) => void;
  /** Learns from the headers of a response, before its call has ended. */
  learn(seen: Seen, now: number): void;
  /** Frees no call until then. The rest of the window stays as it was counted. */
  block(until: number): void;
}

/** A platform's headers about a bucket. */
export interface Seen {
  limit: number;
  remaining: number;
  resetAfterMs: number;
}

/** Added to the end of a window, ms: headers are rounded, and clients add 50 ms of their own (discord.js). */
const MARGIN_MS = 60;

interface End {
  earliest: number;
  latest: number;
  /** It is unknown whether this window has begun. */
  isGuess?: boolean;
}

/** The state of the window. The functions below turn it over, count calls in it and learn of it. */
interface State {
  limit: number;
  windowMs: number;
  remaining: number;
  blockedUntil: number;
  end: End | undefined;
  /** Calls that may have counted in the window after this one already, and when that ends at the latest. */
  carried: number;
  carriedEnd: End;
  /** When the calls in flight were sent, the oldest first. */
  readonly inFlight: Set<{ sentAt: number }>;
  /** Responses whose headers have counted their call already. */
  counted: number;
}

export function createRateWindow({ limit, windowMs }: { limit: number; windowMs: number }): RateWindow {
  const state: State = {
    limit,
    windowMs,
    remaining: limit,
    blockedUntil: Number.NEGATIVE_INFINITY,
    end: undefined,
    carried: 0,
    carriedEnd: { earliest: 0, latest: 0 },
    inFlight: new Set(),
    counted: 0,
  };
  return {
    get limit() {
      return state.limit;
    },
    get windowMs() {
      return state.windowMs;
    },

    free(now) {
      turnOver(state, now);
      return now < state.blockedUntil ? 0 : Math.max(0, state.remaining - state.inFlight.size);
    },

    endsAt(now) {
      turnOver(state, now);
      return now < state.blockedUntil ? state.blockedUntil : state.end?.latest;
    },

    send(now) {
      const call = { sentAt: now };
      state.inFlight.add(call);
      return (then) => {
        turnOver(state, then);
        if (state.counted > 0) state.counted--;
        else count(state, then);
        state.inFlight.delete(call);
        state.counted = Math.min(state.counted, state.inFlight.size);
      };
    },

    learn(seen, now) {
      turnOver(state, now);
      learn(state, seen, now);
    },

    block(until) {
      state.blockedUntil = Math.max(state.blockedUntil, until + MARGIN_MS);
    },
  };
}

function turnOver(state: State, now: number): void {
  const { end, carried, carriedEnd, limit } = state;
  if (end === undefined || now < end.latest) return;
  state.end = carried > 0 && now < carriedEnd.latest ? { ...carriedEnd, isGuess: true } : undefined;
  state.remaining = Math.max(0, limit - (state.end ? carried : 0));
  state.carried = 0;
}

/** When the oldest call in flight was sent. */
function oldest({ inFlight }: State, now: number): number {
  const [call] = inFlight;
  return call?.sentAt ?? now;
}

/** Counts a call that ended without headers: some call that was in flight with it has begun its window. */
function count(state: State, now: number): void {
  const { end, windowMs } = state;
  const counting = { earliest: oldest(state, now) + windowMs, latest: now + windowMs + MARGIN_MS };
  if (end && now >= end.earliest) {
    state.carriedEnd = state.carried > 0 ? { ...counting, earliest: state.carriedEnd.earliest } : counting;
    state.carried++;
  }
  if (!end) state.end = counting;
  else if (end.isGuess) state.end = { earliest: end.earliest, latest: counting.latest };
  state.remaining = Math.max(0, state.remaining - 1);
}

function learn(state: State, seen: Seen, now: number): void {
  const { end } = state;
  const onTheWay = now - oldest(state, now);
  const latest = now + seen.resetAfterMs + MARGIN_MS;
  const told = { earliest: latest - MARGIN_MS - onTheWay, latest };
  // Responses overtake each other. A response about an older window is no news, and does not count its call.
  if (end && told.latest < end.earliest) return;
  state.counted = Math.min(state.counted + 1, state.inFlight.size);
  state.limit = Math.max(1, seen.limit);
  if (end?.isGuess) {
    state.end = told;
    state.remaining = Math.min(state.remaining, seen.remaining);
    return;
  }
  if (!end || told.earliest > end.latest) {
    const isFirst = seen.remaining === state.limit - 1 && seen.resetAfterMs > 0;
    if (isFirst) state.windowMs = seen.resetAfterMs;
    state.end = told;
    state.remaining = seen.remaining;
    state.carried = 0;
    return;
  }
  state.remaining = Math.min(state.remaining, seen.remaining);
  state.end = narrowed(end, told, state.windowMs, onTheWay);
}

/** The end of one window, from two reports that may both be about it. */
function narrowed(end: End, told: End, windowMs: number, onTheWay: number): End {
  const isNotOlder = told.latest > end.latest - windowMs + onTheWay;
  const isNotNewer = told.latest < end.earliest + windowMs;
  if (!isNotNewer) return { earliest: end.earliest, latest: Math.max(end.latest, told.latest) };
  if (!isNotOlder) return end;
  return {
    earliest: Math.max(end.earliest, told.earliest),
    latest: Math.min(end.latest, told.latest),
  };
}
