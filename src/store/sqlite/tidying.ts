/** Sees to it that what was removed from an SQLite store is gone from its file and its write-ahead log, and that both shrink. */
import { existsSync, statSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep, setImmediate as turnOfTheLoop } from 'node:timers/promises';
import type { SqliteConnection } from './connection.ts';
import { type DirtyPage, dirtyPages } from './leftovers.ts';

export interface Tidying {
  /** Something was written or removed: the file is tidied within seconds. */
  changed(): void;
  /** Tidies at once. Where another program keeps it from that, it is tried again later. Never throws. */
  now(): Promise<void>;
  stop(): void;
}

/** Time from a change until its old text is gone from the log, ms. */
const SOON_MS = 2_000;
/** A longer log is not left to grow until then: SQLite itself puts it into the file at this size by default. */
const MOST_LOG_BYTES = 4 * 2 ** 20;
/** Free pages that stay in the file, for what is written next. */
const KEPT_PAGES = 32;
const PAGES_AT_ONCE = 64;
const BUSY_WAITS_MS = [50, 200, 500];

/** @param table with the columns `key` and `value`, which holds every row of the file */
export function createTidying(connection: SqliteConnection, path: string, table: string): Tidying {
  const log = `${path}-wal`;
  let timer: NodeJS.Timeout | undefined;
  let tidying: Promise<boolean> | undefined;
  /** The one after that, which sees what changed meanwhile. */
  let next: Promise<boolean> | undefined;
  let isStopped = false;

  async function tidy(): Promise<boolean> {
    clearTimeout(timer);
    timer = undefined;
    try {
      return await connection.alone(async (db) => {
        if (!existsSync(log)) return true;
        for (const page of await inSteps(dirtyPages(log))) {
          overwriteFree(db(), page);
          await turnOfTheLoop();
        }
        await shrink(db);
        const [result] = db().prepare('PRAGMA wal_checkpoint(TRUNCATE)').all();
        return result?.busy === 0;
      });
    } catch {
      // Whoever asks the store for something hears of it.
      return false;
    }
  }

  /** Has a row fill what is free on its page, and puts it back as it was. */
  function overwriteFree(db: DatabaseSync, { rowid, growth }: DirtyPage): void {
    const update = db.prepare(`UPDATE "${table}" SET value = ? WHERE rowid = ?`);
    db.exec('BEGIN IMMEDIATE');
    try {
      const row = db.prepare(`SELECT value FROM "${table}" WHERE rowid = ?`).get(rowid);
      if (typeof row?.value === 'string') {
        update.run(row.value + ' '.repeat(growth), rowid);
        update.run(row.value, rowid);
      }
      db.exec('COMMIT');
    } catch (error) {
      db.exec('ROLLBACK');
      throw error;
    }
  }

  async function shrink(db: () => DatabaseSync): Promise<void> {
    const free = () => Number(db().prepare('PRAGMA freelist_count').get()?.freelist_count);
    for (let left = free(); left > KEPT_PAGES; ) {
      db().exec(`PRAGMA incremental_vacuum(${Math.min(PAGES_AT_ONCE, left - KEPT_PAGES)})`);
      await turnOfTheLoop();
      const now = free();
      // A file of an older version that could not be converted stays as large as it is.
      if (now >= left) return;
      left = now;
    }
  }

  function begin(): Promise<boolean> {
    if (tidying) {
      next ??= tidying.then(() => {
        next = undefined;
        return begin();
      });
      return next;
    }
    tidying = tidy().finally(() => {
      tidying = undefined;
    });
    return tidying;
  }

  function later(): void {
    if (isStopped) return;
    timer ??= setTimeout(async () => {
      if (!(await begin())) later();
    }, SOON_MS).unref();
  }

  return {
    changed() {
      later();
      if (!tidying && (statSync(log, { throwIfNoEntry: false })?.size ?? 0) > MOST_LOG_BYTES) void begin();
    },
    async now() {
      for (const wait of BUSY_WAITS_MS) {
        if (await begin()) return;
        await sleep(wait);
      }
      later();
    },
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}

async function inSteps<T>(work: Generator<void, T>): Promise<T> {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
    await turnOfTheLoop();
  }
}
