/** The small state that an adapter keeps for itself, in the store under its name. */
import type { AdapterState } from '../../core/platform.ts';
import { noteKey } from '../keys.ts';
import type { Store } from '../store.ts';

export function createAdapterState(store: Store, name: string): AdapterState {
  const keyOf = (key: string) => noteKey(name, key);
  return {
    read: (key) => store.read(keyOf(key)),
    write: (key, value, ttlMs) =>
      store.write([{ key: keyOf(key), value, ...(ttlMs !== undefined && { ttl: ttlMs }) }]),
    change: (key, change, ttlMs) =>
      store.exclusive(keyOf(key), async (rows) => {
        const value = change(await rows.read(keyOf(key)));
        if (value === undefined) await rows.remove([keyOf(key)]);
        else await rows.write([{ key: keyOf(key), value, ...(ttlMs !== undefined && { ttl: ttlMs }) }]);
        return value;
      }),
    remove: (...keys) => store.remove(keys.map(keyOf)),
    keys: async (prefix) => (await store.keys(keyOf(prefix))).map((key) => key.slice(keyOf('').length)),
  };
}
