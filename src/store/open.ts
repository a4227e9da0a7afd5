/** Opens the store by its URL. The only file that knows which databases there are. */
import { openSqlite } from './sqlite.ts';
import type { Store } from './store.ts';

/**
 * @param url `sqlite://path`, or `sqlite:///absolute/path`
 * @throws StoreError when it cannot be opened or another process holds it
 */
export function openStore(url: string): Promise<Store> {
  return openSqlite(url);
}
