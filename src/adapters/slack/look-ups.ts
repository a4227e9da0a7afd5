/**
 * Names that are looked up for a question, which waits for none of them longer than a second: what comes later is
 * there for the next one. A rate limit holds nobody up, and is kept to by asking nothing until it is over.
 */
import { LRUCache } from 'lru-cache';
import { isSureRefusal, showError } from './errors.ts';

export interface LookUps<T extends object> {
  /** As last seen, asked anew where that is long ago; undefined where it is not known in time. Never throws. */
  find(team: string, id: string): Promise<T | undefined>;
  /** For a decision: asked now, whatever is known; what is known where Slack does not say in time. Never throws. */
  now(team: string, id: string): Promise<T | undefined>;
}

export interface LookUpsOptions<T> {
  /** By a client that rejects when rate-limited. Undefined where there is none such. */
  ask(team: string, id: string): Promise<T | undefined>;
  keptMs: number;
  /** Shared by all that one question looks up, so that it waits for one of them alone. */
  slow: SlowTeams;
}

/** By workspace: until when nobody waits for its names (`Date.now()`). */
export type SlowTeams = LRUCache<string, number>;

export const createSlowTeams = (): SlowTeams => new LRUCache({ max: MOST_TEAMS });

const MOST_KNOWN = 20_000;
const MOST_TEAMS = 1_000;
/** A question waits for a name no longer. */
const WAIT_MS = 1_000;
/** A decision waits longer: without an answer it is against who asks. */
const DECISION_WAIT_MS = 2_000;
/** After an answer that came too late, nobody waits for others of that workspace. */
const SLOW_MS = 5_000;

export function createLookUps<T extends object>({ ask, keptMs, slow }: LookUpsOptions<T>): LookUps<T> {
  const known = new LRUCache<string, T>({
    max: MOST_KNOWN,
    ttl: keptMs,
    allowStale: true,
    noDeleteOnStaleGet: true,
  });
  const underWay = new Map<string, Promise<T | undefined>>();
  /** By workspace: until when it is not asked at all (`Date.now()`). */
  const limitedUntil = new LRUCache<string, number>({ max: MOST_TEAMS });

  const isUntil = (times: LRUCache<string, number>, team: string) => (times.get(team) ?? 0) > Date.now();

  /** One call at a time for each id. */
  function request(team: string, id: string): Promise<T | undefined> {
    const key = `${team} ${id}`;
    if (isUntil(limitedUntil, team)) return Promise.resolve(undefined);
    const asked = underWay.get(key) ?? asking(team, id).finally(() => underWay.delete(key));
    underWay.set(key, asked);
    return asked;
  }

  async function asking(team: string, id: string): Promise<T | undefined> {
    try {
      const found = await ask(team, id);
      if (found) known.set(`${team} ${id}`, found);
      return found;
    } catch (error) {
      const { kind, retryAfterMs = 0 } = showError(error);
      if (kind === 'limited') limitedUntil.set(team, Date.now() + retryAfterMs);
      // Whoever is not there any more is not known any more.
      if (isSureRefusal(error)) known.delete(`${team} ${id}`);
      return undefined;
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
      if (!isUntil(slow, team)) return within(WAIT_MS, team, id);
      void request(team, id);
      return known.get(key);
    },
    now: (team, id) => within(DECISION_WAIT_MS, team, id),
  };
}
