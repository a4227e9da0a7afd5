/** The turn queue over a real Postgres, on which several processes work. */
import { afterAll, beforeAll } from 'vitest';
import { startPostgres, type TestPostgres } from '../../lab/counterparts/postgres.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/store.ts';
import { testQueueModel } from '../contracts/queue/model.ts';
import type { Ground } from '../contracts/queue/stage.ts';
import { testQueue } from '../contracts/queue.ts';

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres[Symbol.asyncDispose]());

async function open(): Promise<Ground> {
  const url = await postgres.database();
  const opened: Store[] = [];
  return {
    async connect() {
      const store = await openStore(url);
      opened.push(store);
      return store;
    },
    async close() {
      await Promise.all(opened.map((store) => store.close()));
      await postgres.release(url);
    },
  };
}

testQueue('Postgres', { isShared: true, open });
// The server has a hundred connections for all processes.
testQueueModel('Postgres', { isShared: true, open, runs: 16, worlds: 2 });
