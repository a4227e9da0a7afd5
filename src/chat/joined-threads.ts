/** The threads in which Parley answers. Messages there are for Parley without a mention, too. */

import type { AdapterState } from '../core/platform.ts';
import { createRecent } from '../core/recent.ts';

export interface JoinedThreads {
  /** Whether Parley has joined the thread. Waits while that is being decided. */
  has(id: string): Promise<boolean>;
  add(id: string): Promise<void>;
  /**
   * Notes that a message is being taken that would make Parley join the thread. Messages that overtake it must
   * wait for it.
   */
  joining(id: string, taking: Promise<unknown>): void;
}

const KEPT_MS = 90 * 24 * 3_600_000;
const MOST_REMEMBERED = 20_000;

export function createJoinedThreads(adapterState: AdapterState): JoinedThreads {
  const key = (id: string) => `thread|${id}`;
  /** Joined threads alone: any other thread may be joined at any moment, by another process too. */
  const joined = createRecent<string, true>(MOST_REMEMBERED);
  const undecided = new Map<string, Promise<unknown>>();
  return {
    async has(id) {
      if (joined.has(id)) return true;
      await undecided.get(id);
      const isJoined = joined.has(id) || (await adapterState.read<boolean>(key(id))) === true;
      if (isJoined) joined.set(id, true);
      return isJoined;
    },
    async add(id) {
      if (joined.has(id)) return;
      await adapterState.write(key(id), true, KEPT_MS);
      joined.set(id, true);
    },
    joining(id, taking) {
      const deciding = taking
        .catch(() => {})
        .then(() => {
          if (undecided.get(id) === deciding) undecided.delete(id);
        });
      undecided.set(id, deciding);
    },
  };
}
