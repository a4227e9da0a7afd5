/**
 * Tracks a rate limit of `limit` calls in any span of `windowMs`, on a platform without headers for it. A call counts
 * from its sending until one window after its end, so only calls that are free for certain count as free.
 */
import type { RateWindow } from './rate-window.ts';

/** Added to each window, ms: timers and clocks of two machines differ. */
const MARGIN_MS = 60;

export function createSlidingWindow({ limit, windowMs }: { limit: number; windowMs: number }): RateWindow {
  /** The ends of the calls that count, the oldest first. */
  let ended: number[] = [];
  let inFlight = 0;
  let blockedUntil = Number.NEGATIVE_INFINITY;
  const freeAgainAt = (time: number) => time + windowMs + MARGIN_MS;

  function forget(now: number): void {
    const first = ended.findIndex((time) => freeAgainAt(time) > now);
    ended = first < 0 ? [] : ended.slice(first);
  }

  return {
    limit,
    windowMs,
    isSliding: true,

    free(now) {
      forget(now);
      return now < blockedUntil ? 0 : Math.max(0, limit - ended.length - inFlight);
    },

    endsAt(now) {
      forget(now);
      if (now < blockedUntil) return blockedUntil;
      const [oldest] = ended;
      return oldest === undefined ? undefined : freeAgainAt(oldest);
    },

    send() {
      inFlight++;
      return (then) => {
        inFlight--;
        ended.push(then);
      };
    },

    learn() {},

    block(until) {
      blockedUntil = Math.max(blockedUntil, until);
    },
  };
}
