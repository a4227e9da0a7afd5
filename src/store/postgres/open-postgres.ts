/** The store for several processes and machines: Keyv over Postgres, with Postgres' own locks, transactions and topics. */
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { StoreError } from '../../core/errors.ts';
import { createLanes } from '../../core/lanes.ts';
import { type ChangeableRows, collected } from '../changes.ts';
import { openPostgresIndex } from '../search/postgres-index.ts';
import type { ExclusiveRows, Store } from '../store.ts';
import { addOn, takeOn } from './counters.ts';
import { asked, isPassing, unopened } from './errors.ts';
import { connectionTo, reachAndPrepare } from './reach.ts';
import { clearExpiredOn, entriesOn, holdRow, keysOn, type Query, rowsOn } from './rows.ts';
import { openTopics } from './topics.ts';
import { createVacuum, VACUUM_DEADLINES } from './vacuum.ts';

const CONNECTIONS = 10;
const IDLE_MS = 60_000;
const CLOSE_MS = 5_000;
const ATTEMPTS = 3;

/**
 * Opens a store by URL (`postgres://user:password@host:5432/database?sslmode=verify-full`). Makes its table if it is
 * missing. The store stays open while Postgres is away: each call then throws StoreError within some seconds.
 * @param patienceMs how long to wait for a server that is still starting
 * @throws StoreError if the store cannot be opened
 */
export async function openPostgres(url: string, patienceMs: number): Promise<Store> {
  if (!URL.canParse(url)) {
    throw new StoreError(
      'STORE_URL is not an address such as postgres://user:password@host:5432/database. Write what is special in the password as %23 for #, %2F for /, %40 for @.',
    );
  }
  const pool = new pg.Pool({
    ...connectionTo(url),
    max: CONNECTIONS,
    idleTimeoutMillis: IDLE_MS,
    allowExitOnIdle: true,
  });
  // The pool drops a lost connection, and the query that used it fails. Nothing else needs to know.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  const query = queryOn(pool);
  try {
    await reachAndPrepare(pool, patienceMs);
    const words = await openPostgresIndex(query);
    const topics = await openTopics(() => new pg.Client(connectionTo(url)));
    const stopClearing = clearExpiredOn(query);
    const vacuum = createVacuum(() => new pg.Client({ ...connectionTo(url), ...VACUUM_DEADLINES }));
    const lanes = createLanes();
    const take = takeOn(query);
    return {
      ...rowsOn(query),
      keys: keysOn(query),
      entries: entriesOn(query),
      // Lanes keep the order in which tasks were asked for. At most one connection waits for each name.
      exclusive: (name, task) => lanes.run(name, () => tryAgain(() => transaction(pool, name, task))),
      take: (additions, entries) => tryAgain(() => take(additions, entries)),
      async erase() {
        vacuum.soon();
      },
      isShared: true,
      words,
      tell: topics.tell,
      onTold: topics.onTold,
      async close() {
        stopClearing();
        vacuum.stop();
        await lanes.idle();
        await Promise.race([
          Promise.all([topics.close(), pool.end()]),
          sleep(CLOSE_MS, undefined, { ref: false }),
        ]);
      },
    };
  } catch (error) {
    await Promise.race([pool.end(), sleep(CLOSE_MS, undefined, { ref: false })]);
    throw unopened(url, error);
  }
}

/**
 * Runs a task in a transaction. It takes three round trips if the task reads all its rows at once: the lock with the
 * time, the reads, the changes with COMMIT. If the connection is lost during COMMIT, nobody knows whether the changes
 * took effect.
 */
async function transaction<T>(
  pool: pg.Pool,
  name: string,
  task: (rows: ExclusiveRows) => Promise<T>,
): Promise<T> {
  const client = await asked(pool.connect());
  try {
    const query = queryOn(client);
    const sent: Promise<unknown>[] = [];
    /** Sends a change without waiting. Its result comes with that of COMMIT, which undoes all changes if one failed. */
    const send: Query = async (...question) => {
      const answer = query(...question);
      answer.catch(() => {});
      sent.push(answer);
      return [];
    };
    const now = await begin(client, name);
    const result = await collected(rowsIn(query, send), now, task);
    const [{ command }] = await Promise.all([asked(client.query('COMMIT')), ...sent]);
    if (command !== 'COMMIT') throw new StoreError('The store could not be reached.');
    client.release();
    return result;
  } catch (error) {
    await client.query('ROLLBACK').then(
      () => client.release(),
      () => client.release(true),
    );
    throw error;
  }
}

function queryOn(connection: pg.Pool | pg.PoolClient): Query {
  return async (text, values, name) =>
    (await asked(connection.query({ text, ...(values && { values }), ...(name !== undefined && { name }) })))
      .rows;
}

/** @param send asks without waiting for the answer */
function rowsIn(query: Query, send: Query): ChangeableRows {
  const { read, readMany } = rowsOn(query);
  const { write, remove } = rowsOn(send);
  return {
    readMany,
    async hold<V>(key: string) {
      const [, value] = await Promise.all([holdRow(query, key), read<V>(key)]);
      return value;
    },
    async change({ written, removed, added }) {
      if (written.length > 0) await write(written);
      if (removed.length > 0) await remove(removed);
      // Last, since other processes wait for these rows until COMMIT.
      if (added.length > 0) await addOn(send, added);
    },
  };
}

/** Begins a transaction, and waits for the lock of a name. Returns the time then (ms since 1970). */
async function begin(client: pg.PoolClient, name: string): Promise<number> {
  const lock = createHash('sha256').update(name).digest().readBigInt64BE();
  const sql = `BEGIN; SELECT pg_advisory_xact_lock(${lock}); SELECT floor(extract(epoch FROM clock_timestamp()) * 1000) AS now`;
  // For several statements, pg returns several results.
  const results = (await asked(client.query(sql))) as unknown as pg.QueryResult<{ now: string }>[];
  return Number(results.at(-1)?.rows[0]?.now);
}

/** Runs a task again if Postgres has ended its transaction. A task can run again, since it only reads and writes rows. */
async function tryAgain<T>(attempt: () => Promise<T>): Promise<T> {
  for (let made = 1; ; made++) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof StoreError && isPassing(error)) || made === ATTEMPTS) throw error;
    }
  }
}
