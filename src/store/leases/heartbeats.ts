/**
 * The processes that work on a shared store, each with a row that says until when it lives. One whose time is over is
 * declared dead by whoever needs what it holds, and stays so: should it only have been held up, it goes on under a new
 * id, and finds that it holds nothing.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { whereFrom } from '../../core/reports/where-from.ts';
import { heartbeatKey } from '../keys.ts';
import type { Store } from '../store.ts';

/** This process, as long as nobody has declared it dead. */
export interface Life {
  id: string;
  /** Whether it still is what it was; resolves once that is certain. */
  isHeld(): Promise<boolean>;
  /** Aborted once it was declared dead. */
  lost: AbortSignal;
}

export interface Heartbeats {
  current(): Promise<Life>;
  /** Whether a process holds nothing any more; declares it dead where its time is over. */
  isDead(id: string): Promise<boolean>;
  /** Gives up what this process holds, and its heartbeat. */
  stop(): Promise<void>;
}

interface Row {
  /** By the store's clock. */
  until: number;
  isDead?: boolean;
}

/** Between two heartbeats. */
const BEAT_MS = 1_500;
/** A process is dead that has not been heard of for so long. */
const LIVE_MS = 6_000;
/** Shorter by what clocks may run apart in that time, and by the way to the platform of a call under way. */
const CERTAIN_MS = 4_500;
/** Rows of processes that died. */
const KEPT_MS = 24 * 3_600_000;
const SOON_MS = 100;

/** How many processes work on a store right now. */
export async function livingProcesses(store: Store): Promise<number> {
  const rows = await store.readMany<Row>(await store.keys(heartbeatKey('')));
  const now = await store.exclusive(heartbeatKey(''), async (own) => own.now);
  return rows.filter((row) => row !== undefined && !row.isDead && row.until >= now).length;
}

interface Own extends Life {
  /** By this process's clock, when the newest heartbeat that succeeded was sent. */
  beatAt: number;
  end: AbortController;
}

/** @param pace all times are so many times as long: for tests, in which much happens */
export function createHeartbeats(store: Store, log: Logger, pace = 1): Heartbeats {
  const stopping = new AbortController();
  /** By id, what a process's row said last: one that says something else by now has lived since. */
  const seen = new Map<string, number>();
  let life = begin();

  function begin(): Own {
    const end = new AbortController();
    const own: Own = {
      id: randomUUID(),
      beatAt: Number.NEGATIVE_INFINITY,
      end,
      lost: end.signal,
      async isHeld() {
        const isOver = () => end.signal.aborted || stopping.signal.aborted;
        while (!isOver() && performance.now() - own.beatAt > CERTAIN_MS * pace) await sleep(SOON_MS * pace);
        return !isOver();
      },
    };
    return own;
  }

  async function beat(own: Own): Promise<void> {
    const sentAt = performance.now();
    const isAlive = await store.exclusive(heartbeatKey(own.id), async (rows) => {
      if ((await rows.read<Row>(heartbeatKey(own.id)))?.isDead) return false;
      const value: Row = { until: rows.now + LIVE_MS * pace };
      await rows.write([{ key: heartbeatKey(own.id), value, ttl: KEPT_MS }]);
      return true;
    });
    if (isAlive) own.beatAt = sentAt;
    else {
      log.warn('this process was taken for dead; what it was answering is answered by another');
      life = begin();
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

  return {
    async current() {
      while (life.beatAt === Number.NEGATIVE_INFINITY && !stopping.signal.aborted)
        await sleep(SOON_MS * pace);
      return life;
    },

    async isDead(id) {
      if (id === life.id) return false;
      const row = await store.read<Row>(heartbeatKey(id));
      if (!row || row.isDead) return true;
      if (seen.get(id) !== row.until) {
        seen.set(id, row.until);
        return false;
      }
      return store.exclusive(heartbeatKey(id), async (rows) => {
        const now = await rows.read<Row>(heartbeatKey(id));
        if (!now || now.isDead) return true;
        if (now.until >= rows.now) return false;
        await rows.write([{ key: heartbeatKey(id), value: { ...now, isDead: true }, ttl: KEPT_MS }]);
        return true;
      });
    },

    async stop() {
      stopping.abort();
      await beating;
      try {
        await store.exclusive(heartbeatKey(life.id), (rows) =>
          rows.write([{ key: heartbeatKey(life.id), value: { until: 0, isDead: true }, ttl: KEPT_MS }]),
        );
      } catch (error) {
        log.warn({ error: whereFrom(error) }, 'what this process held is taken up once its time is over');
      }
    },
  };
}
