/** Makes a `Store` for one process of a Keyv. */
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import type { Keyv, KeyvSerializationAdapter } from 'keyv';
import { StoreError } from '../core/errors.ts';
import { createLanes } from '../core/lanes.ts';
import { type Counter, isWithin, plus, takeable } from './additions.ts';
import { type CollectedChanges, collected } from './changes.ts';
import type { WordIndex } from './search/word-index.ts';
import { type Addition, type Entry, type KeyPage, MOST_ENTRIES, type Rows, type Store } from './store.ts';

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

export async function keysBy(scan: Scan, prefix: string, page?: KeyPage): Promise<string[]> {
  if (page) return scan(prefix, page.after ?? '', page.limit);
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
  words?: WordIndex;
}

export function createKeyvStore(
  keyv: Keyv,
  {
    release = () => {},
    scan = scanAll(keyv),
    erase = async () => {},
    beforeClose = async () => {},
    words,
  }: KeyvStoreOptions = {},
): Store {
  const rows = rowsOf(keyv);
  const counters = createCounters(keyv, rows);
  const lanes = createLanes();
  const listeners = new Set<(topic: string) => void>();
  return {
    ...rows,
    keys: (prefix, page) => guard(() => keysBy(scan, prefix, page)),
    entries: (keys) => entriesOf(keyv, keys),
    exclusive: (name, task) =>
      lanes.run(name, async () => {
        using lock = counters.lock();
        const { readMany } = rows;
        return await collected({ readMany, ...lock }, Date.now(), task);
      }),
    take: counters.take,
    erase,
    ...(words && { words }),
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

/** Counters of one process. Additions are made one after another, each with the rows that are written with it. */
function createCounters(keyv: Keyv, rows: Rows) {
  const lanes = createLanes();
  const alone = <T>(task: () => Promise<T>) => lanes.run('', task);

  /** The counters with what is added. They keep the time that they have left. */
  async function added(additions: Addition[]): Promise<(Entry & { value: Counter })[]> {
    const stored = await entriesOf(
      keyv,
      additions.map(({ key }) => key),
    );
    const byKey = new Map(stored.map((entry) => [entry.key, entry]));
    return additions.map(({ key, add, ttl }) => {
      const before = byKey.get(key) ?? { key, value: {}, ...(ttl !== undefined && { ttl }) };
      return { ...before, value: plus(before.value as Counter, add) };
    });
  }

  async function change({ written, added: additions, removed }: CollectedChanges): Promise<void> {
    const entries = [...written, ...(additions.length > 0 ? await added(additions) : [])];
    if (entries.length > 0) await rows.write(entries);
    if (removed.length > 0) await rows.remove(removed);
  }

  return {
    take(additions: Addition[], entries: Entry[]): Promise<boolean> {
      return alone(async () => {
        const wanted = takeable(additions, entries);
        const counters = await added(wanted);
        if (!counters.every(({ value }, i) => isWithin(value, wanted[i]?.bounds))) return false;
        await rows.write([...entries, ...counters]);
        return true;
      });
    },
    /** A task's access: from its first `hold` until it is done, nothing else is added. */
    lock() {
      const { promise: isDone, resolve: release } = Promise.withResolvers<void>();
      let isAlone: Promise<void> | undefined;
      const waited = () =>
        new Promise<void>((resolve) => {
          void alone(() => {
            resolve();
            return isDone;
          });
        });
      return {
        async hold<T>(key: string): Promise<T | undefined> {
          isAlone ??= waited();
          await isAlone;
          return rows.read<T>(key);
        },
        change: (changes: CollectedChanges) =>
          isAlone || changes.added.length === 0 ? change(changes) : alone(() => change(changes)),
        [Symbol.dispose]: () => release(),
      };
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
