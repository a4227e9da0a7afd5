/** The threads that Parley answers in, so that what is said there without a mention is for Parley too. */
import { LRUCache } from 'lru-cache';
import type { Notebook } from '../core/ports.ts';

export interface JoinedThreads {
  has(id: string): Promise<boolean>;
  add(id: string): Promise<void>;
}

const KEPT_MS = 90 * 24 * 3_600_000;
const MOST_REMEMBERED = 20_000;

export function createJoinedThreads(notebook: Notebook): JoinedThreads {
  const key = (id: string) => `thread|${id}`;
  const known = new LRUCache<string, boolean>({ max: MOST_REMEMBERED });
  return {
    async has(id) {
      const before = known.get(id);
      if (before !== undefined) return before;
      const isJoined = (await notebook.read<boolean>(key(id))) === true;
      // It may have been joined meanwhile.
      if (!known.has(id)) known.set(id, isJoined);
      return isJoined;
    },
    async add(id) {
      if (known.get(id)) return;
      await notebook.write(key(id), true, KEPT_MS);
      known.set(id, true);
    },
  };
}
