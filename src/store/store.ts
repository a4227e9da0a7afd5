/** The port of a database: JSON values by key, read and written one by one or several as one change. */

import type { WordIndex } from './search/word-index.ts';

export interface Entry {
  key: string;
  value: unknown;
  /** Milliseconds until the entry expires; absent: never. */
  ttl?: number;
}

/**
 * Adds to a counter: a row whose value is an object of whole numbers. Each begins at 0, and may become negative. The sums
 * are exact while they are safe integers.
 */
export interface Addition {
  key: string;
  /** By field; safe integers. */
  add: Record<string, number>;
  /** Milliseconds until the counter expires, from its first addition on; absent: never. Then it begins anew. */
  ttl?: number;
  /** Only for `Store.take`. */
  bounds?: Bound[];
}

/** The sum of some fields of a counter may be `most` at most, a safe integer. */
export interface Bound {
  fields: string[];
  most: number;
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
  /**
   * Adds to counters, with the writes of the task. Reads of the task do not see it. A counter is not locked before the
   * task is done, so tasks of different names may add to the same one.
   * @throws RangeError at the end, if the task also writes or removes the row, or an addition has bounds
   */
  add(additions: Addition[]): void;
}

/** Some of the keys that begin with a prefix, in their order. */
export interface KeyPage {
  /** The keys after this one; absent: from the first one on. */
  after?: string;
  limit: number;
}

export interface Store extends Rows {
  /**
   * Every key that begins with `prefix`, or a page of them. The cost grows with the keys found, not with the rows stored.
   */
  keys(prefix: string, page?: KeyPage): Promise<string[]>;
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
   * Adds to counters and writes entries, all or nothing. Returns false, and changes nothing, if a bound would then be
   * exceeded. Additions of other processes and of `exclusive` count at once. If the store is lost meanwhile, this throws
   * StoreError, and may have taken effect. Up to `MOST_ENTRIES` rows, none both a counter and an entry.
   */
  take(additions: Addition[], entries: Entry[]): Promise<boolean>;
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
  /** The store's index of words. Absent: the store has none. */
  words?: WordIndex;
}

/** Entries that Keyv's adapters write in one statement, and so atomically (@keyv/sqlite 6.0.0-beta.4, `setMany`). */
export const MOST_ENTRIES = 249;
