/** Decides which process answers what: at any time, one process holds the lease of a partition, with all of its lanes. */
import { holderKey } from '../keys.ts';
import type { ExclusiveRows, Store } from '../store.ts';
import type { Heartbeats } from './heartbeats.ts';

/** A partition that this process holds, from `acquire` to `release`. */
export interface PartitionLease {
  partition: string;
  /** Aborted when another process may acquire the partition. */
  lost: AbortSignal;
  /** As `Attempt.isHeld`. */
  isHeld(): Promise<boolean>;
  /** Whether a write under way may be made. No other process can acquire the partition before the write is done. */
  fence(rows: ExclusiveRows): Promise<boolean>;
}

export interface PartitionLeases {
  /** Undefined: another live process holds the partition. */
  acquire(partition: string): Promise<PartitionLease | undefined>;
  release(lease: PartitionLease): Promise<void>;
  /**
   * The partitions that no other live process holds.
   * @param partitions none that this process answers
   */
  unheld(partitions: string[]): Promise<string[]>;
}

/** For a store that only one process works on. */
export function createLocalLeases(): PartitionLeases {
  return {
    acquire: async (partition) => ({
      partition,
      lost: NEVER,
      isHeld: async () => true,
      fence: async () => true,
    }),
    release: async () => {},
    unheld: async (partitions) => partitions,
  };
}

const NEVER = new AbortController().signal;

interface Holder {
  process: string;
}

/** For a store that several processes work on. A row names the holder of a partition; a dead holder loses it. */
export function createSharedLeases(store: Store, heartbeats: Heartbeats): PartitionLeases {
  return {
    async acquire(partition) {
      const key = holderKey(partition);
      const mine = await heartbeats.current();
      const before = await store.read<Holder>(key);
      if (before && before.process !== mine.id && !(await heartbeats.isDead(before.process)))
        return undefined;
      const isMine = await store.exclusive(key, async (rows) => {
        const now = await rows.read<Holder>(key);
        if (now && now.process !== mine.id && now.process !== before?.process) return false;
        await rows.write([{ key, value: { process: mine.id } satisfies Holder }]);
        return true;
      });
      if (!isMine) return undefined;
      return {
        partition,
        lost: mine.lost,
        isHeld: mine.isHeld,
        fence: async (rows) => (await rows.hold<Holder>(key))?.process === mine.id,
      };
    },
    async release({ partition, fence }) {
      const key = holderKey(partition);
      await store.exclusive(key, async (rows) => {
        if (await fence(rows)) await rows.remove([key]);
      });
    },
    async unheld(partitions) {
      const mine = await heartbeats.current();
      const holders = await store.readMany<Holder>(partitions.map(holderKey));
      // A row may still name this process, which could not release the partition, or never heard that it has it.
      const dead = new Map([[mine.id, true]]);
      for (const { process } of holders.filter((holder) => holder !== undefined))
        if (!dead.has(process)) dead.set(process, await heartbeats.isDead(process));
      return partitions.filter((_, i) => {
        const holder = holders[i];
        return holder === undefined || dead.get(holder.process) === true;
      });
    },
  };
}
