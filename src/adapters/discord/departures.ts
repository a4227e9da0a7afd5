/** Servers that Parley was removed from: after a grace period their settings, keys and history are deleted. */
import type { Logger } from 'pino';
import { createLanes } from '../../core/lanes.ts';
import type { Notebook } from '../../core/ports.ts';
import type { TenantId } from '../../core/types.ts';
import { whereFrom } from '../../core/where-from.ts';
import { tenantOf } from './place.ts';

export interface Departures {
  /** The servers of one shard, as it connects: one that was there before and is not any more was left meanwhile. */
  connected(guilds: string[], shard: { id: number; count: number }): Promise<void>;
  joined(guild: string): Promise<void>;
  left(guild: string): Promise<void>;
  stop(): void;
}

export interface DeparturesOptions {
  notebook: Notebook;
  log: Logger;
  graceMs: number;
  forget(tenant: TenantId): Promise<void>;
}

/** By server, when it was left, milliseconds since 1970; null while Parley is in it. */
type Guilds = Record<string, number | null>;

const NOTE = 'guilds';
const LONGEST_WAIT_MS = 3_600_000;

export function createDepartures({ notebook, log, graceMs, forget }: DeparturesOptions): Departures {
  const lanes = createLanes();
  let timer: NodeJS.Timeout | undefined;

  const update = (change: (guilds: Guilds) => boolean) =>
    lanes.run(NOTE, async () => {
      try {
        const guilds = (await notebook.read<Guilds>(NOTE)) ?? {};
        if (change(guilds)) await notebook.write(NOTE, guilds);
        await forgetDue(guilds);
      } catch (error) {
        log.error({ error: whereFrom(error) }, 'servers that were left are not up to date');
        wake(LONGEST_WAIT_MS);
      }
    });

  async function forgetDue(guilds: Guilds): Promise<void> {
    const now = Date.now();
    const isDue = ([, at]: [string, number | null]) => at !== null && at + graceMs <= now;
    for (const [guild] of Object.entries(guilds).filter(isDue)) {
      await forget(tenantOf(guild, ''));
      delete guilds[guild];
      await notebook.write(NOTE, guilds);
      log.info({ guild }, 'forgot a server that was left');
    }
    const next = Math.min(
      ...Object.values(guilds).map((at) => (at === null ? Number.POSITIVE_INFINITY : at + graceMs)),
    );
    if (Number.isFinite(next)) wake(next - now);
  }

  function wake(afterMs: number): void {
    clearTimeout(timer);
    timer = setTimeout(() => void update(() => false), Math.min(afterMs + 1, LONGEST_WAIT_MS));
    timer.unref();
  }

  return {
    connected: (present, { id, count }) =>
      update((guilds) => {
        const before = JSON.stringify(guilds);
        for (const guild of present) guilds[guild] = null;
        for (const [guild, at] of Object.entries(guilds)) {
          // Discord: a server belongs to the shard of this number (gateway.mdx, sharding).
          const isOfShard = (BigInt(guild) >> 22n) % BigInt(count) === BigInt(id);
          if (at === null && isOfShard && !present.includes(guild)) guilds[guild] = Date.now();
        }
        return JSON.stringify(guilds) !== before;
      }),
    joined: (guild) =>
      update((guilds) => {
        if (guilds[guild] === null) return false;
        guilds[guild] = null;
        return true;
      }),
    left: (guild) =>
      update((guilds) => {
        guilds[guild] = Date.now();
        return true;
      }),
    stop: () => clearTimeout(timer),
  };
}
