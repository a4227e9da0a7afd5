import Keyv from 'keyv';
import { describe, expect, it } from 'vitest';
import { createForgetting } from '../../src/core/forgetting/forget.ts';
import { branchOf } from '../../src/core/turn/past/branches.ts';
import { createBooks } from '../../src/store/books/books.ts';
import { createAttachments } from '../../src/store/files/attachments.ts';
import { usedKey } from '../../src/store/keys.ts';
import { createKeyvStore } from '../../src/store/keyv-store.ts';
import { createVault, parseKeyRing } from '../../src/store/secrets/vault.ts';
import { createForgottenMarks } from '../../src/store/tables/forgotten-marks.ts';
import { createSettings } from '../../src/store/tables/settings.ts';
import { createTranscripts } from '../../src/store/tables/transcripts.ts';
import { messageOf, queueOn } from '../fixtures.ts';

const URL_A = 'https://a.example/v1';
const file = { id: 'f', name: 'f.txt', type: 'text/plain', size: 4 };

async function setUp() {
  const store = createKeyvStore(new Keyv());
  const transcripts = createTranscripts(store);
  const attachments = createAttachments(store);
  const queue = queueOn(store);
  const vault = createVault(parseKeyRing(`a:${Buffer.alloc(32, 1).toString('base64')}`));
  const settings = createSettings(store, vault);
  const marks = createForgottenMarks(store);
  const books = createBooks({ store, isPersonal: () => false });
  const stopped: string[] = [];
  queue.run(async ({ id, conversation }, { signal }) => {
    if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve));
    stopped.push(`${conversation} ${id}`);
    return 'done';
  });
  async function say(conversation: string, id: string) {
    await attachments.put(conversation, file, Buffer.from('text'));
    await attachments.claim(conversation, [file.id], { tenant: 't:1', person: 'ada' });
    const place = { conversation, lane: conversation, attachments: [file] };
    await queue.accept(messageOf(id, `said ${id}`, place));
  }
  const forgetting = createForgetting({ notes: [], queue, transcripts, attachments, settings, books, marks });
  return { store, transcripts, attachments, queue, settings, books, marks, stopped, say, forgetting };
}

