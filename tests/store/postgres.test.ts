/** The store on a real Postgres, and what becomes of it where that breaks. */
import { afterAll, beforeAll } from 'vitest';
import { StoreError } from '../../src/core/ports.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/store.ts';
import { createTranscripts } from '../../src/store/transcripts.ts';
import { testStore } from '../contracts/store.ts';
import { testTranscripts } from '../contracts/transcripts.ts';
import { startPostgres, type TestPostgres } from '../counterparts/postgres.ts';

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres[Symbol.asyncDispose]());

const open = async () => openStore(await postgres.database());
testStore('Postgres', open, async () => {
  const url = await postgres.database();
  return [await openStore(url), await openStore(url)];
});
testTranscripts('Postgres', async () => {
  const store = await open();
  const failChanges = { after: Number.POSITIVE_INFINITY };
  const fragile: Store = {
    ...store,
    exclusive: (name, task) =>
      failChanges.after-- > 0 ? store.exclusive(name, task) : Promise.reject(new StoreError('down')),
  };
  return { transcripts: createTranscripts(fragile), failChanges, close: () => store.close() };
});
