/** The contract of a store's counters. The suite of every store runs it. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Addition, Entry, Store } from '../../src/store/store.ts';

const BOUND = { fields: ['spent', 'reserved'], most: 100 };
const reserve = (key: string, n: number): Addition => ({ key, add: { reserved: n }, bounds: [BOUND] });
const range = (length: number) => Array.from({ length }, (_, i) => i);

/** @param openPair two processes' ways to one store */
export function testCounters(openPair: () => Promise<[Store, Store]>): void {
  it('begins at zero, adds field by field, and goes below zero', async () => {
    const [store] = await openPair();
    expect(await store.take([{ key: 'c', add: { a: 1 } }], [])).toBe(true);
    expect(await store.take([{ key: 'c', add: { a: -3, b: 2 } }], [])).toBe(true);
    await store.exclusive('n', async (rows) => rows.add([{ key: 'c', add: { b: 5, c: 0 } }]));
    expect(await store.read('c')).toEqual({ a: -2, b: 7, c: 0 });
    expect(await store.take([], [])).toBe(true);
  });

  it('adds large numbers exactly', async () => {
    const [store, other] = await openPair();
    const large = 2 ** 52 + 1;
    await store.take([{ key: 'c', add: { a: large } }], []);
    await other.exclusive('n', async (rows) => rows.add([{ key: 'c', add: { a: 2 ** 51 } }]));
    expect(await store.read('c')).toEqual({ a: large + 2 ** 51 });
  });

  it('lets as many of 200 at once through as fit, and not one more', async () => {
    const stores = await openPair();
    const taken = await Promise.all(
      range(200).map((i) =>
        stores[i % 2]?.take([reserve('a', 7), reserve('b', 3)], [{ key: `r|${i}`, value: { n: i } }]),
      ),
    );
    const through = taken.flatMap((isTaken, i) => (isTaken ? [`r|${i}`] : []));
    expect(through).toHaveLength(14);
    expect(await stores[0].readMany(['a', 'b'])).toEqual([{ reserved: 98 }, { reserved: 42 }]);
    expect(await stores[0].keys('r|')).toEqual(through.sort());
  });

  it('changes no row if one of several has no room', async () => {
    const [store] = await openPair();
    await store.take([{ key: 'b', add: { spent: 95 } }], []);
    expect(
      await store.take([reserve('a', 6), reserve('b', 6), reserve('c', 6)], [{ key: 'r', value: 1 }]),
    ).toBe(false);
    expect(await store.readMany(['a', 'b', 'c', 'r'])).toEqual([
      undefined,
      { spent: 95 },
      undefined,
      undefined,
    ]);
    expect(await store.take([reserve('a', 6), reserve('b', 5)], [{ key: 'r', value: 1 }])).toBe(true);
    expect(await store.readMany(['a', 'b', 'r'])).toEqual([{ reserved: 6 }, { spent: 95, reserved: 5 }, 1]);
  });

  it('refuses at once what is more than a bound by itself, and everything at a bound of 0', async () => {
    const [store] = await openPair();
    expect(await store.take([reserve('a', 101)], [])).toBe(false);
    const none = { key: 'a', add: { spent: 1 }, bounds: [{ fields: ['spent'], most: 0 }] };
    expect(await store.take([none], [])).toBe(false);
    expect(await store.keys('')).not.toContain('a');
  });

  it('holds each of several bounds of one counter, and a bound lowered below the sum', async () => {
    const [store] = await openPair();
    const both = (n: number) => [
      {
        key: 'a',
        add: { x: n, y: 1 },
        bounds: [
          { fields: ['x'], most: 10 },
          { fields: ['x', 'y', 'z'], most: 12 },
        ],
      },
    ];
    expect([
      await store.take(both(10), []),
      await store.take(both(1), []),
      await store.take(both(0), []),
    ]).toEqual([true, false, true]);
    expect(await store.take(both(0), [])).toBe(false);
    const lowered = { key: 'a', add: { x: 0 }, bounds: [{ fields: ['x'], most: 5 }] };
    expect(await store.take([lowered], [])).toBe(false);
    expect(await store.take([{ ...lowered, add: { x: -5 } }], [])).toBe(true);
  });

  it('counts the additions of one call to one counter together', async () => {
    const [store] = await openPair();
    expect(await store.take([reserve('a', 60), reserve('a', 60)], [])).toBe(false);
    expect(await store.take([reserve('a', 60), reserve('a', 40)], [])).toBe(true);
    await store.exclusive('n', async (rows) => {
      rows.add([{ key: 'a', add: { spent: 1 } }]);
      rows.add([{ key: 'a', add: { spent: 2, reserved: -100 } }]);
    });
    expect(await store.read('a')).toEqual({ spent: 3, reserved: 0 });
  });

  it('makes additions with the writes of a task, and neither if it throws', async () => {
    const [store, other] = await openPair();
    await store.exclusive('n', async (rows) => {
      rows.add([{ key: 'c', add: { a: 1 } }]);
      await rows.write([{ key: 'w', value: 1 }]);
      expect(await other.readMany(['c', 'w'])).toEqual([undefined, undefined]);
    });
    const fails = store.exclusive('n', async (rows) => {
      rows.add([{ key: 'c', add: { a: 1 } }]);
      throw new RangeError('a mistake of the task');
    });
    await expect(fails).rejects.toThrow(RangeError);
    expect(await other.readMany(['c', 'w'])).toEqual([{ a: 1 }, 1]);
  });

  it('loses no addition where tasks and takes come at once', async () => {
    const stores = await openPair();
    const of = (i: number) => stores[i % 2] as Store;
    const taken: boolean[] = [];
    await Promise.all(
      range(120).map(async (i) => {
        if (!(await of(i).take([reserve('b', 10), reserve('a', 10)], [{ key: `r|${i}`, value: 1 }]))) return;
        taken.push(true);
        await of(i + 1).exclusive(`n${i % 5}`, async (rows) => {
          rows.add(['a', 'b'].map((key) => ({ key, add: { spent: 1, reserved: -10 } })));
          await rows.remove([`r|${i}`]);
        });
      }),
    );
    const left = { spent: taken.length, reserved: 0 };
    expect(taken.length).toBeGreaterThanOrEqual(10);
    expect(await stores[0].readMany(['a', 'b'])).toEqual([left, left]);
    expect(await stores[0].keys('r|')).toEqual([]);
  });

  it('moves a counter that is held, and loses no addition that comes meanwhile', async () => {
    const [store, other] = await openPair();
    await store.take([{ key: 'from', add: { a: 1 } }], []);
    const added = range(40).map((i) => (i % 2 ? store : other).take([{ key: 'from', add: { a: 1 } }], []));
    await store.exclusive('move', async (rows) => {
      const { a = 0 } = (await rows.hold<Record<string, number>>('from')) ?? {};
      rows.add([
        { key: 'from', add: { a: -a } },
        { key: 'to', add: { a } },
      ]);
    });
    await Promise.all(added);
    const [from, to] = await store.readMany<{ a: number }>(['from', 'to']);
    expect((from?.a ?? 0) + (to?.a ?? 0)).toBe(41);
  });

  it('holds several counters at once, and lets none of them grow meanwhile', async () => {
    const [store, other] = await openPair();
    const keys = range(20).map((i) => `c${i}`);
    await store.take(
      keys.map((key) => ({ key, add: { a: 1 } })),
      [],
    );
    const added = range(60).map((i) => other.take([{ key: keys[i % 20] ?? '', add: { a: 1 } }], []));
    await store.exclusive('n', async (rows) => {
      const held = await Promise.all(keys.map((key) => rows.hold<{ a: number }>(key)));
      rows.add(held.map((one, i) => ({ key: `to${i}`, add: { a: one?.a ?? 0 } })));
      await rows.remove(keys);
    });
    await Promise.all(added);
    const left = await store.readMany<{ a: number }>([...keys, ...keys.map((_, i) => `to${i}`)]);
    expect(left.reduce((sum, one) => sum + (one?.a ?? 0), 0)).toBe(80);
  });

  it('begins a counter anew once it has expired, and keeps the time of its first addition', async () => {
    const [store] = await openPair();
    await store.take(
      [
        { key: 'short', add: { reserved: 99 }, ttl: 1 },
        { key: 'long', add: { a: 1 }, ttl: 60_000 },
      ],
      [],
    );
    await store.take([{ key: 'for ever', add: { a: 1 } }], [{ key: 'e', value: 1, ttl: 60_000 }]);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await store.read('short')).toBeUndefined();
    expect(await store.take([{ ...reserve('short', 2), ttl: 60_000 }], [])).toBe(true);
    for (const key of ['long', 'for ever']) await store.take([{ key, add: { a: 1 }, ttl: 3_600_000 }], []);
    const entries = await store.entries(['short', 'long', 'for ever', 'e']);
    expect(entries).toEqual([
      { key: 'short', value: { reserved: 2 }, ttl: expect.any(Number) },
      { key: 'long', value: { a: 2 }, ttl: expect.any(Number) },
      { key: 'for ever', value: { a: 2 } },
      { key: 'e', value: 1, ttl: expect.any(Number) },
    ]);
    for (const { ttl } of entries.filter((entry) => entry.ttl)) {
      expect(ttl).toBeGreaterThan(50_000);
      expect(ttl).toBeLessThan(61_000);
    }
  });

  it('refuses what is not whole, and rows that are named twice', async () => {
    const [store] = await openPair();
    const entry: Entry = { key: 'c', value: 1 };
    const whole: Addition = { key: 'c', add: { a: 1 } };
    for (const a of [0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]) {
      await expect(store.take([{ key: 'c', add: { a } }], [])).rejects.toThrow(RangeError);
      await expect(
        store.exclusive('n', async (rows) => rows.add([{ key: 'c', add: { a } }])),
      ).rejects.toThrow(RangeError);
    }
    await expect(store.take([whole], [entry])).rejects.toThrow(RangeError);
    await expect(
      store.exclusive('n', async (rows) => {
        await rows.write([entry]);
        rows.add([whole]);
      }),
    ).rejects.toThrow(RangeError);
    await expect(store.exclusive('n', async (rows) => rows.add([reserve('c', 1)]))).rejects.toThrow(
      RangeError,
    );
    expect(await store.read('c')).toBeUndefined();
  });

  it('does with any calls what a model does', async () => {
    const [store, other] = await openPair();
    let runs = 0;
    const fields = ['a', 'b', 'with "quotes" and ä'];
    const addition = fc.record({
      key: fc.constantFrom('x', 'y', 'z\0', 'ü|\\'),
      add: fc.dictionary(fc.constantFrom(...fields), fc.integer({ min: -5, max: 9 }), {
        noNullPrototype: true,
      }),
      bounds: fc.array(fc.record({ fields: fc.subarray(fields), most: fc.integer({ min: 0, max: 20 }) }), {
        maxLength: 2,
      }),
    });
    const call = fc.record({ additions: fc.array(addition, { maxLength: 4 }), isTake: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(call, { maxLength: 12 }), async (calls) => {
        const prefix = `${++runs}|`;
        const model = new Map<string, Record<string, number>>();
        for (const [i, { additions, isTake }] of calls.entries()) {
          const wanted = additions.map((one) => ({ ...one, key: prefix + one.key }));
          const next = new Map([...model].map(([key, value]) => [key, { ...value }]));
          for (const { key, add } of wanted) {
            const row = next.get(key) ?? {};
            for (const [field, n] of Object.entries(add)) row[field] = (row[field] ?? 0) + n;
            next.set(key, row);
          }
          const fits = wanted.every(({ key, bounds }) =>
            bounds.every(
              ({ fields: some, most }) =>
                some.reduce((sum, field) => sum + (next.get(key)?.[field] ?? 0), 0) <= most,
            ),
          );
          const through = i % 2 ? store : other;
          if (isTake) expect(await through.take(wanted, [])).toBe(fits);
          else
            await through.exclusive('n', async (rows) =>
              rows.add(wanted.map(({ key, add }) => ({ key, add }))),
            );
          if (fits || !isTake) for (const [key, value] of next) model.set(key, value);
        }
        const keys = await store.keys(prefix);
        expect(new Map((await store.readMany(keys)).map((value, i) => [keys[i], value]))).toEqual(model);
      }),
      { numRuns: 60 },
    );
  });
}
