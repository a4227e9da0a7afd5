/** What every store must do. Each implementation's test calls this with a way to open an empty one. */
import { afterEach, describe, expect, it } from 'vitest';
import type { Store } from '../../src/store/open.ts';

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

    it('refuses to split what must be written at once', async () => {
      const store = await openOne();
      const many = Array.from({ length: 250 }, (_, i) => ({ key: `k${i}`, value: i }));
      await expect(store.write(many)).rejects.toThrow();
      expect(await store.read('k0')).toBeUndefined();
    });
  });
}
