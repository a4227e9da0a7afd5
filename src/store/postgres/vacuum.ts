/**
 * What was deleted in Postgres stays in the table's file until VACUUM frees its place, which Postgres itself does when a
 * fifth of the table has changed. Parley asks for it sooner where something was forgotten.
 */
import type { Client, ClientConfig } from 'pg';
import { VACUUM } from './rows.ts';

/** It takes as long as the table is large, and holds up nobody. */
export const VACUUM_DEADLINES: ClientConfig = { statement_timeout: 600_000, query_timeout: 601_000 };

const SOON_MS = 5_000;
/** Between two, since each reads what has changed in the table. */
const REST_MS = 60_000;

/** What fails is left to Postgres' own. */
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
