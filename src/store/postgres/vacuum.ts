/**
 * Asks Postgres to vacuum soon after something was forgotten. Deleted rows stay in the table's file until VACUUM frees
 * their place. By itself, Postgres does that when a fifth of the table has changed.
 */
import type { Client, ClientConfig } from 'pg';
import { VACUUM } from './rows.ts';

/** Deadlines, ms. VACUUM takes longer the larger the table is, and blocks nobody. */
export const VACUUM_DEADLINES: ClientConfig = { statement_timeout: 600_000, query_timeout: 601_000 };

/** Time from a request until the vacuum, ms. */
const SOON_MS = 5_000;
/** Time between two vacuums, ms, since each reads the pages of the table that have changed. */
const REST_MS = 60_000;

/** A vacuum that fails is left to Postgres itself. */
export function createVacuum(newClient: () => Client): { soon(): void; stop(): void } {
  let timer: NodeJS.Timeout | undefined;
  let lastAt = Number.NEGATIVE_INFINITY;

  async function vacuum(): Promise<void> {
    const client = newClient();
    client.on('error', () => {});
    try {
      await client.connect();
      await client.query(VACUUM);
    } finally {
      await client.end();
    }
  }

  return {
    soon() {
      timer ??= setTimeout(
        () => {
          timer = undefined;
          lastAt = performance.now();
          vacuum().catch(() => {});
        },
        Math.max(SOON_MS, lastAt + REST_MS - performance.now()),
      ).unref();
    },
    stop: () => clearTimeout(timer),
  };
}
