/**
 * A connection to an SQLite file that other programs may lock, move, replace or put back, and whose disk may fill up
 * or turn read-only. A call that cannot be done fails with StoreError. It succeeds as soon as it can be done, on a
 * new connection if needed. No wait blocks the event loop.
 */
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import { createLanes } from '../../core/lanes.ts';
import { createCurrentFile } from './current-file.ts';
import { isBusy, isSticky, storeErrorOf } from './errors.ts';

export interface SqliteConnection {
  /** Changes are made in the order in which they are asked for. @throws StoreError */
  query(sql: string, ...values: unknown[]): Promise<unknown[]>;
  /** Runs work while nothing else is changed. @param work gets the connection of the moment from `db` @throws StoreError */
  alone<T>(work: (db: () => DatabaseSync) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** How long statements wait for another program that holds the file, ms. After that, they fail at once. */
const BUSY_MS = 5_000;
/** After this long without contention, a new lock holder gets the full `BUSY_MS`. */
const FORGIVEN_MS = 10_000;
/** Waits between attempts while another program holds the file, ms. */
const BUSY_WAITS_MS = [2, 5, 10, 20, 50];
const LAST_BUSY_WAIT_MS = 100;

/** Opens a file that exists. @throws StoreError */
export async function connectSqlite(path: string): Promise<SqliteConnection> {
  const writes = createLanes();
  const statements = new LRUCache<string, StatementSync>({ max: 100 });
  const file = createCurrentFile(path, () => statements.clear());
  const patience = createPatience();

  async function attempt(sql: string, values: SQLInputValue[]): Promise<unknown[]> {
    for (let attempt = 0; ; attempt++) {
      try {
        const db = file.connected();
        const statement = statements.get(sql) ?? db.prepare(sql);
        statements.set(sql, statement);
        return statement.all(...values);
      } catch (error) {
        file.failed();
        if (!isBusy(error) || !patience.isLeft()) {
          file.failed(isSticky(error));
          throw storeErrorOf(error);
        }
        await sleep(BUSY_WAITS_MS[attempt] ?? LAST_BUSY_WAIT_MS);
      }
    }
  }

  async function change(sql: string, values: SQLInputValue[]): Promise<unknown[]> {
    const rows = await attempt(sql, values);
    patience.renew();
    return rows;
  }

  async function alone<T>(work: (db: () => DatabaseSync) => Promise<T>): Promise<T> {
    try {
      return await writes.run('', () => work(file.connected));
    } catch (error) {
      file.failed();
      throw storeErrorOf(error);
    }
  }

  const query: SqliteConnection['query'] = (sql, ...values) => {
    const bound = values as SQLInputValue[];
    // Reads need not wait while another program writes.
    return /^\s*SELECT/i.test(sql) ? attempt(sql, bound) : writes.run('', () => change(sql, bound));
  };
  await query('PRAGMA journal_mode');
  return {
    query,
    alone,
    async close() {
      await writes.idle();
      file.close();
    },
  };
}

interface Patience {
  /** Another program holds the file now. Returns whether a statement may wait for it. */
  isLeft(): boolean;
  /** A change succeeded: the next holder gets the full `BUSY_MS`. */
  renew(): void;
}

function createPatience(): Patience {
  let since = 0;
  let seenAt = Number.NEGATIVE_INFINITY;
  return {
    isLeft() {
      const now = performance.now();
      if (now - seenAt > FORGIVEN_MS) since = now;
      seenAt = now;
      return now - since < BUSY_MS;
    },
    renew() {
      seenAt = Number.NEGATIVE_INFINITY;
    },
  };
}
