/** How Postgres is reached: deadlines, the first connection, and what is said where there is none. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientConfig, Pool } from 'pg';
import { StoreError } from '../../core/errors.ts';
import { comesBack } from './errors.ts';
import { CREATE_TABLE, HAS_TABLE } from './rows.ts';

/** For a connection, or for one of those there are to be free. */
const CONNECT_MS = 5_000;
/** For a statement, waiting for locks included, told by the server. */
const STATEMENT_MS = 5_000;
/** For the answer of a server that says nothing any more. */
const ANSWER_MS = 6_000;
/** A process that is held up in the middle of a transaction loses it, before those that wait for it give up. */
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
    // Statements are sent without waiting for the answer to the one before.
    pipeline: true,
  };
}

/**
 * Makes the table where it is missing, waiting so long for a server that is still starting.
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
  // Several processes may start at once. One statement of several is a transaction.
  await pool.query(`SELECT pg_advisory_xact_lock(${PREPARE_LOCK}); ${CREATE_TABLE}`);
}

/** Any number that no name of an exclusive task is likely to have. */
const PREPARE_LOCK = 7_072_617_265;
