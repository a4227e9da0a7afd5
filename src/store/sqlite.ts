/** The store on one machine: Keyv over SQLite. */
import { chmodSync, closeSync, openSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import KeyvSqlite, { type SqliteDriver } from '@keyv/sqlite';
import Keyv from 'keyv';
import { LRUCache } from 'lru-cache';
import { StoreError, StoreInUseError } from '../core/ports.ts';
import { createKeyvStore, type Scan } from './keyv-store.ts';
import { makeFolder } from './make-folder.ts';
import type { Store } from './store.ts';

/** A noncharacter, and so above every character that a key has. */
const ABOVE_ALL = '\u{10ffff}';
/** Conversations lie in the file as they were written. */
const OWNER_ONLY = 0o600;
const BUSY_TIMEOUT_MS = 5_000;
const CLEAR_EXPIRED_MS = 3_600_000;
/** A Parley that is being restarted may find the one before it still ending. */
const LOCK_TIMEOUT_MS = 3_000;

/**
 * Opens a store by URL (`sqlite://path`, `sqlite:///absolute/path`), making the folder where it is missing.
 * @throws StoreError when it cannot be opened or another process holds it
 */
export async function openSqlite(url: string): Promise<Store> {
  const path = sqlitePath(url);
  let release = () => {};
  try {
    makeFolder(dirname(path));
    release = lock(path);
    // SQLite gives the files beside it the same mode.
    closeSync(openSync(path, 'a', OWNER_ONLY));
    chmodSync(path, OWNER_ONLY);
    const adapter = new KeyvSqlite({
      uri: `sqlite://${path}`,
      driver,
      clearExpiredInterval: CLEAR_EXPIRED_MS,
    });
    await adapter.ready;
    return createKeyvStore(new Keyv({ store: adapter }), { release, scan: scanOf(adapter) });
  } catch (cause) {
    release();
    if (cause instanceof StoreError) throw cause;
    throw new StoreError(
      `The store ${url} cannot be opened. Check that its folder is writable, or set STORE_URL.`,
      {
        cause,
      },
    );
  }
}

/** The file behind a `sqlite://` URL; `sqlite://data/x` is relative to the working folder. */
export function sqlitePath(url: string): string {
  return url.replace(/^sqlite:\/\//, '');
}

/**
 * Keys by a range of the adapter's index on (key, namespace), which compares bytes: no pattern, so `%` and `_` are
 * themselves. Keyv without a namespace hands keys on as they are.
 */
function scanOf(adapter: KeyvSqlite): Scan {
  // One lower bound and one upper: of two lower ones SQLite would search by the first, and read all rows from there.
  const select = `SELECT key FROM "${adapter.table}" WHERE key >= ? AND key < ? AND key <> ? AND namespace = ''
    AND (expires IS NULL OR expires > ?) ORDER BY key LIMIT ?`;
  return async (prefix, after, limit) => {
    const end = `${prefix}${ABOVE_ALL}`;
    const rows = await adapter.query(select, after || prefix, end, after, Date.now(), limit);
    return rows.map((row) => (row as { key: string }).key);
  };
}

/**
 * node:sqlite for the adapter, which by itself would compile each statement anew. `synchronous = NORMAL` is
 * what SQLite recommends with WAL: a crash of the process loses nothing; a power cut can lose the last
 * moments, but does not damage the file. FULL would hold up the event loop for a disk flush at each write.
 * `secure_delete`: what is removed is overwritten, not left in the file's free space.
 */
const driver: SqliteDriver = {
  name: 'node:sqlite',
  async connect({ filename }) {
    const db = new DatabaseSync(filename, { timeout: BUSY_TIMEOUT_MS });
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA secure_delete = ON');
    const statements = new LRUCache<string, StatementSync>({ max: 100 });
    return {
      async query(sql, ...values) {
        const statement = statements.get(sql) ?? db.prepare(sql);
        statements.set(sql, statement);
        return statement.all(...(values as SQLInputValue[]));
      },
      close: async () => db.close(),
    };
  },
};

/** Kept here, since what nothing refers to is closed: a store that is open holds its file, used or not. */
const locks = new Set<DatabaseSync>();

/**
 * Takes the store's file for this process, by an exclusive SQLite lock on a file beside it: the system
 * releases that when the process dies, however it dies, so a lock is never left behind.
 */
function lock(path: string): () => void {
  const db = new DatabaseSync(join(realpathSync(dirname(path)), `${basename(path)}.lock`), {
    timeout: LOCK_TIMEOUT_MS,
  });
  try {
    db.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
  } catch (cause) {
    db.close();
    throw new StoreInUseError(
      `Another Parley already uses the store ${path}. Stop it, or give this one a store of its own with STORE_URL.`,
      { cause },
    );
  }
  locks.add(db);
  return () => {
    locks.delete(db);
    db.close();
  };
}
