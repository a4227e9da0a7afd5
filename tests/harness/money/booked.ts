/** Books for tests, written and read while no Parley runs on the store. */
import { join } from 'node:path';
import type { BookRow } from '../../../src/core/money/books.ts';
import { BOOKS_MS } from '../../../src/store/books/book-addition.ts';
import { usedKey } from '../../../src/store/keys.ts';
import { openStore } from '../../../src/store/open.ts';
import { createConversationLists } from '../../../src/store/tables/conversation-lists.ts';

/** Adds rows to the books in a folder. */
export async function keepBooks(folder: string, rows: BookRow[]): Promise<void> {
  const store = await openStore(`sqlite://${join(folder, 'parley.sqlite')}`);
  const additions = rows.map(({ day, tenant, person, model, kind, payer, ...add }) => ({
    key: usedKey({ day, tenant, person, model, kind, payer }),
    add,
    ttl: BOOKS_MS,
  }));
  await store.exclusive('books', async (kept) => kept.add(additions));
  await store.close();
}

/** The counters of all calls of a kind. */
export async function booked(folder: string, kind: string): Promise<unknown[]> {
  const store = await openStore(`sqlite://${join(folder, 'parley.sqlite')}`);
  try {
    const keys = (await store.keys('used|')).filter((key) => key.includes(`|${kind}|`));
    return await store.readMany(keys);
  } finally {
    await store.close();
  }
}

/** The sessions of the page that have conversations there. */
export async function sessionsIn(folder: string): Promise<string[]> {
  const store = await openStore(`sqlite://${join(folder, 'parley.sqlite')}`);
  const tenants = await createConversationLists(store).tenants();
  await store.close();
  return tenants;
}

/** The day of now, by UTC. */
export const today = () => new Date().toISOString().slice(0, 'yyyy-mm-dd'.length);
