/** Lists of models asked for a moment ago, for suggestions while somebody types. */
import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Provider } from '../provider.ts';

export interface ModelLists {
  /** Empty where the provider does not answer, or too late. Never throws. */
  list(provider: Provider): Promise<string[]>;
}

/**
 * Times in ms: how long a list is kept, how long a provider that failed is left alone, and how long somebody who
 * types waits (Discord takes suggestions for three seconds).
 */
const TIMES = { kept: 60_000, failed: 5_000, wait: 2_000 };
const MOST_LISTS = 100;

export function createModelLists(
  ask: (provider: Provider) => Promise<string[]>,
  times: typeof TIMES = TIMES,
): ModelLists {
  // The key of the cache is a hash, so that no API key is kept here.
  const lists = new LRUCache<string, Promise<string[]>>({ max: MOST_LISTS, ttl: times.kept });

  function asked(provider: Provider): Promise<string[]> {
    const id = createHash('sha256').update(JSON.stringify(provider)).digest('hex');
    const known = lists.get(id);
    if (known) return known;
    const list = ask(provider).catch(() => {
      lists.set(id, list, { ttl: times.failed });
      return [];
    });
    lists.set(id, list);
    return list;
  }

  return {
    async list(provider) {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<string[]>((resolve) => {
        timer = setTimeout(resolve, times.wait, []);
      });
      const list = await Promise.race([asked(provider), late]);
      clearTimeout(timer);
      return list;
    },
  };
}
