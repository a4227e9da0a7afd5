/** Leases of Discord's shards, and the number of shards on which all processes agree. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { AdapterState, Lease, Leases } from '../../../core/platform.ts';
import type { ShardName } from '../ids.ts';

export interface ShardLeases {
  /** The number of shards; 0 before the first process connects. */
  count(): Promise<number>;
  /** Changes the number of shards. Every process then lets go of the shards it holds, and takes some of the new ones. */
  setCount(count: number): Promise<void>;
  /** The numbers of the shards that no other process holds, of `count` in all. */
  free(count: number): Promise<number[]>;
  /** Undefined if another process holds the shard. */
  acquire(shard: ShardName): Promise<Lease | undefined>;
  /** Resolves once other processes can acquire the shard. */
  release(shard: ShardName, lease: Lease): Promise<void>;
}

const COUNT = 'shards';
/** Wait between attempts to release a lease, ms. */
const RELEASE_AGAIN_MS = 500;

const nameOf = ({ id, count }: ShardName) => `discord shard ${id}/${count}`;

/** @param stopping as of `releaseSurely` */
export function createShardLeases(
  leases: Leases,
  adapterState: AdapterState,
  stopping: AbortSignal,
): ShardLeases {
  /**
   * Shards that this process holds, or may hold because the store did not answer. While this process lives, other
   * processes see both as held.
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
 * Releases a lease, and tries again until that succeeds or Parley stops: no other process could acquire the name as long
 * as this one lives.
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
