import Keyv from 'keyv';
import { describe, expect, it } from 'vitest';
import { createAttachments } from '../../src/store/files/attachments.ts';
import { keptKey } from '../../src/store/keys.ts';
import { createKeyvStore } from '../../src/store/keyv-store.ts';

const file = (id: string) => ({ id, name: `${id}.txt`, type: 'text/plain', size: 4 });
const ADA = { tenant: 't', person: 'ada' };
const BYTES = Buffer.from('text');

async function setUp(...ids: string[]) {
  const store = createKeyvStore(new Keyv());
  const attachments = createAttachments(store);
  for (const id of ids) await attachments.put('c', file(id), BYTES);
  await attachments.claim('c', ids, ADA);
  return { store, attachments };
}

describe('attachments', () => {
  it('that are removed are gone, and the others stay', async () => {
    const { attachments } = await setUp('a', 'b', 'c');
    await attachments.remove('c', ['a', 'c', 'never there']);
    await attachments.remove('c', []);
    expect(await attachments.get('c', 'a')).toBeUndefined();
    expect(await attachments.get('c', 'b')).toEqual({ attachment: file('b'), bytes: BYTES });
    expect(await attachments.get('c', 'c')).toBeUndefined();
  });

  it('are looked for in many conversations in one read', async () => {
    const { store, attachments } = await setUp('a');
    const many = Array.from({ length: 200 }, (_, i) => `c${i}`);
    const reads: number[] = [];
    const counting = createAttachments({
      ...store,
      read: () => Promise.reject(new Error('one by one')),
      readMany: (keys) => {
        reads.push(keys.length);
        return store.readMany(keys);
      },
    });
    expect(await counting.keeper(many, 'a')).toBeUndefined();
    expect(await counting.keeper([...many, 'c'], 'a')).toBe('c');
    expect(reads).toEqual([200, 201]);
    expect(await attachments.keeper([], 'a')).toBeUndefined();
  });

  it('are the same however large they are, once claimed and before, and leave nothing', async () => {
    const { store, attachments } = await setUp();
    const owner = { tenant: 't', person: 'ada' };
    for (const size of [0, 1, 393_216, 393_217, 2_000_001]) {
      const bytes = Buffer.from(Array.from({ length: size }, (_, i) => i % 251));
      const one = { ...file(`of ${size}`), size };
      await attachments.put('c', one, bytes, owner);
      expect((await attachments.get('c', one.id))?.bytes.equals(bytes)).toBe(true);
      await attachments.claim('c', [one.id], owner);
      expect((await attachments.get('c', one.id))?.bytes.equals(bytes)).toBe(true);
    }
    const rows = await store.entries(await store.keys('file|'));
    expect(rows.filter(({ ttl }) => ttl !== undefined)).toEqual([]);
    expect(Math.max(...rows.map(({ value }) => JSON.stringify(value).length))).toBeLessThan(600_000);
    await attachments.remove('c', ['of 2000001']);
    expect(await store.keys('file|c|of 2000001')).toEqual([]);
    await attachments.put('c', { ...file('unclaimed'), size: 900_000 }, Buffer.alloc(900_000));
    await attachments.forget('c');
    expect([...(await store.keys('kept|')), ...(await store.keys('file'))]).toEqual([]);
  });

  it('stay whole where claiming was cut short, once they are claimed again', async () => {
    const { store, attachments } = await setUp();
    const one = { ...file('large'), size: 2_000_001 };
    await attachments.put('c', one, Buffer.alloc(one.size));
    const fragile = createAttachments({
      ...store,
      exclusive: async (name, task) => {
        const result = await store.exclusive(name, task);
        if ((await store.entries(['file|c|large|2'])).some(({ ttl }) => ttl === undefined))
          throw new Error('cut short');
        return result;
      },
    });
    await expect(fragile.claim('c', ['large'], ADA)).rejects.toThrow('cut short');
    await attachments.claim('c', ['large'], ADA);
    const rows = await store.entries(await store.keys('file|'));
    expect(rows.map(({ ttl }) => ttl)).toEqual(rows.map(() => undefined));
    expect(await store.keys('kept|')).toHaveLength(1);
    expect((await attachments.get('c', 'large'))?.bytes).toHaveLength(one.size);
  });

  it('of another conversation stay where a conversation is forgotten', async () => {
    const { store, attachments } = await setUp('a', 'b');
    await attachments.put('c:thread', file('a'), BYTES);
    await attachments.claim('c:thread', ['a'], ADA);
    await attachments.remove('c', ['a']);
    await attachments.forget('c');
    expect(await attachments.get('c', 'b')).toBeUndefined();
    expect(await attachments.get('c:thread', 'a')).toBeDefined();
    expect(await store.keys('file|c|')).toEqual([]);
  });
});

