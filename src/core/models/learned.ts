/** What was learned of a model at a base URL by trying, kept for a while, so that it is not tried with each message. */
import { LRUCache } from 'lru-cache';

export interface Learned {
  has(what: string): boolean;
  add(what: string, ms: number): void;
  remove(what: string): void;
}

const MOST_LEARNED = 5_000;
/** Servers are upgraded, and accounts may do more than before. */
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
