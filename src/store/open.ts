/** Opens the store: Keyv over SQLite, by URL. The only file that knows which database is behind it. */
import { chmodSync, closeSync, openSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import KeyvSqlite, { type SqliteDriver } from '@keyv/sqlite';
import Keyv from 'keyv';
import { LRUCache } from 'lru-cache';
import { StoreError, StoreInUseError } from '../core/ports.ts';
import { makeFolder } from './make-folder.ts';

export interface Entry {
  key: string;
  value: unknown;
  /** Milliseconds after which the entry is gone; absent: never. */
  ttl?: number;
}

/** Keys and JSON values. A failure throws `StoreError`; it never reads as a missing value. */
export interface Store {
  read<T>(key: string): Promise<T | undefined>;
  /** In the order of `keys`. */
  readMany<T>(keys: string[]): Promise<(T | undefined)[]>;
  /** All of the entries or none of them, up to `MOST_ENTRIES`. */
  write(entries: Entry[]): Promise<void>;
  remove(keys: string[]): Promise<void>;
  /** Every key that begins with `prefix`. Costs what it finds, not what is stored. */
  keys(prefix: string): Promise<string[]>;
  close(): Promise<void>;
}

/** Up to `limit` keys that begin with a prefix, in their order, after the one given. */
type Scan = (prefix: string, after: string, limit: number) => Promise<string[]>;

/** What @keyv/sqlite writes in one statement, and so atomically (6.0.0-beta.4, `setMany`). */
const MOST_ENTRIES = 249;
/** Keys read in one statement; between two, the event loop gets its turn. */
const KEYS_BATCH = 500;
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
export async function openStore(url: string): Promise<Store> {
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
    return wrap(new Keyv({ store: adapter }), { release, scan: scanOf(adapter) });
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
 * Keyv as a `Store`. Keyv 6 throws from reads and writes only while it has no `error` listener, and some
 * writes of its adapters answer false instead: both become `StoreError`.
 */
export function wrap(
  keyv: Keyv,
  { release = () => {}, scan = scanAll(keyv) }: { release?: () => void; scan?: Scan } = {},
): Store {
  const guard = async <T>(task: () => Promise<T>): Promise<T> => {
    try {
      return await task();
    } catch (cause) {
      throw new StoreError('The store could not be reached.', { cause });
    }
  };
  return {
    read: (key) => guard(() => keyv.get(key)),
    readMany: (keys) => guard(async () => (keys.length === 0 ? [] : await keyv.getMany(keys))),
    write: (entries) =>
      guard(async () => {
        if (entries.length > MOST_ENTRIES) throw new RangeError(`more than ${MOST_ENTRIES} entries at once`);
        const written = await keyv.setMany(entries);
        if (written.includes(false)) throw new Error('an entry was not written');
      }),
    remove: (keys) =>
      guard(async () => {
        if (keys.length > 0) await keyv.deleteMany(keys);
      }),
    keys: (prefix) =>
      guard(async () => {
        const found: string[] = [];
        for (;;) {
          const batch = await scan(prefix, found.at(-1) ?? '', KEYS_BATCH);
          found.push(...batch);
          if (batch.length < KEYS_BATCH) return found;
          await new Promise((resolve) => setImmediate(resolve));
        }
      }),
    async close() {
      await guard(() => keyv.disconnect());
      release();
    },
  };
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

/** For a Keyv whose store is a map in memory. */
function scanAll(keyv: Keyv): Scan {
  return async (prefix, after, limit) => {
    const keys: string[] = [];
    for await (const [key] of keyv.iterator()) {
      if (typeof key === 'string' && key.startsWith(prefix) && key > after) keys.push(key);
    }
    return keys.sort().slice(0, limit);
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
  return () => db.close();
}
