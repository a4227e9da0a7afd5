/** Servers that Parley was removed from: after a grace period their settings, keys and history are deleted. */
import type { Logger } from 'pino';
import { createLanes } from '../../core/lanes.ts';
import type { AdapterState } from '../../core/platform.ts';
import { whereFrom } from '../../core/reports/where-from.ts';
import type { TenantId } from '../../core/types.ts';
import { type ShardName, shardOf, tenantOf } from './ids.ts';

export interface Departures {
  /** The servers of one shard, as it connects: one that was there before and is not any more was left meanwhile. */
  connected(guilds: string[], shard: ShardName): Promise<void>;
  /** Returns whether Parley was not in it before, as far as is noted. */
  joined(guild: string): Promise<boolean>;
  left(guild: string): Promise<void>;
  stop(): void;
}

export interface DeparturesOptions {
  adapterState: AdapterState;
  log: Logger;
  graceMs: number;
  forget(tenant: TenantId): Promise<void>;
}

/** When a server was left, milliseconds since 1970; false while Parley is in it. */
type Left = number | false;

/** A note for each server, since several processes write them. */
const NOTE = 'guild|';
const LONGEST_WAIT_MS = 3_600_000;

export function createDepartures({ adapterState, log, graceMs, forget }: DeparturesOptions): Departures {
  const lanes = createLanes();
  /** Servers that were left, as far as this process knows, and when. */
  const left = new Map<string, number>();
  let timer: NodeJS.Timeout | undefined;

  /** One at a time, each time forgetting what is due. */
  const inTurn = (work: () => Promise<void>) =>
    lanes.run(NOTE, async () => {
      try {
        await work();
        await forgetDue();
      } catch (error) {
        log.error({ error: whereFrom(error) }, 'servers that were left are not up to date');
        wake(LONGEST_WAIT_MS);
      }
    });

  async function write(guild: string, at: Left): Promise<void> {
    if (at === false) left.delete(guild);
    else left.set(guild, at);
    await adapterState.write(NOTE + guild, at);
  }

  async function forgetDue(): Promise<void> {
    const now = Date.now();
    for (const [guild, at] of left) {
      if (at + graceMs > now) continue;
      // Another process may know better.
      const is = await adapterState.read<Left>(NOTE + guild);
      if (is === at) {
        await forget(tenantOf(guild, ''));
        await adapterState.remove(NOTE + guild);
        log.info({ guild }, 'forgot a server that was left');
      }
      left.delete(guild);
    }
    if (left.size > 0) wake(Math.min(...left.values()) + graceMs - now);
  }

  function wake(afterMs: number): void {
    clearTimeout(timer);
    timer = setTimeout(() => void inTurn(async () => {}), Math.min(afterMs + 1, LONGEST_WAIT_MS));
    timer.unref();
  }

  return {
    connected: (guilds, { id, count }) =>
      inTurn(async () => {
        const present = new Set(guilds);
        const fresh = new Set(guilds);
        const noted = (await adapterState.keys(NOTE)).map((key) => key.slice(NOTE.length));
        const compare = async (guild: string) => {
          const is = await adapterState.read<Left>(NOTE + guild);
          if (present.has(guild)) {
            if (is === false) fresh.delete(guild);
          } else if (is) left.set(guild, is);
          else await write(guild, Date.now());
        };
        await Promise.all(noted.filter((guild) => shardOf(guild, count) === id).map(compare));
        await Promise.all([...fresh].map((guild) => write(guild, false)));
      }),
    async joined(guild) {
      let isNew = false;
      await inTurn(async () => {
        if ((await adapterState.read<Left>(NOTE + guild)) === false) return;
        await write(guild, false);
        isNew = true;
      });
      return isNew;
    },
    left: (guild) => inTurn(() => write(guild, Date.now())),
    stop: () => clearTimeout(timer),
  };
}
