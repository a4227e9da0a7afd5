/** Opens the store by its URL. The only file that knows which databases there are. */
import { dirname } from 'node:path';
import { openSqlite, sqlitePath } from './sqlite/open-sqlite.ts';
import type { Store } from './store.ts';
import { isOnServer } from './url.ts';

/**
 * @param url `sqlite://path`, `sqlite:///absolute/path`, or `postgres://user:password@host:5432/database`
 * @param patienceMs how long a server may take that is still starting
 * @throws StoreError when it cannot be opened or another process holds it
 */
export async function openStore(url: string, patienceMs = 20_000): Promise<Store> {
  if (!isOnServer(url)) return openSqlite(url);
  // Loaded only where it is used: it takes a moment.
  const { openPostgres } = await import('./postgres/open-postgres.ts');
  return openPostgres(url, patienceMs);
}

/** Where what is made on first start lies, such as master keys. Of a store on a server, nothing is (`readConfig`). */
export function folderOf(url: string): string {
  return dirname(sqlitePath(url));
}
