/** The store on one machine: Keyv over SQLite. */
import { closeSync, openSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import KeyvSqlite from '@keyv/sqlite';
import Keyv from 'keyv';
import { StoreError, StoreInUseError } from '../../core/errors.ts';
import { OPENED } from '../keys.ts';
import { AS_JSON, createKeyvStore, type Scan } from '../keyv-store.ts';
import { makeFolder } from '../secrets/make-folder.ts';
import type { Store } from '../store.ts';
import { connectSqlite, isBusy, type SqliteConnection, storeErrorOf, wayOutOf } from './connection.ts';
import { createTidying } from './tidying.ts';

/** A noncharacter, and so above every character that a key has. */
const ABOVE_ALL = '\u{10ffff}';
/** Conversations lie in the file as they were written. */
const OWNER_ONLY = 0o600;
/** The adapter's own name for it. */
const TABLE = 'keyv';
const CHANGES = /^\s*(?:INSERT|UPDATE|DELETE)/i;
/** `PRAGMA auto_vacuum`: the file never shrinks. */
const NO_VACUUM = 0;
const CLEAR_EXPIRED_MS = 3_600_000;
/** Rows removed in one statement; between two, the event loop gets its turn. */
const CLEAR_BATCH = 1_000;
/** A Parley that is being restarted may find the one before it still ending. */
const LOCK_TIMEOUT_MS = 3_000;

/**
 * Opens a store by URL (`sqlite://path`, `sqlite:///absolute/path`), making the folder where it is missing.
 * @throws StoreError when it cannot be opened or written, or another process holds it
 */
export async function openSqlite(url: string): Promise<Store> {
  const path = sqlitePath(url);
  let close: () => unknown = () => {};
  try {
    makeFolder(dirname(path));
    const release = lock(path);
    close = release;
    closeSync(openSync(path, 'a', OWNER_ONLY));
    const connection = await connectSqlite(path);
    close = () => connection.close().finally(release);
    await makeShrinkable(connection);
    const tidying = createTidying(connection, path, TABLE);
    const query: SqliteConnection['query'] = async (sql, ...values) => {
      const rows = await connection.query(sql, ...values);
      if (CHANGES.test(sql)) tidying.changed();
      return rows;
    };
    const adapter = new KeyvSqlite({
      uri: `sqlite://${path}`,
      table: TABLE,
      // The adapter's own driver compiles each statement anew.
      driver: { name: 'node:sqlite', connect: async () => ({ query, close: connection.close }) },
    });
    await adapter.ready;
    const clearing = setInterval(() => void clearExpired(adapter), CLEAR_EXPIRED_MS).unref();
    const store = createKeyvStore(new Keyv({ store: adapter, serialization: AS_JSON }), {
      scan: scanOf(adapter),
      erase: tidying.now,
      async beforeClose() {
        clearInterval(clearing);
        tidying.stop();
        await tidying.now();
      },
      release,
    });
    close = store.close;
    // Written at the start, when somebody can read why it cannot be.
    await store.write([{ key: OPENED, value: Date.now() }]);
    await store.remove([OPENED]);
    return store;
  } catch (cause) {
    await close();
    if (cause instanceof StoreInUseError) throw cause;
    const { reason } = storeErrorOf(cause);
    throw new StoreError(
      `The store ${url} cannot be opened${reason ? `: ${reason}` : ''}. ${wayOutOf(reason)}, or set STORE_URL.`,
      { cause, reason },
    );
  }
}

/**
 * Has a file of Parley 0.1.0 shrink from now on when something is removed: SQLite can only arrange that by writing the
 * file anew, once. Where there is no room for that, the file stays as it is, and is tried again at the next start.
 */
async function makeShrinkable(connection: SqliteConnection): Promise<void> {
  const [row] = (await connection.query('PRAGMA auto_vacuum')) as { auto_vacuum: number }[];
  if (row?.auto_vacuum !== NO_VACUUM) return;
  await connection.query('VACUUM').catch(() => {});
}

/** In place of the adapter's own, which ends the process where it fails. What fails is done an hour later. */
async function clearExpired(adapter: KeyvSqlite): Promise<void> {
  const remove = `DELETE FROM "${adapter.table}" WHERE rowid IN
    (SELECT rowid FROM "${adapter.table}" WHERE expires < ? LIMIT ${CLEAR_BATCH}) RETURNING 1`;
  try {
    while ((await adapter.query(remove, Date.now())).length === CLEAR_BATCH) await turnOfTheLoop();
  } catch {
    // Whoever asks the store for something hears of it.
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
    if (!isBusy(cause)) throw cause;
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
