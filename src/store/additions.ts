/** The arithmetic of counters, and the rules of what can be added. */
import { type Addition, type Entry, MOST_ENTRIES } from './store.ts';

export type Counter = Record<string, number>;

/** One addition for each counter, in the order of keys. All writers lock counters in this order, so none deadlock. */
export function merged(additions: Addition[]): Addition[] {
  const byKey = new Map<string, Addition>();
  for (const addition of additions) {
    const before = byKey.get(addition.key);
    const bounds = [...(before?.bounds ?? []), ...(addition.bounds ?? [])];
    byKey.set(addition.key, {
      ...before,
      ...addition,
      add: plus(before?.add ?? {}, addition.add),
      ...(bounds.length > 0 && { bounds }),
    });
  }
  return [...byKey.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
}

/** A counter after an addition. */
export function plus(counter: Counter, add: Counter): Counter {
  const sum = { ...counter };
  for (const [field, n] of Object.entries(add)) sum[field] = (sum[field] ?? 0) + n;
  return sum;
}

/** Whether a counter is as if it had never been added to. */
export const isNothing = (counter: Counter) => Object.values(counter).every((n) => n === 0);

/** The sum of some fields of a counter. */
export const totalOf = (counter: Counter, fields: string[]): number =>
  fields.reduce((sum, field) => sum + (counter[field] ?? 0), 0);

/** Whether a counter exceeds no bound. */
export const isWithin = (counter: Counter, bounds: Addition['bounds'] = []): boolean =>
  bounds.every(({ fields, most }) => totalOf(counter, fields) <= most);

/** @throws RangeError */
export function assertAddable({ add, bounds = [] }: Addition): void {
  const numbers = [...Object.values(add), ...bounds.map(({ most }) => most)];
  if (!numbers.every(Number.isSafeInteger)) throw new RangeError('counters take safe integers');
}

/** The additions of a `take`, merged. @throws RangeError */
export function takeable(additions: Addition[], entries: Entry[]): Addition[] {
  const wanted = merged(additions);
  for (const addition of wanted) assertAddable(addition);
  const keys = new Set([...wanted, ...entries].map(({ key }) => key));
  if (keys.size < wanted.length + entries.length) throw new RangeError('a row is taken twice');
  if (keys.size > MOST_ENTRIES) throw new RangeError(`more than ${MOST_ENTRIES} rows at once`);
  return wanted;
}
