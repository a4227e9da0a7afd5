/** Retention deletes everything that is older than it may be kept, and nothing else. */

import { setTimeout as sleep } from 'node:timers/promises';
import Keyv from 'keyv';
import pino from 'pino';
import { describe, expect, it } from 'vitest';
import { waitFor } from '../../lab/counterparts/wait-for.ts';
import { StoreError } from '../../src/core/errors.ts';
import { createRetention } from '../../src/core/forgetting/retention.ts';
import type { Leases } from '../../src/core/platform.ts';
import { ownerOf } from '../../src/core/turn/queue-with-files.ts';
import type { Message } from '../../src/core/types.ts';
import { createAttachments } from '../../src/store/files/attachments.ts';
import { createKeyvStore } from '../../src/store/keyv-store.ts';
import { createLocalLeases } from '../../src/store/leases/leases.ts';
import { createVault, parseKeyRing } from '../../src/store/secrets/vault.ts';
import { createAdapterState } from '../../src/store/tables/adapter-state.ts';
import { createConversationLists } from '../../src/store/tables/conversation-lists.ts';
import { createSettings } from '../../src/store/tables/settings.ts';
import { createTranscripts } from '../../src/store/tables/transcripts.ts';
import { messageOf, queueOn } from '../fixtures.ts';

const DAY_MS = 24 * 3_600_000;

async function setUp(days: { historyDays?: number; filesDays?: number }) {
  const store = createKeyvStore(new Keyv());
  const transcripts = createTranscripts(store);
  const attachments = createAttachments(store);
  const conversations = createConversationLists(store);
  const settings = createSettings(
    store,
    createVault(parseKeyRing(`a:${Buffer.alloc(32, 1).toString('base64')}`)),
  );
  const queue = queueOn(store);
  const forgotten: string[] = [];
  const done: unknown[] = [];
  const leases: Leases = createLocalLeases();
  let swept = 0;
  const retention = createRetention({
    transcripts,
    attachments,
    conversations,
    settings,
    queue,
    notes: [{ remove: async (...turns) => void forgotten.push(...turns) }],
    state: createAdapterState(store, 'retention'),
    leases: {
      ...leases,
      async release(lease) {
        await leases.release(lease);
        swept++;
      },
    },
    historyDays: 0,
    filesDays: 0,
    ...days,
    erase: async () => {},
    log: pino({ level: 'info' }, { write: (line: string) => void done.push(JSON.parse(line)) }),
  });
  return {
    store,
    transcripts,
    attachments,
    conversations,
    settings,
    queue,
    forgotten,
    done,
    retention,
    /** A turn of so many days ago, with a file. */
    async said(conversation: string, id: string, daysAgo: number): Promise<Message> {
      const file = { id: `f${id}`, name: 'f', type: 'text/plain', size: 4 };
      const message = messageOf(id, `text ${id}`, {
        conversation,
        lane: conversation,
        tenant: conversation.split(':').slice(0, 2).join(':'),
        attachments: [file],
        at: Date.now() - daysAgo * DAY_MS,
      });
      await attachments.put(conversation, file, Buffer.from('text'));
      await attachments.claim(conversation, [file.id], ownerOf(message));
      await transcripts.append(conversation, { message, answer: 'a', end: 'stop' });
      return message;
    },
    ids: async (conversation: string) =>
      (await transcripts.read(conversation, { limit: 99 })).turns.map(({ message }) => message.id),
    async sweeps() {
      const before = swept;
      retention.soon();
      await waitFor(() => swept > before, { what: 'a sweep' });
      await retention.stop();
    },
  };
}

