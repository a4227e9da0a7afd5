import Keyv from 'keyv';
import { describe, expect, it } from 'vitest';
import { createAttachments } from '../../src/store/attachments.ts';
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
