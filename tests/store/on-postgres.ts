/** Stores on a Postgres, which give their database back for another test. */
import type { TestPostgres } from '../../lab/counterparts/postgres.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/store.ts';

/** Opens a store on an empty database. */
export async function openAlone(postgres: TestPostgres): Promise<Store> {
  return open(postgres, await postgres.database(), new Set());
}

/** Opens the stores of two processes on one empty database. */
export async function openPair(postgres: TestPostgres): Promise<[Store, Store]> {
  const url = await postgres.database();
  const users = new Set<Store>();
  return [await open(postgres, url, users), await open(postgres, url, users)];
}

/** @param users the open stores on the database. The last one to close gives the database back. */
async function open(postgres: TestPostgres, url: string, users: Set<Store>): Promise<Store> {
  const store = await openStore(url);
  users.add(store);
  return {
    ...store,
    async close() {
      await store.close();
      if (users.delete(store) && users.size === 0) await postgres.release(url);
    },
  };
}
