/** Makes a `Store` for one process of a Keyv. */
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import type { Keyv, KeyvSerializationAdapter } from 'keyv';
import { StoreError } from '../core/errors.ts';
import { createLanes } from '../core/lanes.ts';
import { collected, type Entry, MOST_ENTRIES, type Rows, type Store } from './store.ts';

/** Returns up to `limit` keys that begin with `prefix` and come after `after`, in order. */
export type Scan = (prefix: string, after: string, limit: number) => Promise<string[]>;

/**
 * Writes rows as plain JSON. Keyv's own serialization looks at each value for bytes and big numbers, which rows do not
 * have; reading takes several times as long with it.
 */
export const AS_JSON: KeyvSerializationAdapter = { stringify: JSON.stringify, parse: JSON.parse };

/** Keys read in one statement. Between two, the event loop gets its turn. */
const KEYS_BATCH = 500;

/** Turns every error of a task into a `StoreError`. */
export async function guard<T>(task: () => Promise<T>): Promise<T> {
  try {
    return await task();
  } catch (cause) {
    if (cause instanceof StoreError) throw cause;
    throw new StoreError('The store could not be reached.', { cause });
  }
}

/**
 * The rows of a Keyv. Keyv 6 throws from reads and writes only while it has no `error` listener, and some writes of
 * its adapters return false instead. Both become `StoreError` here.
 */
export function rowsOf(keyv: Keyv): Rows {
  return {
    read: (key) => guard(() => keyv.get(key)),
    readMany: (keys) => guard(async () => (keys.length === 0 ? [] : await keyv.getMany(keys))),
    write: (entries) =>
      guard(async () => {
        if (entries.length > MOST_ENTRIES) throw new RangeError(`more than ${MOST_ENTRIES} entries at once`);
        const written = await keyv.setMany(entries);
        if (written.includes(false)) throw new Error('an entry was not written');
      }),
    remove: (keys) =>
      guard(async () => {
        if (keys.length > 0) await keyv.deleteMany(keys);
      }),
  };
}

export async function entriesOf(keyv: Keyv, keys: string[]): Promise<Entry[]> {
  const found = keys.length === 0 ? [] : await guard(() => keyv.getManyRaw(keys));
  const now = Date.now();
  return keys.flatMap((key, i) => {
    const row = found[i];
    if (row === undefined || typeof row === 'string') return [];
    const { value, expires } = row;
    return [{ key, value, ...(typeof expires === 'number' && { ttl: Math.max(1, expires - now) }) }];
  });
}

export async function allKeys(scan: Scan, prefix: string): Promise<string[]> {
  const found: string[] = [];
  for (;;) {
    const batch = await scan(prefix, found.at(-1) ?? '', KEYS_BATCH);
    found.push(...batch);
    if (batch.length < KEYS_BATCH) return found;
    await turnOfTheLoop();
  }
}

export interface KeyvStoreOptions {
  /** Default: for a Keyv whose store is a map in memory. */
  scan?: Scan;
  erase?: Store['erase'];
  beforeClose?: () => Promise<void>;
  release?: () => void;
}

export function createKeyvStore(
  keyv: Keyv,
  {
    release = () => {},
    scan = scanAll(keyv),
    erase = async () => {},
    beforeClose = async () => {},
  }: KeyvStoreOptions = {},
): Store {
  const rows = rowsOf(keyv);
  const lanes = createLanes();
  const listeners = new Set<(topic: string) => void>();
  return {
    ...rows,
    keys: (prefix) => guard(() => allKeys(scan, prefix)),
    entries: (keys) => entriesOf(keyv, keys),
    exclusive: (name, task) => lanes.run(name, () => collected(rows, Date.now(), task)),
    erase,
    isShared: false,
    tell(topic) {
      for (const listener of listeners) listener(topic);
    },
    onTold(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      await beforeClose();
      await guard(() => keyv.disconnect()).finally(release);
    },
  };
}

function scanAll(keyv: Keyv): Scan {
  return async (prefix, after, limit) => {
    const keys: string[] = [];
    for await (const [key] of keyv.iterator()) {
      if (typeof key === 'string' && key.startsWith(prefix) && key > after) keys.push(key);
    }
    return keys.sort().slice(0, limit);
  };
}
