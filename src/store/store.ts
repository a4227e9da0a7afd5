/** What Parley needs of a database, as a shape: keys and JSON values, alone or read and written as one. */

export interface Entry {
  key: string;
  value: unknown;
  /** Milliseconds after which the entry is gone; absent: never. */
  ttl?: number;
}

/** What can be read and written alone, or under a name. A failure throws `StoreError`; it never reads as a missing value. */
export interface Rows {
  read<T>(key: string): Promise<T | undefined>;
  /** In the order of `keys`. */
  readMany<T>(keys: string[]): Promise<(T | undefined)[]>;
  /** All of the entries or none of them, up to `MOST_ENTRIES`. */
  write(entries: Entry[]): Promise<void>;
  remove(keys: string[]): Promise<void>;
}

/**
 * Rows that nobody else who asks for the same name reads or writes meanwhile. Reads see what was written here before; each
 * row is asked for once and is the same object then, so that what is needed can be read in one go first.
 */
export interface ExclusiveRows extends Rows {
  /** By the store's clock, milliseconds since 1970: the same for every process. */
  now: number;
  /** Reads a row that stays as it is until this is done, whoever writes it; one that is not there can be made meanwhile. */
  hold<T>(key: string): Promise<T | undefined>;
}

export interface Store extends Rows {
  /** Every key that begins with `prefix`. Costs what it finds, not what is stored. */
  keys(prefix: string): Promise<string[]>;
  /** Those of the keys that are there, as `write` takes them, with the time they have left. */
  entries(keys: string[]): Promise<Entry[]>;
  /**
   * Runs tasks of one name one after another, in every process. What a task writes, all of it or none, is there for
   * others once it is done; nothing where it throws. What it removes goes last: a crash between is not ruled out.
   * A task reads and writes its rows and does nothing else: it may be run again, and one that waits for the store by
   * another way holds up all others. Where the store is lost while a task is being written, it throws StoreError, and
   * all of it may be there or nothing.
   */
  exclusive<T>(name: string, task: (rows: ExclusiveRows) => Promise<T>): Promise<T>;
  /**
   * Called when something is to be forgotten for good. Resolves once what was removed or replaced before cannot be
   * read in the store's files either, as far as the store can see to that. Never throws.
   */
  erase(): Promise<void>;
  /** Whether other processes may work on it at the same time. */
  isShared: boolean;
  /**
   * Tells every process that works on it, this one included. May get lost; where that is known, the empty topic is told,
   * for each to look for itself.
   */
  tell(topic: string): void;
  /** Calls back on what is told; returns how to stop that. */
  onTold(listener: (topic: string) => void): () => void;
  close(): Promise<void>;
}

/** What the adapters of Keyv write in one statement, and so atomically (@keyv/sqlite 6.0.0-beta.4, `setMany`). */
export const MOST_ENTRIES = 249;

/**
 * Runs a task over rows of which the changes are collected, then made at once.
 * @param now by the store's clock
 */
export async function collected<T>(
  rows: Rows & Partial<Pick<ExclusiveRows, 'hold'>>,
  now: number,
  task: (rows: ExclusiveRows) => Promise<T>,
): Promise<T> {
  /** Undefined: removed. */
  const changed = new Map<string, Entry | undefined>();
  /** As they were read, or changed since. */
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
