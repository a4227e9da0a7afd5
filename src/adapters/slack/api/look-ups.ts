/**
 * Looks up names for a question, which waits at most a second for them. A late name serves the next question. Under a
 * rate limit Slack is not asked, and no question waits.
 */
import { LRUCache } from 'lru-cache';
import type { RateWindow } from '../../../chat/pacing/rate-window.ts';
import { createSlidingWindow } from '../../../chat/pacing/sliding-window.ts';
import { createRecent } from '../../../core/recent.ts';
import { isSureRefusal, showError } from './errors.ts';

export interface LookUps<T extends object> {
  /** The last known value, refreshed if it is old. Undefined if none is known in time. Never throws. */
  find(team: string, id: string): Promise<T | undefined>;
  /** Asks Slack now, for a decision. Falls back on the last known value if Slack is late. Never throws. */
  now(team: string, id: string): Promise<T | undefined>;
}

export interface LookUpsOptions<T> {
  /** Asks Slack, by a client that rejects when rate-limited. Undefined where nothing has that id. */
  ask(team: string, id: string): Promise<T | undefined>;
  keptMs: number;
  /** Most calls of `find` that ask Slack, within any minute, for each workspace. Calls of `now` always ask. */
  perMinute: number;
  /** Shared by all look-ups of a question, so that it waits for one slow look-up at most. */
  slow: SlowTeams;
}

/** Time until which no question waits for names, by workspace (`Date.now()`). */
export type SlowTeams = LRUCache<string, number>;

export const createSlowTeams = (): SlowTeams => new LRUCache({ max: MOST_TEAMS });

const MINUTE_MS = 60_000;
const MOST_KNOWN = 20_000;
const MOST_TEAMS = 1_000;
/** Longest wait of a question for a name, ms. */
const WAIT_MS = 1_000;
/** Longest wait of a decision, ms. Without an answer, the decision goes against the person. */
const DECISION_WAIT_MS = 2_000;
/** After a late answer, no question waits for names of that workspace for this long, ms. */
const SLOW_MS = 5_000;

export function createLookUps<T extends object>(options: LookUpsOptions<T>): LookUps<T> {
  const { ask, keptMs, perMinute, slow } = options;
  const known = createRecent<string, T>(MOST_KNOWN, {
    ttl: keptMs,
    allowStale: true,
    noDeleteOnStaleGet: true,
  });
  const underWay = new Map<string, Promise<T | undefined>>();
  /** Time until which Slack is not asked at all, by workspace (`Date.now()`). */
  const limitedUntil = new LRUCache<string, number>({ max: MOST_TEAMS });

  /** The calls of the last minute, by workspace. */
  const allowances = new LRUCache<string, RateWindow>({
    max: MOST_TEAMS,
    memoMethod: () => createSlidingWindow({ limit: perMinute, windowMs: MINUTE_MS }),
  });
  const isUntil = (times: LRUCache<string, number>, team: string) => (times.get(team) ?? 0) > Date.now();

  /** Asks Slack, once at a time for each id. */
  function request(team: string, id: string): Promise<T | undefined> {
    const key = `${team} ${id}`;
    if (isUntil(limitedUntil, team)) return Promise.resolve(undefined);
    const asked = underWay.get(key) ?? asking(team, id).finally(() => underWay.delete(key));
    underWay.set(key, asked);
    return asked;
  }

  async function asking(team: string, id: string): Promise<T | undefined> {
    const ended = allowances.memo(team).send(performance.now());
    try {
      const found = await ask(team, id);
      if (found) known.set(`${team} ${id}`, found);
      return found;
    } catch (error) {
      const { kind, retryAfterMs = 0 } = showError(error);
      if (kind === 'limited') limitedUntil.set(team, Date.now() + retryAfterMs);
      // Slack no longer has such an entry.
      if (isSureRefusal(error)) known.delete(`${team} ${id}`);
      return undefined;
    } finally {
      ended(performance.now());
    }
  }

  async function within(ms: number, team: string, id: string): Promise<T | undefined> {
    const asked = request(team, id);
    const { promise: late, resolve } = Promise.withResolvers<undefined>();
    const timer = setTimeout(() => {
      slow.set(team, Date.now() + SLOW_MS);
      resolve(undefined);
    }, ms);
    const found = await Promise.race([asked, late]);
    clearTimeout(timer);
    return found ?? known.get(`${team} ${id}`);
  }

  return {
    async find(team, id) {
      const key = `${team} ${id}`;
      if (known.getRemainingTTL(key) > 0) return known.get(key);
      if (!underWay.has(key) && allowances.memo(team).free(performance.now()) === 0) return known.get(key);
      if (!isUntil(slow, team)) return within(WAIT_MS, team, id);
      void request(team, id);
      return known.get(key);
    },
    now: (team, id) => within(DECISION_WAIT_MS, team, id),
  };
}
