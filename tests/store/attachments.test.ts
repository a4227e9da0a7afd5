import Keyv from 'keyv';
import { describe, expect, it } from 'vitest';
import { createAttachments } from '../../src/store/attachments.ts';
import { createKeyvStore } from '../../src/store/keyv-store.ts';

const file = (id: string) => ({ id, name: `${id}.txt`, type: 'text/plain', size: 4 });
const BYTES = Buffer.from('text');

async function setUp(...ids: string[]) {
  const store = createKeyvStore(new Keyv());
  const attachments = createAttachments(store);
  for (const id of ids) await attachments.put('c', file(id), BYTES);
  await attachments.claim('c', ids);
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
    await attachments.claim('c:thread', ['a']);
    await attachments.remove('c', ['a']);
    await attachments.forget('c');
    expect(await attachments.get('c', 'b')).toBeUndefined();
    expect(await attachments.get('c:thread', 'a')).toBeDefined();
    expect(await store.keys('file|c|')).toEqual([]);
  });
});
