/** The port of a database: JSON values by key, read and written one by one or several as one change. */

export interface Entry {
  key: string;
  value: unknown;
  /** Milliseconds until the entry expires; absent: never. */
  ttl?: number;
}

/** Reads and writes. A failure throws `StoreError`; it never reads as a missing value. */
export interface Rows {
  read<T>(key: string): Promise<T | undefined>;
  /** In the order of `keys`. */
  readMany<T>(keys: string[]): Promise<(T | undefined)[]>;
  /** Writes all entries or none of them; up to `MOST_ENTRIES`. */
  write(entries: Entry[]): Promise<void>;
  remove(keys: string[]): Promise<void>;
}

/**
 * Rows inside `Store.exclusive`: no other task of the same name reads or writes meanwhile. Reads see earlier writes of the
 * task. Each row is fetched once, and later reads return the same object, so a task can fetch all its rows at once first.
 */
export interface ExclusiveRows extends Rows {
  /** The time by the store's clock, which is the same for every process (ms since 1970). */
  now: number;
  /** Reads a row and locks it until the task is done, also against other names. A row that is missing is not locked. */
  hold<T>(key: string): Promise<T | undefined>;
}

export interface Store extends Rows {
  /** Every key that begins with `prefix`. The cost grows with the keys found, not with the rows stored. */
  keys(prefix: string): Promise<string[]>;
  /** The entries of the keys that exist, as `write` takes them, with their remaining time. */
  entries(keys: string[]): Promise<Entry[]>;
  /**
   * Runs tasks of one name one after another, across all processes. All writes of a task take effect together when it is
   * done, and none if it throws. Removals are made last: a crash may come between.
   *
   * A task only reads and writes its rows. It may be run again, and a task that waits for the store in another way holds
   * up all others. If the store is lost while the writes are made, this throws StoreError, and all of them may have taken
   * effect or none.
   */
  exclusive<T>(name: string, task: (rows: ExclusiveRows) => Promise<T>): Promise<T>;
  /**
   * Makes removed and replaced values unreadable in the store's files, as far as the store can. Called when something
   * is forgotten for good. Never throws.
   */
  erase(): Promise<void>;
  /** Whether other processes may work on the store at the same time. */
  isShared: boolean;
  /**
   * Tells a topic to every process that works on the store, this one included. A topic may get lost. If the loss is
   * noticed, the empty topic is told, and each process looks for changes itself.
   */
  tell(topic: string): void;
  /** Calls back on each told topic. Returns a function that stops this. */
  onTold(listener: (topic: string) => void): () => void;
  close(): Promise<void>;
}

/** Entries that Keyv's adapters write in one statement, and so atomically (@keyv/sqlite 6.0.0-beta.4, `setMany`). */
export const MOST_ENTRIES = 249;

/**
 * Runs a task over rows, collects its changes, and makes them at once when it is done.
 * @param now the time by the store's clock
 */
export async function collected<T>(
  rows: Rows & Partial<Pick<ExclusiveRows, 'hold'>>,
  now: number,
  task: (rows: ExclusiveRows) => Promise<T>,
): Promise<T> {
  /** Changes by key. Undefined: the row is removed. */
  const changed = new Map<string, Entry | undefined>();
  /** Values by key, as read or as changed since. */
  const known = new Map<string, unknown>();
  const hold = rows.hold ?? rows.read;
  function change(key: string, entry: Entry | undefined): void {
    changed.set(key, entry);
    known.set(key, entry?.value);
  }
  async function readMany<V>(keys: string[]): Promise<(V | undefined)[]> {
    const unknown = keys.filter((key) => !known.has(key));
    const stored = await rows.readMany(unknown);
    for (const [i, key] of unknown.entries()) if (!known.has(key)) known.set(key, stored[i]);
    return keys.map((key) => known.get(key) as V | undefined);
  }
  const result = await task({
    now,
    readMany,
    read: async <V>(key: string) => (await readMany<V>([key]))[0],
    async hold<V>(key: string) {
      const held = await hold<V>(key);
      return changed.has(key) ? (known.get(key) as V | undefined) : held;
    },
    async write(entries) {
      for (const entry of entries) change(entry.key, entry);
    },
    async remove(keys) {
      for (const key of keys) change(key, undefined);
    },
  });
  const written = [...changed.values()].filter((entry) => entry !== undefined);
  const removed = [...changed].filter(([, entry]) => entry === undefined).map(([key]) => key);
  if (written.length > 0) await rows.write(written);
  if (removed.length > 0) await rows.remove(removed);
  return result;
}
