/** What every store must do. Each implementation's test calls this with a way to open an empty one. */
import { afterEach, describe, expect, it } from 'vitest';
import type { Store } from '../../src/store/store.ts';

export function testStore(name: string, open: () => Promise<Store>): void {
  describe(`store contract: ${name}`, () => {
    const opened: Store[] = [];
    const openOne = async () => {
      const store = await open();
      opened.push(store);
      return store;
    };
    afterEach(async () => {
      for (const store of opened.splice(0)) await store.close();
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
  });
}
