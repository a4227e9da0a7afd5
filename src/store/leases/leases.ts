/** Which process answers what: a home, with all of its lanes, is answered by one process at a time. */
import type { ExclusiveRows, Store } from '../store.ts';
import type { Processes } from './heartbeats.ts';

/** A home that this process holds, since it claimed it. */
export interface Claim {
  home: string;
  /** Aborted when another process may claim it. */
  lost: AbortSignal;
  /** As `Run.isHeld`. */
  isHeld(): Promise<boolean>;
  /** Asked in the middle of a write: whether it may be made. Nobody else can claim the home before that is done. */
  fence(rows: ExclusiveRows): Promise<boolean>;
}

export interface Claims {
  /** Undefined while another process that lives holds it. */
  claim(home: string): Promise<Claim | undefined>;
  release(claim: Claim): Promise<void>;
  /** Of these homes, which are none that this process answers, those that nobody else answers who lives. */
  unheld(homes: string[]): Promise<string[]>;
}

/** Of a store that only one process works on. */
export function createLocalClaims(): Claims {
  return {
    claim: async (home) => ({ home, lost: NEVER, isHeld: async () => true, fence: async () => true }),
    release: async () => {},
    unheld: async (homes) => homes,
  };
}

const NEVER = new AbortController().signal;

interface Holder {
  process: string;
}

const holderKey = (home: string) => `home|${home}`;

/** Of a store that several processes work on: who holds a home stands in a row, and a dead holder loses it. */
export function createSharedClaims(store: Store, processes: Processes): Claims {
  return {
    async claim(home) {
      const key = holderKey(home);
      const mine = await processes.current();
      const before = await store.read<Holder>(key);
      if (before && before.process !== mine.id && !(await processes.isDead(before.process))) return undefined;
      const isMine = await store.exclusive(key, async (rows) => {
        const now = await rows.read<Holder>(key);
        if (now && now.process !== mine.id && now.process !== before?.process) return false;
        await rows.write([{ key, value: { process: mine.id } satisfies Holder }]);
        return true;
      });
      if (!isMine) return undefined;
      return {
        home,
        lost: mine.lost,
        isHeld: mine.isHeld,
        fence: async (rows) => (await rows.hold<Holder>(key))?.process === mine.id,
      };
    },
    async release({ home, fence }) {
      const key = holderKey(home);
      await store.exclusive(key, async (rows) => {
        if (await fence(rows)) await rows.remove([key]);
      });
    },
    async unheld(homes) {
      const mine = await processes.current();
      const holders = await store.readMany<Holder>(homes.map(holderKey));
      // What this process still holds by its row alone: it could not release it, or never heard that it has it.
      const dead = new Map([[mine.id, true]]);
      for (const { process } of holders.filter((holder) => holder !== undefined))
        if (!dead.has(process)) dead.set(process, await processes.isDead(process));
      return homes.filter((_, i) => {
        const holder = holders[i];
        return holder === undefined || dead.get(holder.process) === true;
      });
    },
  };
}