describe('quotas', () => {
  const TENANT = 't:1';
  const limited = async (perPerson: number, perTenant: number) => {
    const store = createKeyvStore(new Keyv());
    const attachments = createAttachments(store, { perPerson, perTenant });
    return {
      store,
      attachments,
      async sends(person: string, conversation: string, ...ids: string[]) {
        for (const id of ids) await attachments.put(conversation, file(id), BYTES);
        await attachments.claim(conversation, ids, { tenant: TENANT, person });
        await new Promise((resolve) => setTimeout(resolve, 2));
      },
      kept: async () => (await store.keys('kept|')).map((key) => key.split('|').at(-1)).sort(),
    };
  };

  it('let a person’s oldest files go for new ones, in whichever conversation they are, and nobody else’s', async () => {
    const { attachments, sends, kept } = await limited(12, 1_000);
    await sends('bob', 't:1:a', 'b1');
    for (const [i, id] of ['1', '2', '3'].entries()) await sends('ada', `t:1:${i % 2}`, id);
    expect(await kept()).toEqual(['1', '2', '3', 'b1']);
    await sends('ada', 't:1:a', '4');
    expect(await kept()).toEqual(['2', '3', '4', 'b1']);
    expect(await attachments.get('t:1:0', '1')).toBeUndefined();
    expect(await attachments.get('t:1:a', '4')).toBeDefined();
  });

  it('let the oldest files of all people go where a tenant has too many', async () => {
    const { sends, kept } = await limited(8, 12);
    for (const person of ['ada', 'bob', 'eve', 'sam']) await sends(person, 't:1:a', person);
    expect(await kept()).toEqual(['bob', 'eve', 'sam']);
  });

  it('never let a message’s own files go for one another: what does not fit is kept for an hour', async () => {
    const { store, attachments, sends, kept } = await limited(8, 1_000);
    await sends('ada', 't:1:a', '1', '2', '3');
    expect(await kept()).toEqual(['1', '2']);
    expect(await attachments.get('t:1:a', '3')).toBeDefined();
    const [unclaimed] = await store.entries(['file|t:1:a|3']);
    expect(unclaimed?.ttl).toBeLessThanOrEqual(3_600_000);
  });

  it('count uploads that no message has claimed yet, once', async () => {
    const { attachments, kept } = await limited(8, 1_000);
    const owner = { tenant: TENANT, person: 'ada' };
    for (const id of ['1', '2', '3']) {
      await attachments.put('t:1:a', file(id), BYTES, owner);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    expect(await kept()).toEqual(['2', '3']);
    await attachments.claim('t:1:a', ['1', '2', '3'], owner);
    expect(await kept()).toEqual(['2', '3']);
    await attachments.forget('t:1:a');
    expect(await kept()).toEqual([]);
  });

  it('count nothing that is removed, and the same file of a conversation once', async () => {
    const { attachments, sends, kept } = await limited(8, 1_000);
    await sends('ada', 't:1:a', '1');
    await sends('ada', 't:1:a', '1');
    expect(await kept()).toEqual(['1']);
    await attachments.drop('t:1:a', ['1']);
    expect(await attachments.get('t:1:a', '1')).toBeDefined();
    await attachments.remove('t:1:a', ['1']);
    expect(await kept()).toEqual([]);
  });
});

describe('files of Parley 0.1.0', () => {
  const of = (id: string) => ({ tenant: 't', person: 'ada', attachment: file(id), at: 1 });

  /** A conversation as 0.1.0 kept it, with ids alone. */
  async function old(...ids: string[]) {
    const store = createKeyvStore(new Keyv());
    for (const id of ids)
      await store.write([{ key: `file|c|${id}`, value: { attachment: file(id), base64: '' } }]);
    await store.write([{ key: 'files|c', value: ids }]);
    return { store, attachments: createAttachments(store) };
  }

  it('are counted where a conversation has more of them than a store writes at once', async () => {
    const ids = Array.from({ length: 450 }, (_, i) => `f${i}`);
    const { store, attachments } = await old(...ids);
    expect(await attachments.uncounted()).toEqual(['c']);
    await attachments.count('c', ids.slice(0, 440).map(of));
    expect(await store.keys('kept|')).toHaveLength(440);
    expect(await store.keys('file|')).toHaveLength(440);
    expect(await attachments.uncounted()).toEqual([]);
    expect((await attachments.keptBefore(2)).files).toHaveLength(440);
  });

  it('are counted where a file is added, or removed, before they are', async () => {
    const { store, attachments } = await old('a', 'b', 'c');
    await attachments.put('c', file('new'), BYTES);
    await attachments.claim('c', ['new'], ADA);
    await attachments.remove('c', ['b']);
    expect(await attachments.uncounted()).toEqual(['c']);
    await attachments.count('c', ['a', 'c'].map(of));
    expect(await attachments.uncounted()).toEqual([]);
    expect((await attachments.keptBefore(2)).files.map(({ id }) => id).sort()).toEqual(['a', 'c']);
    expect(await attachments.get('c', 'new')).toBeDefined();
    expect(await store.keys('kept|')).toHaveLength(3);
    await attachments.forget('c');
    expect([...(await store.keys('kept|')), ...(await store.keys('file'))]).toEqual([]);
  });

  it('are counted to the end where that was cut short, and one of two turns once', async () => {
    const { store, attachments } = await old('a', 'b');
    await attachments.count('c', ['a', 'b', 'a'].map(of));
    const rows = await store.keys('kept|');
    expect(rows).toHaveLength(2);
    const [first = '', second = ''] = rows;
    await store.write([{ key: 'files|c', value: { a: first, b: '' } }]);
    await store.remove([second]);
    await attachments.count('c', ['a', 'b'].map(of));
    expect(await store.keys('kept|')).toEqual(rows);
    expect(await attachments.uncounted()).toEqual([]);
  });
});

describe('removing many files', () => {
  const MB = 2 ** 20;

  /** The megabytes of files that each statement removed, and the turns of the event loop before it. */
  async function watched(sizes: number[]) {
    const keyv = new Keyv();
    const store = createKeyvStore(keyv);
    const statements: { files: number; turns: number }[] = [];
    let turns = 0;
    const count = () => {
      turns++;
      turning = setImmediate(count);
    };
    let turning = setImmediate(count);
    const remove = keyv.deleteMany.bind(keyv);
    keyv.deleteMany = (keys) => {
      statements.push({ files: keys.filter((key) => key.startsWith('file|')).length, turns });
      return remove(keys);
    };
    const ids = sizes.map((_, i) => `f${i}`);
    const kept = sizes.map((size, i) => keptKey({ ...ADA, at: 1, size, conversation: 'c', id: `f${i}` }));
    for (const [i, id] of ids.entries())
      await store.write([
        { key: `file|c|${id}`, value: { attachment: file(id), base64: '' } },
        { key: kept[i] ?? '', value: 1 },
      ]);
    await store.write([
      { key: 'files|c', value: Object.fromEntries(ids.map((id, i) => [id, kept[i] ?? ''])) },
    ]);
    return { store, attachments: createAttachments(store), statements, stop: () => clearImmediate(turning) };
  }

  it.each([
    ['large ones', Array<number>(30).fill(3 * MB), 1],
    ['middling ones', Array<number>(30).fill(300_000), 3],
    ['small ones', Array<number>(900).fill(10), 200],
  ])('lets others have their turn between a few of them: %s', async (_, sizes, most) => {
    const { store, attachments, statements, stop } = await watched(sizes);
    await attachments.forget('c');
    stop();
    const removing = statements.filter(({ files }) => files > 0);
    expect(Math.max(...removing.map(({ files }) => files))).toBe(most);
    expect(new Set(removing.map(({ turns }) => turns)).size).toBe(removing.length);
    expect([...(await store.keys('kept|')), ...(await store.keys('file'))]).toEqual([]);
  });

  it('that no message has claimed goes one by one', async () => {
    const { store, attachments, statements, stop } = await watched([]);
    const owner = { tenant: 't:1', person: 'ada' };
    for (const id of ['a', 'b', 'c', 'd']) await attachments.put('t:1:c', file(id), BYTES, owner);
    await attachments.drop('t:1:c', ['a', 'b']);
    await attachments.forget('t:1:c');
    stop();
    expect(statements.map(({ files }) => files).filter((files) => files > 0)).toEqual([1, 1, 1, 1]);
    expect([...(await store.keys('kept|')), ...(await store.keys('file|'))]).toEqual([]);
  });
});
