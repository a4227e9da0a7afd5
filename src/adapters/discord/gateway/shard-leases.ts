/** Which process has which of Discord's shards, and how many there are, the same for all processes. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { AdapterState, Lease, Leases } from '../../../core/platform.ts';
import type { ShardName } from '../ids.ts';

export interface ShardLeases {
  /** How many there are; 0 before the first process connects. */
  count(): Promise<number>;
  /** From now on there are so many: every process lets go of the shards it has, and takes of these. */
  setCount(count: number): Promise<void>;
  /** The shards that can be claimed, of `count` in all. */
  free(count: number): Promise<number[]>;
  /** Undefined where another process has it. */
  acquire(shard: ShardName): Promise<Lease | undefined>;
  /** Resolves once others can claim it. */
  release(shard: ShardName, lease: Lease): Promise<void>;
}

const COUNT = 'shards';
const RELEASE_AGAIN_MS = 500;

const nameOf = ({ id, count }: ShardName) => `discord shard ${id}/${count}`;

/** @param stopping as of `releaseSurely` */
export function createShardLeases(
  leases: Leases,
  adapterState: AdapterState,
  stopping: AbortSignal,
): ShardLeases {
  /**
   * Shards that this process holds, or may hold where the store did not answer. Other processes see both as held while
   * this one lives.
   */
  const mine = new Map<string, 'held' | 'maybe'>();
  return {
    count: async () => (await adapterState.read<number>(COUNT)) ?? 0,
    setCount: (count) => adapterState.write(COUNT, count),
    async free(count) {
      const names = Array.from({ length: count }, (_, id) => nameOf({ id, count }));
      const unheld = new Set(await leases.unheld(names.filter((name) => !mine.has(name))));
      return names.flatMap((name, id) => (unheld.has(name) || mine.get(name) === 'maybe' ? [id] : []));
    },
    async acquire(shard) {
      const name = nameOf(shard);
      mine.set(name, 'maybe');
      const lease = await leases.acquire(name);
      if (lease) mine.set(name, 'held');
      else mine.delete(name);
      return lease;
    },
    async release(shard, lease) {
      await releaseSurely(leases, lease, stopping);
      mine.delete(nameOf(shard));
    },
  };
}

/**
 * Tries until it is done: what is claimed and not released is nobody else's as long as this process lives. Once that is
 * stopping, it tries no more.
 */
export async function releaseSurely(leases: Leases, lease: Lease, stopping: AbortSignal): Promise<void> {
  while (!lease.lost.aborted) {
    try {
      return await leases.release(lease);
    } catch {
      if (stopping.aborted) return;
      await sleep(RELEASE_AGAIN_MS, undefined, { signal: stopping }).catch(() => {});
    }
  }
}
