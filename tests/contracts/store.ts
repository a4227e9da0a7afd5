/** The contract of every store. Each implementation's test calls this with a function that opens an empty one. */
import { afterEach, describe, expect, it } from 'vitest';
import type { Rows, Store } from '../../src/store/store.ts';
import { testCounters } from './counters.ts';

/** @param openTwo two processes' ways to one store, where several may work on it */
export function testStore(
  name: string,
  open: () => Promise<Store>,
  openTwo: () => Promise<[Store, Store]> = async () => {
    const store = await open();
    return [store, store];
  },
): void {
  describe(`store contract: ${name}`, () => {
    const opened = new Set<Store>();
    const openPair = async () => {
      const pair = await openTwo();
      for (const store of pair) opened.add(store);
      return pair;
    };
    const openOne = async () => {
      const store = await open();
      opened.add(store);
      return store;
    };
    afterEach(async () => {
      for (const store of opened) await store.close();
      opened.clear();
    });

    it('reads what was written, and nothing where nothing was', async () => {
      const store = await openOne();
      await store.write([{ key: 'a', value: { deep: ['ä', 1, null] } }]);
      expect(await store.read('a')).toEqual({ deep: ['ä', 1, null] });
      expect(await store.read('b')).toBeUndefined();
    });

    it('reads many in the order asked for, with gaps', async () => {
      const store = await openOne();
      await store.write([
        { key: 'a', value: 1 },
        { key: 'c', value: 3 },
      ]);
      expect(await store.readMany(['c', 'b', 'a'])).toEqual([3, undefined, 1]);
      expect(await store.readMany([])).toEqual([]);
    });

    it('replaces a value', async () => {
      const store = await openOne();
      await store.write([{ key: 'a', value: 1 }]);
      await store.write([{ key: 'a', value: 2 }]);
      expect(await store.read('a')).toBe(2);
    });

    it('removes what is named and leaves the rest', async () => {
      const store = await openOne();
      await store.write([
        { key: 'a', value: 1 },
        { key: 'a%', value: 2 },
        { key: 'A', value: 3 },
      ]);
      await store.remove(['a', 'never-there']);
      await store.remove([]);
      expect(await store.readMany(['a', 'a%', 'A'])).toEqual([undefined, 2, 3]);
    });

    it('forgets an entry after its time', async () => {
      const store = await openOne();
      await store.write([
        { key: 'short', value: 1, ttl: 1 },
        { key: 'long', value: 1, ttl: 60_000 },
      ]);
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(await store.readMany(['short', 'long'])).toEqual([undefined, 1]);
    });

    it('hands entries on as they were written, with the time they have left', async () => {
      const store = await openOne();
      await store.write([
        { key: 'a', value: { deep: [1] } },
        { key: 'b', value: null },
        { key: 'c', value: 'c', ttl: 60_000 },
        { key: 'd', value: 'd', ttl: 1 },
      ]);
      await new Promise((resolve) => setTimeout(resolve, 20));
      const entries = await store.entries(['c', 'b', 'd', 'a', 'never-there']);
      expect(entries).toEqual([
        { key: 'c', value: 'c', ttl: expect.any(Number) },
        { key: 'b', value: null },
        { key: 'a', value: { deep: [1] } },
      ]);
      expect(entries[0]?.ttl).toBeGreaterThan(50_000);
      expect(entries[0]?.ttl).toBeLessThan(60_000);
      expect(await store.entries([])).toEqual([]);
    });

    it('lists the keys that begin with a prefix, in order, and no other', async () => {
      const store = await openOne();
      const wanted = ['head|a:', 'head|a:1', 'head|a:ß', 'head|a:🐈'];
      const others = ['head|a', 'head|A:1', 'head|b:1', 'head|aa:1', 'head|a%', 'xhead|a:1', 'turn|a:1'];
      await store.write([...others, ...wanted].map((key) => ({ key, value: 1 })));
      expect(await store.keys('head|a:')).toEqual(wanted);
      expect(await store.keys('head|none:')).toEqual([]);
    });

    it('takes what patterns are made of for itself in a prefix', async () => {
      const store = await openOne();
      const all = ['a%b:1', 'a_b:1', 'a*b:1', 'axb:1', "a'b:1", 'a"b:1', 'a\\b:1'];
      await store.write(all.map((key) => ({ key, value: 1 })));
      for (const key of all) expect(await store.keys(key.slice(0, -1))).toEqual([key]);
    });

    it('lists more keys than it reads at once, without gap or repeat, and none that has gone', async () => {
      const store = await openOne();
      const keys = Array.from({ length: 1_200 }, (_, i) => `k|${String(i).padStart(5, '0')}`);
      for (let i = 0; i < keys.length; i += 200) {
        await store.write(keys.slice(i, i + 200).map((key) => ({ key, value: 1 })));
      }
      await store.write([{ key: 'k|expired', value: 1, ttl: 1 }]);
      await store.remove([keys[700] ?? '']);
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(await store.keys('k|')).toEqual(keys.filter((_, i) => i !== 700));
    });

    it('refuses to split what must be written at once', async () => {
      const store = await openOne();
      const many = Array.from({ length: 250 }, (_, i) => ({ key: `k${i}`, value: i }));
      await expect(store.write(many)).rejects.toThrow();
      expect(await store.read('k0')).toBeUndefined();
    });

    it('takes the last of two values for one key', async () => {
      const store = await openOne();
      await store.write([
        { key: 'a', value: 1 },
        { key: 'b', value: 1 },
        { key: 'a', value: 2 },
      ]);
      expect(await store.readMany(['a', 'b'])).toEqual([2, 1]);
    });

    it('holds any text as key and value, NUL and broken surrogates included', async () => {
      const store = await openOne();
      const odd = ['a\0b', 'a\\0000b', 'a\\b', 'a\u2028b', ':colon', '"quote"'];
      for (const text of [...odd, 'half \ud83d', '\udc08 other']) {
        await store.write([{ key: `value|${text}`, value: { text } }]);
        expect(await store.read(`value|${text}`)).toEqual({ text });
      }
      for (const text of odd) expect(await store.keys(`value|${text}`)).toEqual([`value|${text}`]);
      await store.remove([`value|${odd[0]}`]);
      expect(await store.read(`value|${odd[0]}`)).toBeUndefined();
    });

    describe('exclusive', () => {
      const increment = (store: Store, key: string) =>
        store.exclusive(key, async (rows) => {
          const value = (await rows.read<number>(key)) ?? 0;
          await rows.write([{ key, value: value + 1 }]);
          return value + 1;
        });

      it('loses no change of many at once, wherever they are made', async () => {
        const stores = await openPair();
        const made = await Promise.all(
          Array.from({ length: 60 }, (_, i) => increment(stores[i % 2] as Store, `n${i % 3}`)),
        );
        expect(await stores[0].readMany(['n0', 'n1', 'n2'])).toEqual([20, 20, 20]);
        expect(made.sort((a, b) => a - b)).toEqual(
          Array.from({ length: 60 }, (_, i) => Math.floor(i / 3) + 1),
        );
      });

      it('runs tasks of one name in the order they were given', async () => {
        const store = await openOne();
        const order: number[] = [];
        await Promise.all([1, 2, 3, 4].map((i) => store.exclusive('name', async () => order.push(i))));
        expect(order).toEqual([1, 2, 3, 4]);
      });

      it('runs more tasks of different names at once than there are connections', async () => {
        const store = await openOne();
        await Promise.all(Array.from({ length: 100 }, (_, i) => increment(store, `n${i}`)));
        expect(await store.keys('n')).toHaveLength(100);
      });

      it('writes nothing where the task throws, throws that on, and goes on', async () => {
        const store = await openOne();
        await store.write([{ key: 'old', value: 1 }]);
        const mistake = new RangeError('a mistake of the task');
        await expect(
          store.exclusive('name', async (rows) => {
            await rows.write([{ key: 'new', value: 1 }]);
            await rows.remove(['old']);
            throw mistake;
          }),
        ).rejects.toBe(mistake);
        expect(await store.readMany(['new', 'old'])).toEqual([undefined, 1]);
        expect(await increment(store, 'old')).toBe(2);
      });

      it('writes nothing where it is too much for once', async () => {
        const store = await openOne();
        const tooMany = (rows: Rows) =>
          rows.write(Array.from({ length: 250 }, (_, i) => ({ key: `k${i}`, value: i })));
        await expect(store.exclusive('name', tooMany)).rejects.toThrow();
        expect(await store.keys('k')).toEqual([]);
      });

      it('reads what was written and removed before in the same task', async () => {
        const store = await openOne();
        await store.write([
          { key: 'a', value: 1 },
          { key: 'b', value: 1 },
        ]);
        const seen = await store.exclusive('name', async (rows) => {
          await rows.write([
            { key: 'a', value: 2 },
            { key: 'c', value: 2 },
          ]);
          await rows.remove(['b']);
          return [
            await rows.readMany(['a', 'b', 'c']),
            await rows.read('a'),
            await rows.hold('c'),
            await rows.hold('b'),
          ];
        });
        expect(seen).toEqual([[2, undefined, 2], 2, 2, undefined]);
        expect(await store.readMany(['a', 'b', 'c'])).toEqual([2, undefined, 2]);
      });

      it('shows nothing to others before it is done, and all of it then', async () => {
        const [store, other] = await openPair();
        await store.exclusive('name', async (rows) => {
          await rows.write([{ key: 'a', value: 1 }]);
          expect(await other.read('a')).toBeUndefined();
        });
        expect(await other.read('a')).toBe(1);
      });

      it('keeps the time an entry lasts', async () => {
        const store = await openOne();
        await store.exclusive('name', (rows) =>
          rows.write([
            { key: 'short', value: 1, ttl: 1 },
            { key: 'long', value: 1, ttl: 60_000 },
          ]),
        );
        await new Promise((resolve) => setTimeout(resolve, 20));
        expect(await store.readMany(['short', 'long'])).toEqual([undefined, 1]);
        await store.exclusive('name', async (rows) => {
          expect(await rows.read('short')).toBeUndefined();
          await rows.write([{ key: 'short', value: 2 }]);
        });
        expect(await store.read('short')).toBe(2);
      });

      it('tells one time to all, that does not run back', async () => {
        const [store, other] = await openPair();
        const times: number[] = [];
        for (const one of [store, other, store])
          times.push(await one.exclusive('name', async ({ now }) => now));
        expect(times.toSorted((a, b) => a - b)).toEqual(times);
        expect(Math.abs((times[0] ?? 0) - Date.now())).toBeLessThan(60_000);
      });
    });

    describe('counters', () => testCounters(openPair));

    it('tells every process, the one that tells included, until it no longer listens', async () => {
      const [store, other] = await openPair();
      const heard: string[][] = [[], []];
      const stops = [store, other].map((one, i) => one.onTold((topic) => heard[i]?.push(topic)));
      const topics = ['lane|a', 'ä\0🐈', ''];
      for (const topic of topics) store.tell(topic);
      other.tell('back');
      const all = [...topics, 'back'].sort();
      await expect.poll(() => heard.map((one) => one.toSorted())).toEqual([all, all]);
      for (const stop of stops) stop();
      store.tell('later');
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(heard[0]).toHaveLength(all.length);
    });
  });
}
