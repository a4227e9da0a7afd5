/** Reaches Postgres: the deadlines, the first connection, and the table. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientConfig, Pool } from 'pg';
import { StoreError } from '../../core/errors.ts';
import { comesBack } from './errors.ts';
import { CREATE_TABLE, HAS_TABLE } from './rows.ts';

/** Deadline for making a connection, or for one of the pool to be free, ms. */
const CONNECT_MS = 5_000;
/** Deadline for a statement, with its wait for locks, ms. The server keeps it. */
const STATEMENT_MS = 5_000;
/** Deadline for an answer, ms, if the server has gone silent. */
const ANSWER_MS = 6_000;
/**
 * A process that is held up in the middle of a transaction loses the transaction after this, ms. Shorter than
 * `STATEMENT_MS`, so that the processes that wait for it do not fail.
 */
const IDLE_IN_TRANSACTION_MS = 4_000;
const RETRY_MS = 500;

export function connectionTo(url: string): ClientConfig {
  return {
    connectionString: url,
    application_name: 'parley',
    connectionTimeoutMillis: CONNECT_MS,
    statement_timeout: STATEMENT_MS,
    lock_timeout: STATEMENT_MS,
    query_timeout: ANSWER_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    keepAlive: true,
    // Each statement is sent without waiting for the answer to the one before.
    pipeline: true,
  };
}

/**
 * Makes the table if it is missing.
 * @param patienceMs how long to wait for a server that is still starting
 * @throws what pg throws, StoreError
 */
export async function reachAndPrepare(pool: Pool, patienceMs: number): Promise<void> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    try {
      return await prepare(pool);
    } catch (error) {
      if (!comesBack(error) || Date.now() + RETRY_MS > deadline) throw error;
      await sleep(RETRY_MS);
    }
  }
}

async function prepare(pool: Pool): Promise<void> {
  const { rows } = await pool.query<{ isThere: boolean; encoding: string }>(
    `${HAS_TABLE}, current_setting('server_encoding') AS encoding`,
  );
  const [found] = rows;
  if (found?.encoding !== 'UTF8') {
    throw new StoreError(
      `The database of STORE_URL has the encoding ${found?.encoding}. Make one with UTF8: CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0.`,
    );
  }
  if (found.isThere) return;
  // The lock is for several processes that start at once. Several statements in one query are a transaction.
  await pool.query(`SELECT pg_advisory_xact_lock(${PREPARE_LOCK}); ${CREATE_TABLE}`);
}

/** A lock number that no name of an exclusive task is likely to have. */
const PREPARE_LOCK = 7_072_617_265;