describe('forgetting', () => {
  it('a conversation stops what runs in it, and leaves nothing of it and all of the others', async () => {
    const { store, transcripts, attachments, queue, stopped, say, forgetting } = await setUp();
    for (const conversation of ['t:1:a', 't:1:a:thread']) await say(conversation, '1');
    await forgetting.conversation('t:1:a');
    await expect.poll(() => stopped).toEqual(['t:1:a 1']);
    expect(await transcripts.find('t:1:a', '1')).toBeUndefined();
    expect(await store.keys('t|')).toHaveLength(1);
    for (const row of ['head', 'file', 'files']) {
      expect((await store.keys(`${row}|t:1:a`)).filter((key) => !key.includes('thread'))).toEqual([]);
    }
    expect(await transcripts.find('t:1:a:thread', '1')).toBeDefined();
    expect(await attachments.get('t:1:a:thread', 'f')).toBeDefined();
    await queue.stop(0);
  });

  it('a conversation takes all its branches along, with their files and what runs in them', async () => {
    const { store, transcripts, queue, stopped, say, forgetting } = await setUp();
    const trunk = 't:1:00000000-0000-4000-8000-000000000000';
    const [a, b] = ['a', 'b'].map((digit) =>
      branchOf(trunk, `${digit.repeat(8)}-0000-4000-8000-000000000000`),
    );
    await say(trunk, '1');
    for (const [branch = '', id] of [
      [a, '2'],
      [b, '3'],
    ] as const) {
      await transcripts.fork(branch, { conversation: trunk, seq: 0 });
      await say(branch, id);
    }
    await forgetting.conversation(trunk);
    await expect.poll(() => stopped.toSorted()).toEqual([`${trunk} 1`, `${a} 2`, `${b} 3`]);
    for (const row of ['t|', 'head|', 'file|', 'files|', 'branches|'])
      expect(await store.keys(row)).toEqual([]);
    await queue.stop(0);
  });

  it('a tenant leaves nothing of it, and all of one whose id begins with the same', async () => {
    const { store, transcripts, queue, settings, marks, stopped, say, forgetting } = await setUp();
    await marks.change('t:1:a', { history: { at: 1 } });
    for (const conversation of ['t:1:a', 't:1:b', 't:10:a']) await say(conversation, '1');
    for (const tenant of ['t:1', 't:10']) {
      await settings.setKey(tenant, URL_A, 'sk-canary');
      await settings.change(tenant, { persona: 'kind' });
    }
    await forgetting.tenant('t:1');
    await expect.poll(() => stopped.toSorted()).toEqual(['t:1:a 1', 't:1:b 1']);
    expect(await settings.read('t:1')).toEqual({ keys: {} });
    expect(await settings.key('t:1', URL_A)).toBeUndefined();
    // The ids of messages stay for a day, so that none is answered that is delivered again.
    const left = (await store.keys('')).filter((key) => key.includes('t:1:') || key.endsWith('t:1'));
    expect(left).toEqual([]);
    expect(await store.keys('t|')).toHaveLength(1);
    expect(await transcripts.find('t:10:a', '1')).toBeDefined();
    expect(await settings.key('t:10', URL_A)).toBe('sk-canary');
    await queue.stop(0);
  });

  it('a tenant leaves its sums in the books, without people, and its people in those of others', async () => {
    const { store, queue, books, forgetting } = await setUp();
    const booked = ['t:1', 't:10'].map((tenant) => ({
      day: '2026-11-30',
      tenant,
      person: 'ada',
      model: 'm',
      kind: 'answer' as const,
      payer: 'operator' as const,
    }));
    await store.take(
      booked.map((row) => ({ key: usedKey(row), add: { requests: 2, cost: 7 } })),
      [],
    );
    await forgetting.tenant('t:1');
    const people = (await books.all()).map(({ tenant, person, cost }) => [tenant, person, cost]);
    expect(people.sort()).toEqual([
      ['t:1', '', 7],
      ['t:10', 'ada', 7],
    ]);
    await queue.stop(0);
  });

  it('one message stops its turn, and takes it and its files out of the conversation', async () => {
    const { transcripts, attachments, queue, stopped, say, forgetting } = await setUp();
    await say('t:1:a', '1');
    await forgetting.message('t:1:a', '1');
    await forgetting.message('t:1:a', '1');
    await forgetting.message('t:1:a', 'never there');
    await expect.poll(() => stopped).toEqual(['t:1:a 1']);
    expect(await transcripts.find('t:1:a', '1')).toBeUndefined();
    expect(await attachments.get('t:1:a', 'f')).toBeUndefined();
    expect(await queue.accept(messageOf('1', 'again', { conversation: 't:1:a' }))).toBe('seen');
    await queue.stop(0);
  });

  it.each(['while the conversation is gone through', 'after it was'])(
    'what somebody said takes it out of what others quote, and loses no answer that ends %s',
    async (when) => {
      const store = createKeyvStore(new Keyv());
      const transcripts = createTranscripts(store);
      const queue = queueOn(store);
      const secret = 'a sentence that is to be forgotten';
      const quotes = [{ from: 'Ada', text: secret }];
      const place = { conversation: 't:1:a', lane: 't:1:a', tenant: 't:1' };
      const said = { ...place, author: { id: 'bob', name: 'Bob' }, quotes };
      const before = { text: 'before', attachments: [], quotes };
      const own = messageOf('1', secret, { ...place, author: { id: 'ada', name: 'Ada' } });
      await transcripts.append('t:1:a', { message: own, answer: 'yes', end: 'stop' });
      const isBegun = Promise.withResolvers<void>();
      const isToEnd = Promise.withResolvers<void>();
      const hasEnded = Promise.withResolvers<void>();
      queue.run(async (message, run) => {
        isBegun.resolve();
        await isToEnd.promise;
        await run.keep({ message, answer: 'the answer', end: 'stop' });
        hasEnded.resolve();
        return 'done';
      });
      await queue.accept(messageOf('2', 'what about it?', { ...said, before }));
      await isBegun.promise;
      const endAnswer = async () => {
        isToEnd.resolve();
        await hasEnded.promise;
      };
      const held: typeof transcripts = {
        ...transcripts,
        async read(...options) {
          const page = await transcripts.read(...options);
          const isAfterRemoval = !page.turns.some(({ message }) => message.id === '1');
          if (isAfterRemoval && when.startsWith('while')) await endAnswer();
          return page;
        },
      };
      const forgetting = createForgetting({
        notes: [],
        queue,
        transcripts: held,
        attachments: createAttachments(store),
        settings: createSettings(
          store,
          createVault(parseKeyRing(`a:${Buffer.alloc(32, 1).toString('base64')}`)),
        ),
        books: createBooks({ store, isPersonal: () => false }),
        marks: createForgottenMarks(store),
      });
      await forgetting.saidBy('ada', 't:1', {
        id: 't:1:a',
        kind: 'conversation',
        isShared: true,
        part: (conversation) => (conversation === 't:1:a' ? {} : undefined),
      });
      await endAnswer();
      expect(await transcripts.find('t:1:a', '2')).toMatchObject({ answer: 'the answer', end: 'stop' });
      expect(JSON.stringify(await store.readMany(await store.keys('')))).not.toContain(secret);
      await queue.stop(0);
    },
  );
});
