/** Rows in a table of Postgres: Keyv over @keyv/postgres, made fit for several processes at once. */
import KeyvPostgres, { type KeyvPostgresOptions } from '@keyv/postgres';
import Keyv, { type KeyvStorageAdapter, type KeyvStorageEntry, type KeyvStorageGetResult } from 'keyv';
import { AS_JSON, entriesOf, keysBy, rowsOf, type Scan } from '../keyv-store.ts';
import type { Rows, Store } from '../store.ts';

/**
 * Asks the database, over any connection.
 * @param name of the statement, if each connection keeps it prepared; always the same statement
 * @throws StoreError
 */
export type Query = <Row>(sql: string, values?: unknown[], name?: string) => Promise<Row[]>;

const NAME = 'parley';
export const TABLE = `public.${NAME}`;
/** Sorts after every character of a key, so a prefix with it sorts after all keys of the prefix. */
const ABOVE_ALL = '\u{10ffff}';
/** Expired rows removed in one statement, so that it ends within its deadline however many rows there are. */
const CLEAR_BATCH = 1_000;
const CLEAR_EXPIRED_MS = 3_600_000;

/**
 * Makes the adapter's table, with keys and their unique index in the order of bytes. The adapter's own table would sort by
 * the language of the database, where the keys of a prefix are no range.
 */
export const CREATE_TABLE = `
  CREATE TABLE IF NOT EXISTS ${TABLE} (
    key TEXT COLLATE "C" NOT NULL, value TEXT, namespace VARCHAR(255), expires BIGINT
  );
  CREATE UNIQUE INDEX IF NOT EXISTS ${NAME}_key_namespace_idx ON ${TABLE} (key, COALESCE(namespace, ''));
  CREATE INDEX IF NOT EXISTS ${NAME}_expires_idx ON ${TABLE} (expires) WHERE expires IS NOT NULL;`;
/** Asks whether the table and its indexes exist, without waiting for other users of the table. */
export const HAS_TABLE = `SELECT to_regclass('public.${NAME}_expires_idx') IS NOT NULL AS "isThere"`;

/** Skips the table at once if another process vacuums it. */
export const VACUUM = `VACUUM (SKIP_LOCKED) ${TABLE}, public.parley_words`;

const ALIVE = '(expires IS NULL OR expires > $2)';
const SELECT = `SELECT key, value FROM ${TABLE} WHERE key = ANY($1) AND ${ALIVE}`;
const SELECT_KEYS = `SELECT key FROM ${TABLE}
  WHERE key >= $1 AND ${ALIVE} AND key < $3 AND key <> $4 ORDER BY key LIMIT $5`;
const HOLD = `SELECT 1 FROM ${TABLE} WHERE key = $1 FOR SHARE`;
const REMOVE = `DELETE FROM ${TABLE} WHERE key = ANY($1)`;
const CLEAR = `DELETE FROM ${TABLE} WHERE key IN
  (SELECT key FROM ${TABLE} WHERE expires < $1 LIMIT ${CLEAR_BATCH} FOR UPDATE SKIP LOCKED) RETURNING 1`;

export function rowsOn(query: Query): Rows {
  return rowsOf(keyvOn(query));
}

export function entriesOn(query: Query): Store['entries'] {
  const keyv = keyvOn(query);
  return (keys) => entriesOf(keyv, keys);
}

const keyvOn = (query: Query) =>
  new Keyv({ store: new Adapter(query), serialization: AS_JSON, checkExpired: false });

/** Locks a row against writes until the transaction ends. A row that is missing is not locked. */
export async function holdRow(query: Query, key: string): Promise<void> {
  await query(HOLD, [toText(key)]);
}

export function keysOn(query: Query): Store['keys'] {
  const scan: Scan = async (prefix, after, limit) => {
    const range = [after || prefix, Date.now(), `${prefix}${ABOVE_ALL}`, after, limit];
    return (await query<{ key: string }>(SELECT_KEYS, range)).map(({ key }) => key);
  };
  return async (prefix, page) => {
    const wanted = page && {
      limit: page.limit,
      ...(page.after !== undefined && { after: toText(page.after) }),
    };
    return (await keysBy(scan, toText(prefix), wanted)).map(fromText);
  };
}

/** Removes expired rows every hour. A failure is tried again an hour later. Returns a function that stops this. */
export function clearExpiredOn(query: Query): () => void {
  // An adapter of its own: one that Keyv listens to would throw where nothing catches.
  const adapter = new Adapter(query);
  adapter.clearExpiredInterval = CLEAR_EXPIRED_MS;
  return () => {
    adapter.clearExpiredInterval = 0;
  };
}

/** The adapter with the methods that its types hide, by which it connects. */
interface OnAnyConnection extends KeyvStorageAdapter {
  init(): Promise<Query>;
  clearExpired(): Promise<void>;
  clearExpiredInterval: number;
}
const OnAnyConnection = KeyvPostgres as unknown as new (options: KeyvPostgresOptions) => OnAnyConnection;

/**
 * The adapter over Parley's own connections: its own pool would end the process with the first connection that is lost. A
 * class, since the adapter begins to connect in its constructor. Reads remove nothing: a row that has expired for one
 * process may have been written again by another.
 */
class Adapter extends OnAnyConnection {
  readonly ask: Query;

  constructor(ask: Query) {
    super({ table: NAME });
    this.ask = ask;
  }

  /** Replaces connecting and making the table. Returns the function by which the adapter asks. */
  override init(): Promise<Query> {
    return Promise.resolve((sql, values) => this.ask(sql, values));
  }

  override async get<Value>(key: string) {
    const [value] = await this.getMany<Value>([key]);
    return value;
  }

  override async getMany<Value>(keys: string[]) {
    const rows = await this.ask<{ key: string; value: KeyvStorageGetResult<Value> }>(SELECT, [
      keys.map(toText),
      Date.now(),
    ]);
    const values = new Map(rows.map(({ key, value }) => [fromText(key), value]));
    return keys.map((key) => values.get(key));
  }

  /** Writes each key once, as Postgres demands, and all keys in one order, so that two writers do not deadlock. */
  override async setMany<Value>(entries: KeyvStorageEntry<Value>[]) {
    const byKey = new Map(entries.map((entry) => [toText(entry.key), entry]));
    const inOrder = [...byKey.keys()].sort().map((key) => ({ ...byKey.get(key), key }));
    const written = await super.setMany(inOrder as KeyvStorageEntry<Value>[]);
    return entries.map(() => written?.every(Boolean) ?? false);
  }

  override async deleteMany(keys: string[]) {
    await this.ask(REMOVE, [keys.map(toText)]);
    return keys.map(() => true);
  }

  override async clearExpired() {
    let cleared: unknown[];
    do cleared = await this.ask(CLEAR, [Date.now()]);
    while (cleared.length === CLEAR_BATCH);
  }
}

/** A key as text that Postgres takes: with neither NUL nor half a surrogate pair. Prefixes stay prefixes. */
export function toText(key: string): string {
  return key.replace(/[\\\0\p{Cs}]/gu, (one) => `\\${one.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

export function fromText(text: string): string {
  return text.replace(/\\([0-9a-f]{4})/g, (_, code) => String.fromCharCode(Number.parseInt(code, 16)));
}
