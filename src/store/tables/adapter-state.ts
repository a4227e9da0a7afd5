/** What one adapter has to remember by itself, in the store under its name. */
import type { Notebook } from '../../core/platform.ts';
import type { Store } from '../store.ts';

export function createNotebook(store: Store, name: string): Notebook {
  const noteKey = (key: string) => `note|${name}|${key}`;
  return {
    read: (key) => store.read(noteKey(key)),
    write: (key, value, ttlMs) =>
      store.write([{ key: noteKey(key), value, ...(ttlMs !== undefined && { ttl: ttlMs }) }]),
    remove: (...keys) => store.remove(keys.map(noteKey)),
    keys: async (prefix) => (await store.keys(noteKey(prefix))).map((key) => key.slice(noteKey('').length)),
  };
}
