/** The texts of documents, which are kept beside their files. */
import Keyv from 'keyv';
import { describe, expect, it } from 'vitest';
import { createAttachments } from '../../src/store/files/attachments.ts';
import { createKeyvStore } from '../../src/store/keyv-store.ts';

const ADA = { tenant: 't', person: 'ada' };
const pdf = (id: string) => ({ id, type: 'application/pdf' });
const BYTES = Buffer.from('%PDF');

async function setUp(...ids: string[]) {
  const store = createKeyvStore(new Keyv());
  const attachments = createAttachments(store);
  for (const id of ids)
    await attachments.put('c', { id, name: `${id}.pdf`, type: 'application/pdf', size: 4 }, BYTES);
  await attachments.claim('c', ids, ADA);
  return { store, attachments };
}

describe('attachments with the texts of documents', () => {
  const paper = { id: 'a', name: 'a.pdf', type: 'application/pdf', size: 4, text: 9 };
  const LARGE = Buffer.alloc(900_000, 'text ');
  const rowsOf = async (store: { keys(prefix: string): Promise<string[]> }) => [
    ...(await store.keys('kept|')),
    ...(await store.keys('file')),
  ];

  it.each([['small', Buffer.from('its words')] as const, ['large', LARGE] as const])(
    'have a %s one beside them, which goes with them',
    async (_, text) => {
      const { store, attachments } = await setUp('a', 'b');
      expect(await attachments.text('c', pdf('a'))).toBeUndefined();
      await attachments.keepText('c', paper, text, ADA);
      const found = await attachments.text('c', pdf('a'));
      expect(found?.attachment).toMatchObject({ id: 'a', text: 9 });
      expect(found?.bytes.equals(text.subarray(0, 393_216))).toBe(true);
      expect((await attachments.get('c', 'a'))?.bytes).toEqual(BYTES);
      const rows = await store.entries(await store.keys('file|'));
      expect(rows.filter(({ ttl }) => ttl !== undefined)).toEqual([]);
      await attachments.remove('c', ['a']);
      expect(await attachments.text('c', pdf('a'))).toBeUndefined();
      expect((await rowsOf(store)).filter((key) => key.includes('|c|a'))).toEqual([]);
      expect(await attachments.get('c', 'b')).toBeDefined();
    },
  );

  it('leave nothing where their conversation is forgotten', async () => {
    const { store, attachments } = await setUp('a');
    await attachments.keepText('c', paper, LARGE, ADA);
    await attachments.forget('c');
    expect(await rowsOf(store)).toEqual([]);
  });

  it('keep none that comes once they are gone, or while they go', async () => {
    const { store, attachments } = await setUp('a');
    const slow = createAttachments({
      ...store,
      // The document is forgotten as soon as its text is written.
      async write(entries) {
        await store.write(entries);
        if (entries.some(({ key }) => key === 'file|c|a.text')) await attachments.remove('c', ['a']);
      },
    });
    await slow.keepText('c', paper, LARGE, ADA);
    await attachments.keepText('c', paper, LARGE, ADA);
    expect(await rowsOf(store)).toEqual([]);
  });

  it('count in the quotas with them', async () => {
    const { store } = await setUp();
    const attachments = createAttachments(store, { perPerson: 1_000_000, perTenant: 10_000_000 });
    for (const id of ['a', 'b']) {
      await attachments.put('c', { ...paper, id }, BYTES);
      await attachments.claim('c', [id], ADA);
      await attachments.keepText('c', { ...paper, id }, LARGE, ADA);
    }
    expect(await attachments.text('c', pdf('a'))).toBeUndefined();
    expect(await attachments.text('c', pdf('b'))).toBeDefined();
  });
});
