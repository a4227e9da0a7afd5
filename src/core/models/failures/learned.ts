/**
 * Facts about a model at a base URL, learned by trying. They are kept for a while, so that not every message tries
 * again.
 */
import { LRUCache } from 'lru-cache';

export interface Learned {
  has(what: string): boolean;
  add(what: string, ms: number): void;
  remove(what: string): void;
}

const MOST_LEARNED = 5_000;
/** Lifetime of a learned fact (ms): servers are upgraded, and accounts get more rights. */
export const LASTING_MS = 24 * 3_600_000;

const learned = new LRUCache<string, true>({ max: MOST_LEARNED });

export function learnedOf(baseUrl: string, model: string): Learned {
  const key = (what: string) => `${baseUrl} ${model} ${what}`;
  return {
    has: (what) => learned.has(key(what)),
    add: (what, ms) => void learned.set(key(what), true, { ttl: ms }),
    remove: (what) => void learned.delete(key(what)),
  };
}
