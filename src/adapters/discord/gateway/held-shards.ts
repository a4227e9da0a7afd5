/** The shards that this process holds: takes free ones, and leaves them to other processes. */
import type { Logger } from 'pino';
import type { Lease } from '../../../core/platform.ts';
import type { ShardName } from '../ids.ts';
import type { GatewayInformation } from './information.ts';
import type { Shard } from './shard/shard.ts';
import type { ShardCount } from './shard-count.ts';
import type { ShardLeases } from './shard-leases.ts';

export interface HeldShards {
  /** Looks for shards that nobody holds, and takes some. @throws StoreError, or the error of Discord's REST */
  look(): Promise<void>;
  letGoOfAll(): Promise<void>;
  isEmpty(): boolean;
  /** Whether all shards that this process holds are connected. */
  areUp(): boolean;
  /** Whether no shard is missing: all held ones are connected, or other processes hold all. */
  areReady(): boolean;
  /** Time until this process takes another of the shards that nobody holds, ms; undefined if it takes none. */
  nextTakeMs(): number | undefined;
  isConnected(name: ShardName): boolean;
}

export interface HeldShardsOptions {
  leases: ShardLeases;
  information: GatewayInformation;
  shardCount: ShardCount;
  /** Whether there may be other processes. */
  isShared: boolean;
  log: Logger;
  stopping: AbortSignal;
  connect(name: ShardName, lease: Lease): Shard;
}

/** Discord: time between two identifies of a bucket, ms. One more shard could be connected then (gateway.mdx, Max Concurrency). */
const IDENTIFY_MS = 5_000;
/** A shard is left to others if this process has not reached Discord for so long, ms. */
const GIVE_UP_MS = 60_000;
/** After that, this process takes no other shard for a while, ms. */
const ASIDE_MS = 10_000;

export function createHeldShards(options: HeldShardsOptions): HeldShards {
  const { leases, information, isShared, log, stopping } = options;
  const held = new Map<number, Shard>();
  let count = 0;
  /** Whether other processes hold all other shards; not known before the first look. */
  let isRestHeld = false;
  const pace = createPace();

  const areUp = () => [...held.values()].every(({ isConnected }) => isConnected);

  const mayTake = () => !stopping.aborted && (!isShared || (pace.waitMs() === 0 && areUp()));

  async function take(name: ShardName): Promise<void> {
    const { max_concurrency: maxConcurrency } = (await information.read()).session_start_limit;
    const lease = await leases.acquire(name);
    if (!lease || lease.lost.aborted) return;
    if (stopping.aborted) return leases.release(name, lease);
    pace.taken(maxConcurrency);
    const shard = options.connect(name, lease);
    held.set(name.id, shard);
    lease.lost.addEventListener('abort', () => void letGo([shard]));
  }

  async function letGo(shards: Iterable<Shard>): Promise<void> {
    const release = async (shard: Shard) => {
      const { name, lease } = shard;
      if (held.get(name.id) === shard) held.delete(name.id);
      await shard.close();
      await leases.release(name, lease);
    };
    await Promise.all([...shards].map(release));
  }

  /** Other processes may reach Discord while this one does not. */
  async function giveUp(): Promise<void> {
    const unreached = isShared ? [...held.values()].filter(isLongUnreached) : [];
    if (unreached.length === 0) return;
    log.warn({ shards: unreached.map(({ name }) => name.id) }, 'discord shards left to other processes');
    pace.leave();
    await letGo(unreached);
  }

  return {
    async look() {
      // Discord is asked even if other processes hold all shards, so that a refused token is noticed at once.
      if (!information.known()) await information.read();
      const agreed = await options.shardCount.agree(held.size > 0);
      // Other processes may stay connected with the former count for a moment. Discord allows that, and sends the events
      // to both (gateway.mdx, Sharding).
      if (agreed !== count) await letGo(held.values());
      count = agreed;
      await giveUp();
      const free = new Set(await leases.free(count));
      for (const id of [...free]) {
        if (!mayTake()) break;
        await take({ id, count });
        free.delete(id);
      }
      isRestHeld = free.size === 0;
    },
    letGoOfAll: () => letGo(held.values()),
    isEmpty: () => held.size === 0,
    areUp,
    areReady: () => (held.size > 0 ? areUp() : isRestHeld),
    nextTakeMs: () => (!isRestHeld && areUp() ? pace.waitMs() : undefined),
    isConnected: ({ id, count: of }) => of === count && held.get(id)?.isConnected === true,
  };
}

function isLongUnreached({ unreachedSince = Date.now() }: Shard): boolean {
  return Date.now() - unreachedSince > GIVE_UP_MS;
}

/**
 * The pace at which one of several processes takes shards: each connects a shard before it takes the next one, no faster
 * than Discord lets them identify. Processes that start together come to share the shards about evenly.
 */
function createPace() {
  let nextAt = 0;
  return {
    taken(maxConcurrency: number): void {
      nextAt = Date.now() + (IDENTIFY_MS / maxConcurrency) * (0.5 + Math.random());
    },
    /** Takes none for a while. */
    leave(): void {
      nextAt = Date.now() + ASIDE_MS;
    },
    waitMs: () => Math.max(0, nextAt - Date.now()),
  };
}
