/** The threads in which Parley answers. Messages there are for Parley without a mention, too. */

import type { AdapterState } from '../core/platform.ts';
import { createRecent } from '../core/recent.ts';
import { isLater } from './catch-up/later-id.ts';

export interface JoinedThreads {
  /** Whether Parley had joined the thread when that message was said. Waits while it is being decided. */
  has(id: string, message: string): Promise<boolean>;
  /** @param since the id of the message by which Parley joins it; an earlier one may arrive later, and counts */
  add(id: string, since: string): Promise<void>;
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
  const sinceKey = (id: string) => `thread-since|${id}`;
  /** Joined threads alone: any other thread may be joined at any moment, by another process too. */
  const joined = createRecent<string, string>(MOST_REMEMBERED);
  const undecided = new Map<string, Promise<unknown>>();

  /** Undefined: Parley has not joined it. Empty: an earlier version of Parley did. */
  async function sinceOf(id: string): Promise<string | undefined> {
    if ((await adapterState.read<boolean>(key(id))) !== true) return undefined;
    return (await adapterState.read<string>(sinceKey(id))) ?? '';
  }

  return {
    async has(id, message) {
      if (!joined.has(id)) {
        await undecided.get(id);
        const since = joined.get(id) ?? (await sinceOf(id));
        if (since !== undefined) joined.set(id, since);
      }
      const since = joined.get(id);
      return since !== undefined && !isLater(since, message);
    },
    async add(id, since) {
      const remembered = joined.get(id);
      const before = remembered ?? (await sinceOf(id));
      const first = before === undefined || isLater(before, since) ? since : before;
      if (first === remembered) return;
      await adapterState.write(sinceKey(id), first, KEPT_MS);
      await adapterState.write(key(id), true, KEPT_MS);
      joined.set(id, first);
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
