/** The changes of a task in `Store.exclusive`: collected while it runs, and made at once when it is done. */
import { assertAddable, merged } from './additions.ts';
import { type Addition, type Entry, type ExclusiveRows, MOST_ENTRIES } from './store.ts';

/** Disjoint: each row is in one of them at most, and once. */
export interface CollectedChanges {
  written: Entry[];
  added: Addition[];
  removed: string[];
}

/** The rows of a store as a task reads them, and the call that makes its changes. */
export interface ChangeableRows extends Pick<ExclusiveRows, 'readMany' | 'hold'> {
  change(changes: CollectedChanges): Promise<void>;
}

/** @param now the time by the store's clock */
export async function collected<T>(
  rows: ChangeableRows,
  now: number,
  task: (rows: ExclusiveRows) => Promise<T>,
): Promise<T> {
  /** Changes by key. Undefined: the row is removed. */
  const changed = new Map<string, Entry | undefined>();
  /** Values by key, as read or as changed since. */
  const known = new Map<string, unknown>();
  const added: Addition[] = [];
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
      const held = await rows.hold<V>(key);
      return changed.has(key) ? (known.get(key) as V | undefined) : held;
    },
    async write(entries) {
      for (const entry of entries) change(entry.key, entry);
    },
    async remove(keys) {
      for (const key of keys) change(key, undefined);
    },
    add: (additions) => void added.push(...additions),
  });
  await rows.change(changesOf(changed, merged(added)));
  return result;
}

/** @throws RangeError */
function changesOf(changed: Map<string, Entry | undefined>, added: Addition[]): CollectedChanges {
  const written = [...changed.values()].filter((entry) => entry !== undefined);
  const removed = [...changed].filter(([, entry]) => entry === undefined).map(([key]) => key);
  for (const addition of added) {
    assertAddable(addition);
    if (addition.bounds) throw new RangeError('only `take` has bounds');
    if (changed.has(addition.key)) throw new RangeError('a task adds to a row that it writes or removes');
  }
  if (written.length + added.length > MOST_ENTRIES) {
    throw new RangeError(`more than ${MOST_ENTRIES} rows at once`);
  }
  return { written, added, removed };
}
