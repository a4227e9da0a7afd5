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
import { openSqliteIndex } from '../search/sqlite-index.ts';
import { makeFolder } from '../secrets/make-folder.ts';
import type { Store } from '../store.ts';
import { connectSqlite, type SqliteConnection } from './connection.ts';
import { isBusy, storeErrorOf, wayOutOf } from './errors.ts';
import { createTidying } from './tidying.ts';

/** A noncharacter: it sorts after every character of a key. */
const ABOVE_ALL = '\u{10ffff}';
/** Conversations lie in the file in plain text. */
const OWNER_ONLY = 0o600;
/** The table of Keyv's adapter, which names it so. */
const TABLE = 'keyv';
const CHANGES = /^\s*(?:INSERT|UPDATE|DELETE)/i;
/** The value of `PRAGMA auto_vacuum` of a file that never shrinks. */
const NO_VACUUM = 0;
const CLEAR_EXPIRED_MS = 3_600_000;
/** Expired rows removed in one statement. Between two, the event loop gets its turn. */
const CLEAR_BATCH = 1_000;
/** Wait for the lock, ms. At a restart, the previous Parley may still be ending. */
const LOCK_TIMEOUT_MS = 3_000;

/**
 * Opens a store by URL (`sqlite://path`, `sqlite:///absolute/path`). Makes the folder if it is missing.
 * @throws StoreError if the store cannot be opened or written, or if another process holds it
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
      // The adapter's own driver would compile each statement again for each call.
      driver: { name: 'node:sqlite', connect: async () => ({ query, close: connection.close }) },
    });
    await adapter.ready;
    const clearing = setInterval(() => void clearExpired(adapter), CLEAR_EXPIRED_MS).unref();
    const words = openSqliteIndex(path);
    const store = createKeyvStore(new Keyv({ store: adapter, serialization: AS_JSON }), {
      scan: scanOf(adapter),
      ...(words && { words }),
      erase: tidying.now,
      async beforeClose() {
        clearInterval(clearing);
        tidying.stop();
        await tidying.now();
        await words?.close();
      },
      release,
    });
    close = store.close;
    // Written at the start, when somebody can read why the store cannot be written.
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
 * Lets a file of Parley 0.1.0 shrink from now on when rows are removed. SQLite has to write the whole file anew for that,
 * once. If there is no room for it, the file stays as it is, and the next start tries again.
 */
async function makeShrinkable(connection: SqliteConnection): Promise<void> {
  const [row] = (await connection.query('PRAGMA auto_vacuum')) as { auto_vacuum: number }[];
  if (row?.auto_vacuum !== NO_VACUUM) return;
  await connection.query('VACUUM').catch(() => {});
}

/** Replaces the adapter's own clearing, which ends the process if it fails. This one tries again an hour later. */
async function clearExpired(adapter: KeyvSqlite): Promise<void> {
  const remove = `DELETE FROM "${adapter.table}" WHERE rowid IN
    (SELECT rowid FROM "${adapter.table}" WHERE expires < ? LIMIT ${CLEAR_BATCH}) RETURNING 1`;
  try {
    while ((await adapter.query(remove, Date.now())).length === CLEAR_BATCH) await turnOfTheLoop();
  } catch {
    // The next call of the store reports the failure.
  }
}

/** The file behind a `sqlite://` URL; `sqlite://data/x` is relative to the working folder. */
export function sqlitePath(url: string): string {
  return url.replace(/^sqlite:\/\//, '');
}

/**
 * Finds keys by a range of the adapter's index on (key, namespace), which compares bytes. A range is no pattern, so `%`
 * and `_` have no special meaning. Keyv without a namespace hands keys on as they are.
 */
function scanOf(adapter: KeyvSqlite): Scan {
  // Only one lower bound: with two, SQLite would search by the first and read all rows from there.
  const select = `SELECT key FROM "${adapter.table}" WHERE key >= ? AND key < ? AND key <> ? AND namespace = ''
    AND (expires IS NULL OR expires > ?) ORDER BY key LIMIT ?`;
  return async (prefix, after, limit) => {
    const end = `${prefix}${ABOVE_ALL}`;
    const rows = await adapter.query(select, after || prefix, end, after, Date.now(), limit);
    return rows.map((row) => (row as { key: string }).key);
  };
}

/**
 * Keeps locks from being garbage collected, which would close them: an open store holds its file even if nothing uses
 * it.
 */
const locks = new Set<DatabaseSync>();

/**
 * Takes the store's file for this process, by an exclusive SQLite lock on a file beside it. The system releases the lock
 * when the process dies, however it dies, so no lock is left behind.
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
