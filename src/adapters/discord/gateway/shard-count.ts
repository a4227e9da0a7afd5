/** The number of shards: all processes agree on one, which Discord recommends. */
import type { Logger } from 'pino';
import { whereFrom } from '../../../core/reports/where-from.ts';
import type { GatewayInformation } from './information.ts';
import type { ShardLeases } from './shard-leases.ts';

export interface ShardCount {
  /** The number that is noted. If no process holds a shard, it is what Discord recommends now. */
  agree(holdsShards: boolean): Promise<number>;
  /**
   * Discord accepts no connection of `refused` shards: notes the number that it recommends now, for all processes.
   * Returns whether it is another number.
   */
  recount(refused: number): Promise<boolean>;
}

/** Age up to which information counts as new, ms. */
const NOW_MS = 2_000;

export function createShardCount(
  leases: ShardLeases,
  information: GatewayInformation,
  log: Logger,
): ShardCount {
  return {
    async agree(holdsShards) {
      const noted = await leases.count();
      if (noted > 0 && (holdsShards || (await leases.free(noted)).length < noted)) return noted;
      const { shards } = await information.read(NOW_MS);
      if (shards !== noted) await leases.setCount(shards);
      return shards;
    },
    async recount(refused) {
      try {
        const { shards } = await information.read(NOW_MS);
        if (shards === refused) return false;
        log.info({ shards, before: refused }, 'discord recommends another number of shards');
        await leases.setCount(shards);
        return true;
      } catch (error) {
        log.warn({ error: whereFrom(error) }, 'discord shards not counted again');
        return false;
      }
    },
  };
}