describe.concurrent('retention', () => {
  it('looks again where that is asked for while a sweep goes on', async () => {
    const set = await setUp({ historyDays: 0 });
    for (let i = 0; i < 60; i++) await set.said(`t:1:${i}`, '1', 2);
    await set.settings.change('t:1', { historyDays: 5 });
    set.retention.soon();
    // It has read the settings by now, and goes on for as long as it takes to look at sixty conversations.
    await sleep(800);
    await set.settings.change('t:1', { historyDays: 1 });
    set.retention.soon();
    await waitFor(async () => (await set.transcripts.list()).length === 0, { what: 'nothing to be left' });
    await set.retention.stop();
  });

  it('deletes old turns with their files, notes and rows, and leaves the others', async () => {
    const set = await setUp({ historyDays: 30 });
    for (let i = 0; i < 40; i++) await set.said('t:1:a', `${i}`, 60 - i);
    await set.said('t:2:gone', 'x', 31);
    await set.sweeps();
    expect(await set.ids('t:1:a')).toEqual(Array.from({ length: 10 }, (_, i) => `${30 + i + 1}`).slice(0, 9));
    expect(set.forgotten).toHaveLength(32);
    expect(await set.attachments.get('t:1:a', 'f30')).toBeUndefined();
    expect(await set.attachments.get('t:1:a', 'f31')).toBeDefined();
    expect(await set.transcripts.list('t:2')).toEqual([]);
    expect((await set.store.keys('')).filter((key) => key.includes('t:2'))).toEqual([]);
    expect(set.done).toEqual([expect.objectContaining({ turns: 32, files: 0 })]);
  });

  it('keeps a server’s history for fewer days where it chose so, and for no more', async () => {
    const set = await setUp({ historyDays: 30 });
    for (const tenant of ['t:1', 't:2', 't:3']) {
      await set.said(`${tenant}:a`, 'old', 40);
      await set.said(`${tenant}:a`, 'middle', 10);
    }
    await set.settings.change('t:1', { historyDays: 7 });
    await set.settings.change('t:2', { historyDays: 300 });
    await set.sweeps();
    expect(await Promise.all(['t:1:a', 't:2:a', 't:3:a'].map(set.ids))).toEqual([[], ['middle'], ['middle']]);
  });

  it('deletes nothing where nobody chose a number of days, and only where somebody did', async () => {
    const set = await setUp({});
    await set.said('t:1:a', 'old', 4_000);
    await set.said('t:2:a', 'old', 4_000);
    await set.settings.change('t:2', { historyDays: 7 });
    await set.sweeps();
    expect(await set.ids('t:1:a')).toEqual(['old']);
    expect(await set.ids('t:2:a')).toEqual([]);
  });

  it('leaves what is being answered, and what was said after it, for the next time', async () => {
    const set = await setUp({ historyDays: 30 });
    await set.said('t:1:a', 'before', 40);
    await set.said('t:1:a', 'again', 39);
    await set.said('t:1:a', 'after', 38);
    const { promise, resolve } = Promise.withResolvers<'done'>();
    set.queue.run(() => promise);
    await set.queue.retry('t:1:a', 'again');
    await set.sweeps();
    expect(await set.ids('t:1:a')).toEqual(['again', 'after']);
    expect(await set.attachments.get('t:1:a', 'fagain')).toBeDefined();
    resolve('done');
  });

  it('deletes files sooner than turns', async () => {
    const set = await setUp({ filesDays: 0.000_003 });
    await set.said('t:1:a', '1', 0);
    await sleep(400);
    await set.sweeps();
    expect(await set.ids('t:1:a')).toEqual(['1']);
    expect(await set.attachments.get('t:1:a', 'f1')).toBeUndefined();
    expect(await set.store.keys('kept|')).toEqual([]);
    expect(await set.store.keys('file')).toEqual([]);
  });

  it('takes a conversation off its list when its turns are gone, and none that has some', async () => {
    const set = await setUp({ historyDays: 30 });
    await set.said('web:x:old', '1', 40);
    await set.said('web:x:new', '1', 1);
    for (const [id, daysAgo] of Object.entries({ old: 40, new: 40, blank: 31, fresh: 1 }))
      await set.conversations.add('web:x', { id, title: `Title ${id}`, at: Date.now() - daysAgo * DAY_MS });
    await set.sweeps();
    expect((await set.conversations.list('web:x')).map(({ id }) => id).sort()).toEqual(['fresh', 'new']);
  });

  it('goes on past turns that were taken out', async () => {
    const set = await setUp({ historyDays: 30 });
    for (let i = 0; i < 40; i++) await set.said('t:1:a', `${i}`, 50);
    for (let i = 0; i < 40; i++) await set.transcripts.remove('t:1:a', `${i}`);
    await set.said('t:1:a', 'new', 1);
    await set.said('t:2:a', 'old', 31);
    await set.transcripts.remove('t:2:a', 'old');
    await set.sweeps();
    expect(await set.ids('t:1:a')).toEqual(['new']);
    expect(await set.transcripts.list('t:2')).toEqual([]);
  });

  it('counts files of Parley 0.1.0 for the quotas, and drops those that nothing refers to', async () => {
    const set = await setUp({});
    await set.said('t:1:a', '1', 5);
    const rows = await set.store.keys('kept|');
    await set.store.remove(rows);
    await set.store.write([
      { key: 'files|t:1:a', value: ['f1', 'refused'] },
      { key: 'file|t:1:a|refused', value: { attachment: {}, base64: '' } },
    ]);
    await set.sweeps();
    expect(await set.store.keys('kept|')).toHaveLength(1);
    expect(await set.store.keys('file|')).toEqual(['file|t:1:a|f1']);
    await set.attachments.forget('t:1:a');
    expect(await set.store.keys('kept|')).toEqual([]);
  });

  it('counts no files of Parley 0.1.0 while a turn is being answered, which may be the one that has them', async () => {
    const set = await setUp({});
    await set.said('t:1:a', '1', 5);
    await set.store.write([
      { key: 'files|t:1:a', value: ['f1', 'answered'] },
      { key: 'file|t:1:a|answered', value: { attachment: {}, base64: '' } },
    ]);
    const { promise, resolve } = Promise.withResolvers<'done'>();
    set.queue.run(() => promise);
    await set.queue.retry('t:1:a', '1');
    await set.sweeps();
    expect(await set.attachments.get('t:1:a', 'answered')).toBeDefined();
    expect(await set.attachments.uncounted()).toEqual(['t:1:a']);
    resolve('done');
  });

  it('deletes what is too old elsewhere where the files of one conversation cannot be counted', async () => {
    const set = await setUp({ historyDays: 3 });
    await set.said('t:1:a', 'old', 5);
    await set.said('t:1:b', 'kept', 1);
    await set.store.write([{ key: 'files|t:1:b', value: ['fkept'] }]);
    set.attachments.count = async () => {
      throw new StoreError('The store could not be reached.');
    };
    await set.sweeps();
    expect(await set.ids('t:1:a')).toEqual([]);
    expect(await set.ids('t:1:b')).toEqual(['kept']);
  });
});
