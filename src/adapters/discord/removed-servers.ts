/** Servers that Parley was removed from: after a grace period their settings, keys and history are deleted. */
import type { Logger } from 'pino';
import { createLanes } from '../../core/lanes.ts';
import type { AdapterState } from '../../core/platform.ts';
import { whereFrom } from '../../core/reports/where-from.ts';
import type { TenantId } from '../../core/types.ts';
import { type ShardName, shardOf, tenantOf } from './ids.ts';

export interface RemovedServers {
  /** Takes the servers of one shard, as it connects. A noted server that is not among them has removed Parley. */
  connected(guilds: string[], shard: ShardName): Promise<void>;
  /** Returns whether the server is new, as far as is noted. */
  joined(guild: string): Promise<boolean>;
  removed(guild: string): Promise<void>;
  stop(): void;
}

export interface RemovedServersOptions {
  adapterState: AdapterState;
  log: Logger;
  graceMs: number;
  forget(tenant: TenantId): Promise<void>;
}

/** When Parley was removed from a server (ms since 1970); false while it is in there. */
type RemovedAt = number | false;

/** Key prefix of a note for each server. One note for all would be written by several processes. */
const NOTE = 'guild|';
/** Longest time between two looks for servers to forget, ms. */
const LONGEST_WAIT_MS = 3_600_000;

export function createRemovedServers(options: RemovedServersOptions): RemovedServers {
  const { log } = options;
  const lanes = createLanes();
  const notes = createNotes(options.adapterState);
  const gracePeriods = createGracePeriods(options, notes);
  let timer: NodeJS.Timeout | undefined;

  /** Runs one task at a time, and then forgets the servers that are due. */
  const inTurn = (work: () => Promise<void>) =>
    lanes.run(NOTE, async () => {
      try {
        await work();
        const nextMs = await gracePeriods.forgetDue();
        if (nextMs !== undefined) wake(nextMs);
      } catch (error) {
        log.error({ error: whereFrom(error) }, 'notes of removed discord servers are not up to date');
        wake(LONGEST_WAIT_MS);
      }
    });

  function wake(afterMs: number): void {
    clearTimeout(timer);
    timer = setTimeout(() => void inTurn(async () => {}), Math.min(afterMs + 1, LONGEST_WAIT_MS));
    timer.unref();
  }

  async function write(guild: string, at: RemovedAt): Promise<void> {
    gracePeriods.set(guild, at);
    await notes.write(guild, at);
  }

  return {
    connected: (guilds, { id, count }) =>
      inTurn(async () => {
        const present = new Set(guilds);
        const fresh = new Set(guilds);
        const compare = async (guild: string) => {
          const noted = await notes.read(guild);
          if (present.has(guild)) {
            if (noted === false) fresh.delete(guild);
          } else if (noted) gracePeriods.set(guild, noted);
          else await write(guild, Date.now());
        };
        const known = await notes.guilds();
        await Promise.all(known.filter((guild) => shardOf(guild, count) === id).map(compare));
        await Promise.all([...fresh].map((guild) => write(guild, false)));
      }),
    async joined(guild) {
      let isNew = false;
      await inTurn(async () => {
        if ((await notes.read(guild)) === false) return;
        await write(guild, false);
        isNew = true;
      });
      return isNew;
    },
    removed: (guild) => inTurn(() => write(guild, Date.now())),
    stop: () => clearTimeout(timer),
  };
}

type Notes = ReturnType<typeof createNotes>;

function createNotes(adapterState: AdapterState) {
  return {
    guilds: async () => (await adapterState.keys(NOTE)).map((key) => key.slice(NOTE.length)),
    read: (guild: string) => adapterState.read<RemovedAt>(NOTE + guild),
    write: (guild: string, at: RemovedAt) => adapterState.write(NOTE + guild, at),
    remove: (guild: string) => adapterState.remove(NOTE + guild),
  };
}

/** The grace periods of the removed servers that this process knows of. */
function createGracePeriods(
  { log, graceMs, forget }: Omit<RemovedServersOptions, 'adapterState'>,
  notes: Notes,
) {
  const removed = new Map<string, number>();
  return {
    set(guild: string, at: RemovedAt): void {
      if (at === false) removed.delete(guild);
      else removed.set(guild, at);
    },
    /** Returns the time until the next server is due, ms; undefined if there is none. */
    async forgetDue(): Promise<number | undefined> {
      const now = Date.now();
      for (const [guild, at] of removed) {
        if (at + graceMs > now) continue;
        // Another process may have noted that Parley is back.
        if ((await notes.read(guild)) === at) {
          await forget(tenantOf(guild, ''));
          await notes.remove(guild);
          log.info({ guild }, 'removed discord server forgotten');
        }
        removed.delete(guild);
      }
      return removed.size > 0 ? Math.min(...removed.values()) + graceMs - now : undefined;
    },
  };
}
