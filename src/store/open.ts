/** Opens the store by its URL. Only this file knows which databases there are. */
import { dirname } from 'node:path';
import { openSqlite, sqlitePath } from './sqlite/open-sqlite.ts';
import type { Store } from './store.ts';
import { isOnServer } from './url.ts';

/**
 * @param url `sqlite://path`, `sqlite:///absolute/path`, or `postgres://user:password@host:5432/database`
 * @param patienceMs how long to wait for a server that is still starting
 * @throws StoreError if the store cannot be opened, or another process holds it
 */
export async function openStore(url: string, patienceMs = 20_000): Promise<Store> {
  if (!isOnServer(url)) return openSqlite(url);
  // Imported only if it is used, since loading it takes a moment.
  const { openPostgres } = await import('./postgres/open-postgres.ts');
  return openPostgres(url, patienceMs);
}

/**
 * The folder for files that the first start makes, such as master keys. A store on a server makes none
 * (`readConfig`).
 */
export function folderOf(url: string): string {
  return dirname(sqlitePath(url));
}
