/** The list of conversations: in its order, a page at a time, and with what an earlier Parley wrote. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Keyv from 'keyv';
import { describe, expect, it } from 'vitest';
import type { ConversationEntry, ConversationPage } from '../../src/core/storage.ts';
import { createKeyvStore } from '../../src/store/keyv-store.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/store.ts';
import { createConversationLists, MOST_CONVERSATIONS } from '../../src/store/tables/conversation-lists.ts';

const entry = (at: number, more: Partial<ConversationEntry> = {}): ConversationEntry => ({
  id: `c${at}`,
  title: `Title ${at}`,
  at,
  ...more,
});
const ids = (entries: ConversationEntry[]) => entries.map(({ id }) => id);

/** Counts the rows that calls write and read. */
function counting(store: Store) {
  const counts = { rows: 0 };
  const counted: Store = {
    ...store,
    exclusive: (name, task) =>
      store.exclusive(name, (rows) =>
        task({
          ...rows,
          write: (entries) => {
            counts.rows += entries.length;
            return rows.write(entries);
          },
        }),
      ),
  };
  return { counted, counts };
}

describe('a list of conversations', () => {
  it('is read a page at a time, pinned ones first, without the archived ones', async () => {
    const lists = createConversationLists(createKeyvStore(new Keyv()));
    for (let at = 1; at <= 7; at++) await lists.add('t', entry(at));
    await lists.change('t', 'c2', () => ({ pinned: true }));
    await lists.change('t', 'c6', () => ({ archived: true }));
    const read: string[][] = [];
    for (let after: string | undefined = ''; after !== undefined; ) {
      const page: ConversationPage = await lists.page('t', { limit: 4, after });
      read.push(ids(page.entries));
      after = page.next;
    }
    expect(read.flat()).toEqual(['c2', 'c7', 'c5', 'c4', 'c3', 'c1']);
    expect(read.length).toBeGreaterThan(1);
    expect(ids((await lists.page('t', { limit: 4, archived: true })).entries)).toEqual(['c6']);
    expect(ids(await lists.list('t')).sort()).toEqual(['c1', 'c2', 'c3', 'c4', 'c5', 'c6', 'c7']);
  });

  it('moves a conversation that is written to, and keeps each in it once', async () => {
    const lists = createConversationLists(createKeyvStore(new Keyv()));
    for (let at = 1; at <= 3; at++) await lists.add('t', entry(at));
    await lists.change('t', 'c1', () => ({ at: 9 }));
    await lists.change('t', 'c1', () => ({ at: 1 }));
    await lists.change('t', 'c1', () => ({ at: 9 }));
    await lists.remove('t', 'c2');
    expect(ids(await lists.list('t'))).toEqual(['c1', 'c3']);
    expect(await lists.count('t')).toBe(2);
    expect(await lists.change('t', 'c2', () => ({ at: 1 }))).toBeUndefined();
  });

  it('is never that of another person whose id begins alike', async () => {
    const lists = createConversationLists(createKeyvStore(new Keyv()));
    await lists.add('web:a', entry(1));
    await lists.add('web:ab', entry(2));
    expect(ids(await lists.list('web:a'))).toEqual(['c1']);
    expect(await lists.find('web:a', 'c2')).toBeUndefined();
    expect((await lists.tenants()).sort()).toEqual(['web:a', 'web:ab']);
    await lists.remove('web:a', 'c1');
    await expect.poll(() => lists.tenants()).toEqual(['web:ab']);
  });

  it('takes no more than a person may have', async () => {
    const store = createKeyvStore(new Keyv());
    const lists = createConversationLists(store);
    await lists.add('t', entry(1));
    await store.write([{ key: 'conversation-count|t', value: { count: MOST_CONVERSATIONS } }]);
    expect(await lists.add('t', entry(1))).toBe('added');
    expect(await lists.add('t', entry(2))).toBe('full');
  });

  it('writes as few rows with thousands of conversations as with three', async () => {
    const { counted, counts } = counting(
      await openStore(`sqlite://${join(mkdtempSync(join(tmpdir(), 'lists-')), 's.sqlite')}`),
    );
    const lists = createConversationLists(counted);
    const costs = async (at: number) => {
      counts.rows = 0;
      await lists.add('t', entry(at));
      await lists.change('t', `c${at}`, () => ({ title: 'Other', at: at + 0.5 }));
      return counts.rows;
    };
    for (let at = 1; at <= 3; at++) await lists.add('t', entry(at));
    const few = await costs(10_000);
    for (let at = 4; at <= 2_000; at++) await lists.add('t', entry(at));
    expect(await costs(20_000)).toBe(few);
    expect(ids((await lists.page('t', { limit: 2 })).entries)).toEqual(['c20000', 'c10000']);
    await counted.close();
  });
});

describe('the list of an earlier Parley', () => {
  const old = Array.from({ length: 250 }, (_, i) => entry(250 - i));

  it.each(['find', 'page', 'list', 'count', 'add', 'change', 'remove'] as const)(
    'is taken up whole by the first call, here %s',
    async (call) => {
      const store = await openStore(`sqlite://${join(mkdtempSync(join(tmpdir(), 'lists-')), 's.sqlite')}`);
      await store.write([{ key: 'conversations|t', value: old }]);
      const lists = createConversationLists(store);
      expect(await lists.tenants()).toEqual(['t']);
      if (call === 'find') expect(await lists.find('t', 'c7')).toEqual(entry(7));
      if (call === 'page')
        expect(ids((await lists.page('t', { limit: 2 })).entries)).toEqual(['c250', 'c249']);
      if (call === 'list') expect(await lists.list('t')).toEqual(old);
      if (call === 'count') expect(await lists.count('t')).toBe(250);
      if (call === 'add') expect(await lists.add('t', entry(7))).toBe('added');
      if (call === 'change') await lists.change('t', 'c7', () => ({ title: 'New' }));
      if (call === 'remove') await lists.remove('t', 'c1');
      expect(await lists.count('t')).toBe(call === 'remove' ? 249 : 250);
      await expect.poll(() => store.keys('conversations|')).toEqual([]);
      await store.close();
    },
  );

  it('is taken up again with what the earlier Parley added since', async () => {
    const lists = createKeyvStore(new Keyv());
    await lists.write([{ key: 'conversations|t', value: [entry(2), entry(1)] }]);
    const today = createConversationLists(lists);
    await today.change('t', 'c1', () => ({ title: 'Renamed' }));
    await lists.write([{ key: 'conversations|t', value: [entry(3), entry(1)] }]);
    expect(ids(await today.list('t'))).toEqual(['c3', 'c2', 'c1']);
    expect((await today.find('t', 'c1'))?.title).toBe('Renamed');
    expect(await today.count('t')).toBe(3);
  });
});
