/**
 * Heartbeats of the processes that work on a shared store. Each process has a row that says until when it lives. Once
 * that time is over, another process that needs something it holds declares it dead, for good. A process that was only
 * held up goes on under a new id, and holds nothing.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { whereFrom } from '../../core/reports/where-from.ts';
import { heartbeatKey } from '../keys.ts';
import type { Store } from '../store.ts';

/** This process under one id, until it is declared dead. */
export interface Life {
  id: string;
  /** Whether this process still has its id. It resolves once that is certain. */
  isHeld(): Promise<boolean>;
  /** Aborted once another process has declared it dead. */
  lost: AbortSignal;
}

export interface Heartbeats {
  current(): Promise<Life>;
  /** Whether a process is dead, and so holds nothing. Declares it dead if its time is over. */
  isDead(id: string): Promise<boolean>;
  /** Gives up everything that this process holds, and stops its heartbeat. */
  stop(): Promise<void>;
}

interface Row {
  /** When its time is over, by the store's clock (ms since 1970). */
  until: number;
  isDead?: boolean;
}

/** Time between two heartbeats, ms. */
const BEAT_MS = 1_500;
/** A process without a heartbeat for this long is dead, ms. */
const LIVE_MS = 6_000;
/**
 * After its newest heartbeat, a process is certain for this long that it is alive, ms. Shorter than `LIVE_MS` by how far
 * clocks may drift apart in that time, and by how long a call to the platform may be under way.
 */
const CERTAIN_MS = 4_500;
/** How long the rows of dead processes are kept, ms. */
const KEPT_MS = 24 * 3_600_000;
const SOON_MS = 100;

/** The number of processes that work on a store right now. */
export async function livingProcesses(store: Store): Promise<number> {
  const rows = await store.readMany<Row>(await store.keys(heartbeatKey('')));
  const now = await store.exclusive(heartbeatKey(''), async (own) => own.now);
  return rows.filter((row) => row !== undefined && !row.isDead && row.until >= now).length;
}

interface Own extends Life {
  /** When the newest successful heartbeat was sent, by this process's clock. */
  beatAt: number;
  end: AbortController;
}

/** @param pace factor of all times: below 1 for tests, which have to be fast */
export function createHeartbeats(store: Store, log: Logger, pace = 1): Heartbeats {
  const stopping = new AbortController();
  let life = beginLife(stopping.signal, pace);

  async function beat(own: Own): Promise<void> {
    const sentAt = performance.now();
    if (await writeHeartbeat(store, own.id, LIVE_MS * pace)) own.beatAt = sentAt;
    else {
      log.warn('another process declared this one dead, and answers its turns now');
      life = beginLife(stopping.signal, pace);
      own.end.abort();
      await beat(life);
    }
  }

  async function keepBeating(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        await beat(life);
      } catch (error) {
        log.debug({ error: whereFrom(error) }, 'the store does not take this process’s heartbeat');
      }
      await sleep(BEAT_MS * pace, undefined, { signal: stopping.signal }).catch(() => {});
    }
  }

  const beating = keepBeating();
  const isDead = createDeathWatch(store);

  return {
    async current() {
      while (life.beatAt === Number.NEGATIVE_INFINITY && !stopping.signal.aborted)
        await sleep(SOON_MS * pace);
      return life;
    },
    isDead: async (id) => id !== life.id && (await isDead(id)),
    async stop() {
      stopping.abort();
      await beating;
      try {
        const key = heartbeatKey(life.id);
        const value: Row = { until: 0, isDead: true };
        await store.exclusive(key, (rows) => rows.write([{ key, value, ttl: KEPT_MS }]));
      } catch (error) {
        log.warn(
          { error: whereFrom(error) },
          'leases not given up; other processes acquire them once this one counts as dead',
        );
      }
    },
  };
}

function beginLife(stopping: AbortSignal, pace: number): Own {
  const end = new AbortController();
  const own: Own = {
    id: randomUUID(),
    beatAt: Number.NEGATIVE_INFINITY,
    end,
    lost: end.signal,
    async isHeld() {
      const isOver = () => end.signal.aborted || stopping.aborted;
      while (!isOver() && performance.now() - own.beatAt > CERTAIN_MS * pace) await sleep(SOON_MS * pace);
      return !isOver();
    },
  };
  return own;
}

/** False: the process was declared dead, and nothing was changed. */
function writeHeartbeat(store: Store, id: string, liveMs: number): Promise<boolean> {
  const key = heartbeatKey(id);
  return store.exclusive(key, async (rows) => {
    if ((await rows.read<Row>(key))?.isDead) return false;
    const value: Row = { until: rows.now + liveMs };
    await rows.write([{ key, value, ttl: KEPT_MS }]);
    return true;
  });
}

/** Returns `Heartbeats.isDead` for other processes. */
function createDeathWatch(store: Store): (id: string) => Promise<boolean> {
  /** By process id: the last `until` of its row. A process whose row has another `until` has been alive since. */
  const seen = new Map<string, number>();
  return async (id) => {
    const key = heartbeatKey(id);
    const row = await store.read<Row>(key);
    if (!row || row.isDead) return true;
    if (seen.get(id) !== row.until) {
      seen.set(id, row.until);
      return false;
    }
    return store.exclusive(key, async (rows) => {
      const now = await rows.read<Row>(key);
      if (!now || now.isDead) return true;
      if (now.until >= rows.now) return false;
      await rows.write([{ key, value: { ...now, isDead: true }, ttl: KEPT_MS }]);
      return true;
    });
  };
}
