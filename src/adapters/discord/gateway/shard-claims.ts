/** Which process has which of Discord's shards, and how many there are, the same for all processes. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Claim, Claims, Notebook } from '../../../core/platform.ts';
import type { ShardName } from '../ids.ts';

export interface ShardClaims {
  /** How many there are; 0 before the first process connects. */
  count(): Promise<number>;
  /** From now on there are so many: every process lets go of the shards it has, and takes of these. */
  setCount(count: number): Promise<void>;
  /** Of so many, those that can be claimed. */
  free(count: number): Promise<number[]>;
  /** Undefined where another process has it. */
  claim(shard: ShardName): Promise<Claim | undefined>;
  /** Resolves once others can claim it. */
  release(shard: ShardName, claim: Claim): Promise<void>;
}

const COUNT = 'shards';
const RELEASE_AGAIN_MS = 500;

const nameOf = ({ id, count }: ShardName) => `discord shard ${id}/${count}`;

/** @param stopping as of `releaseSurely` */
export function createShardClaims(claims: Claims, notebook: Notebook, stopping: AbortSignal): ShardClaims {
  /** What this process has, or may have where the store did not say: to others it is held, as long as this one lives. */
  const mine = new Map<string, 'held' | 'maybe'>();
  return {
    count: async () => (await notebook.read<number>(COUNT)) ?? 0,
    setCount: (count) => notebook.write(COUNT, count),
    async free(count) {
      const names = Array.from({ length: count }, (_, id) => nameOf({ id, count }));
      const unheld = new Set(await claims.unheld(names.filter((name) => !mine.has(name))));
      return names.flatMap((name, id) => (unheld.has(name) || mine.get(name) === 'maybe' ? [id] : []));
    },
    async claim(shard) {
      const name = nameOf(shard);
      mine.set(name, 'maybe');
      const claim = await claims.claim(name);
      if (claim) mine.set(name, 'held');
      else mine.delete(name);
      return claim;
    },
    async release(shard, claim) {
      await releaseSurely(claims, claim, stopping);
      mine.delete(nameOf(shard));
    },
  };
}

/**
 * Tries until it is done: what is claimed and not released is nobody else's as long as this process lives. Once that is
 * stopping, it tries no more.
 */
export async function releaseSurely(claims: Claims, claim: Claim, stopping: AbortSignal): Promise<void> {
  while (!claim.lost.aborted) {
    try {
      return await claims.release(claim);
    } catch {
      if (stopping.aborted) return;
      await sleep(RELEASE_AGAIN_MS, undefined, { signal: stopping }).catch(() => {});
    }
  }
}
