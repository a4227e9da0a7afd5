/** Makes sure that removed text is gone from an SQLite file and its write-ahead log, and that both shrink. */
import { existsSync, statSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep, setImmediate as turnOfTheLoop } from 'node:timers/promises';
import type { SqliteConnection } from './connection.ts';
import { type DirtyPage, dirtyPages } from './leftovers.ts';

export interface Tidying {
  /** Notes that rows were written or removed: the file is tidied within seconds. */
  changed(): void;
  /** Tidies at once. If another program prevents that, it is tried again later. Never throws. */
  now(): Promise<void>;
  stop(): void;
}

/** Time from a change until its old text is gone from the log, ms. */
const SOON_MS = 2_000;
/** A longer log is tidied at once. At this size, SQLite by default puts the log into the file. */
const MOST_LOG_BYTES = 4 * 2 ** 20;
/** Free pages that stay in the file, for the next writes. */
const KEPT_PAGES = 32;
/** Pages freed in one statement. */
const PAGES_AT_ONCE = 64;
/** Waits between attempts while another program holds the file, ms. */
const BUSY_WAITS_MS = [50, 200, 500];

/** @param table has the columns `key` and `value`, and holds every row of the file */
export function createTidying(connection: SqliteConnection, path: string, table: string): Tidying {
  const log = `${path}-wal`;
  const runs = createRuns(() => tidy(connection, log, table));
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;

  function begin(): Promise<boolean> {
    return runs.begin(() => {
      clearTimeout(timer);
      timer = undefined;
    });
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
      const isLong = (statSync(log, { throwIfNoEntry: false })?.size ?? 0) > MOST_LOG_BYTES;
      if (!runs.isRunning() && isLong) void begin();
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

interface Runs {
  isRunning(): boolean;
  /** Begins a run that sees all changes made before this call. @param onBegin called when the run begins */
  begin(onBegin: () => void): Promise<boolean>;
}

/** Runs a task one at a time. Calls during a run share the run after it, which sees what changed meanwhile. */
function createRuns(task: () => Promise<boolean>): Runs {
  let running: Promise<boolean> | undefined;
  let next: Promise<boolean> | undefined;

  function begin(onBegin: () => void): Promise<boolean> {
    if (running) {
      next ??= running.then(() => {
        next = undefined;
        return begin(onBegin);
      });
      return next;
    }
    onBegin();
    running = task().finally(() => {
      running = undefined;
    });
    return running;
  }

  return { isRunning: () => running !== undefined, begin };
}

/** Returns whether the log is empty now. Never throws. */
async function tidy(connection: SqliteConnection, log: string, table: string): Promise<boolean> {
  try {
    return await connection.alone(async (db) => {
      if (!existsSync(log)) return true;
      for (const page of await inSteps(dirtyPages(log))) {
        overwriteFree(db(), table, page);
        await turnOfTheLoop();
      }
      await shrink(db);
      const [result] = db().prepare('PRAGMA wal_checkpoint(TRUNCATE)').all();
      return result?.busy === 0;
    });
  } catch {
    // The next call of the store reports the failure.
    return false;
  }
}

/** Overwrites the free space of a page: one of its rows grows to fill it, and then gets its old value back. */
function overwriteFree(db: DatabaseSync, table: string, { rowid, growth }: DirtyPage): void {
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

/** Gives free pages back to the system, all but `KEPT_PAGES`. */
async function shrink(db: () => DatabaseSync): Promise<void> {
  const free = () => Number(db().prepare('PRAGMA freelist_count').get()?.freelist_count);
  for (let left = free(); left > KEPT_PAGES; ) {
    db().exec(`PRAGMA incremental_vacuum(${Math.min(PAGES_AT_ONCE, left - KEPT_PAGES)})`);
    await turnOfTheLoop();
    const now = free();
    // A file of 0.1.0 that could not be converted does not shrink.
    if (now >= left) return;
    left = now;
  }
}

/** Runs a generator to its end. Between two steps, the event loop gets its turn. */
async function inSteps<T>(work: Generator<void, T>): Promise<T> {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
    await turnOfTheLoop();
  }
}
