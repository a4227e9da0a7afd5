/** Turns as rows: nothing is lost by leaving out what keys tell, and rows of Parley 0.1.0 are taken up. */
import Keyv from 'keyv';
import { describe, expect, it } from 'vitest';
import type { StoredTurn } from '../../src/core/storage.ts';
import { contextBytes } from '../../src/core/turn/context-size.ts';
import type { Message, Turn } from '../../src/core/types.ts';
import { type ChangeableRows, collected } from '../../src/store/changes.ts';
import { createKeyvStore } from '../../src/store/keyv-store.ts';
import type { Store } from '../../src/store/store.ts';
import { createTranscripts } from '../../src/store/tables/transcripts.ts';
import { pack, unpack } from '../../src/store/tables/turn-row.ts';
import { keepIn, messageOf, queueOn, turnOf } from '../fixtures.ts';

const CONVERSATION = 'discord:1:2';
const place = { conversation: CONVERSATION, lane: `${CONVERSATION}|ada`, tenant: 'discord:1' };
const turnIn = (id: string, rest: Partial<Turn> = {}): Turn => ({
  ...turnOf(id, rest),
  message: messageOf(id, `text ${id}`, place),
});

/** Writes turns as Parley 0.1.0 did. */
async function writeOld(store: Store, turns: Turn[]): Promise<StoredTurn[]> {
  let bytes = 0;
  const stored: StoredTurn[] = [];
  for (const [seq, turn] of turns.entries()) {
    stored.push({ ...turn, seq, offset: bytes });
    await store.write([
      { key: `turn|${CONVERSATION}|${seq}`, value: { ...turn, seq, offset: bytes } },
      { key: `message|${CONVERSATION}|${turn.message.id}`, value: seq },
    ]);
    bytes += contextBytes(turn);
  }
  await store.write([{ key: `head|${CONVERSATION}`, value: { v: 1, next: turns.length, bytes } }]);
  return stored;
}

async function oldTranscript(count = 3) {
  const store = createKeyvStore(new Keyv());
  const turns = Array.from({ length: count }, (_, i) =>
    turnIn(String(i), { answer: `answer ${i}`, end: 'stop' }),
  );
  const stored = await writeOld(store, turns);
  const oldRows = async () =>
    (await store.keys('')).filter((key) => /^(?:turn|message)\|/.test(key)).map((key) => key.split('|')[2]);
  return { store, stored, oldRows, transcripts: createTranscripts(store) };
}

describe('a turn', () => {
  const web = 'web:hash';
  const cases: [string, Partial<Message>, Partial<Turn>][] = [
    ['of a person’s lane in a channel', place, {}],
    ['of another lane', { ...place, lane: `${CONVERSATION}|thread` }, {}],
    ['of a lane that is no part of it', { ...place, lane: 'elsewhere' }, {}],
    ['of another tenant', { ...place, tenant: 'discord:@9' }, {}],
    [
      'on the page, where the person is the tenant',
      { conversation: `${web}:1`, lane: `${web}:1`, tenant: web, author: { id: web, name: '' } },
      {},
    ],
    [
      'with everything',
      {
        ...place,
        attachments: [{ id: 'f', name: 'f', type: 'text/plain', size: 1 }],
        quotes: [{ from: 'B', text: 'b' }],
        topic: 'A topic',
        before: { text: 'earlier', attachments: [] },
      },
      {
        usage: { input: 1, cached: 2, output: 3, reasoning: 0 },
        notice: 'n',
        omit: true,
        thoughts: 't',
        feedback: 'bad',
        model: 'm',
        end: 'stop',
      },
    ],
    [
      'with figures that a later version has',
      place,
      { usage: { input: 1, cached: 2, output: 3, reasoning: 0, later: 5 } as Turn['usage'] & object },
    ],
  ];

  it.each(cases)('is read as it was written: %s', (_, message, rest) => {
    const turn: StoredTurn = {
      ...turnOf('1', rest),
      message: messageOf('1', 'x', message),
      seq: 7,
      offset: 9,
    };
    const row = JSON.parse(JSON.stringify(pack(turn)));
    expect(unpack(turn.message.conversation, 7, row)).toEqual(turn);
  });
});

describe('a transcript of Parley 0.1.0', () => {
  it('is read, found and continued, and knows its messages again', async () => {
    const { transcripts, stored } = await oldTranscript();
    expect((await transcripts.read(CONVERSATION, { limit: 10 })).turns).toEqual(stored);
    expect(await transcripts.find(CONVERSATION, '1')).toEqual(stored[1]);
    expect(await transcripts.append(CONVERSATION, turnIn('1'))).toBe('seen');
    expect(await transcripts.append(CONVERSATION, turnIn('3'))).toBe('new');
    const { turns, more } = await transcripts.read(CONVERSATION, { limit: 2 });
    expect([turns.map(({ seq, message }) => `${seq} ${message.id}`), more]).toEqual([['2 2', '3 3'], true]);
    expect(await transcripts.oldest(CONVERSATION, 2)).toEqual({
      turns: stored.slice(0, 2),
      end: 2,
      isLast: false,
    });
  });

  it('has a turn written anew when it is answered again, rated, or gets another place', async () => {
    const { store, transcripts, oldRows, stored } = await oldTranscript();
    await transcripts.append(CONVERSATION, turnIn('3'));
    await keepIn(store)(CONVERSATION, turnIn('0', { answer: 'another', end: 'stop' }));
    await transcripts.rate(CONVERSATION, '1', 'good');
    expect((await oldRows()).sort()).toEqual(['2', '2']);
    expect((await transcripts.read(CONVERSATION, { limit: 4 })).turns).toMatchObject([
      { answer: 'another', seq: 0 },
      { ...stored[1], feedback: 'good' },
      { ...stored[2] },
      { seq: 3 },
    ]);
  });

  it('that waited for an answer is put in order with what is said now', async () => {
    const { store, transcripts, oldRows } = await oldTranscript(0);
    const old = turnIn('late');
    old.message.at = 2;
    await writeOld(store, [old]);
    const turns = [{ id: 'late', seq: 0, phase: 'waiting', attempts: 0, run: '', revision: 0 }];
    await store.write([
      {
        key: `lane|${CONVERSATION}|${CONVERSATION}|${place.lane}`,
        value: { v: 1, conversation: CONVERSATION, turns },
      },
    ]);
    const queue = queueOn(store);
    await queue.accept(messageOf('early', 'e', { ...place, at: 1 }));
    const read = await transcripts.read(CONVERSATION, { limit: 2 });
    expect(read.turns.map(({ message, seq }) => `${seq} ${message.id}`)).toEqual(['0 early', '1 late']);
    expect(await oldRows()).toEqual([]);
    expect(await transcripts.find(CONVERSATION, 'late')).toMatchObject({ seq: 1 });
    expect(await transcripts.append(CONVERSATION, old)).toBe('seen');
  });

  it('has turns taken out of it, and leaves no row when it is forgotten', async () => {
    const { store, transcripts } = await oldTranscript(300);
    await transcripts.append(CONVERSATION, turnIn('new'));
    await keepIn(store)(CONVERSATION, turnIn('5', { answer: 'another', end: 'stop' }));
    await transcripts.remove(CONVERSATION, '4');
    await transcripts.remove(CONVERSATION, '5');
    expect(await transcripts.find(CONVERSATION, '4')).toBeUndefined();
    expect(await transcripts.append(CONVERSATION, turnIn('4'))).toBe('seen');
    expect(JSON.stringify(await store.readMany(await store.keys('')))).not.toMatch(/"text [45]"/);
    await transcripts.forget(CONVERSATION);
    expect((await store.keys('')).filter((key) => !key.startsWith('m|'))).toEqual([]);
    for (const id of ['0', '4', '299', 'new'])
      expect(await transcripts.append(CONVERSATION, turnIn(id))).toBe('seen');
  });

  it('is appended to by Parley 0.1.0 again, and taken up again', async () => {
    const { store, transcripts } = await oldTranscript();
    await transcripts.append(CONVERSATION, turnIn('3'));
    // The way back: that version reads the head, knows none of the new rows, and writes its own.
    const bytes = 9_999;
    await store.write([
      { key: `turn|${CONVERSATION}|4`, value: { ...turnIn('4'), seq: 4, offset: bytes } },
      { key: `message|${CONVERSATION}|4`, value: 4 },
      { key: `head|${CONVERSATION}`, value: { v: 1, next: 5, bytes } },
    ]);
    await transcripts.append(CONVERSATION, turnIn('5'));
    const { turns } = await transcripts.read(CONVERSATION, { limit: 9 });
    expect(turns.map(({ message }) => message.id)).toEqual(['0', '1', '2', '3', '4', '5']);
  });
});

describe('the oldest turns', () => {
  it('are dropped with everything of them, and the others are as they were', async () => {
    const { store, transcripts, stored } = await oldTranscript(10);
    for (const id of ['10', '11']) await transcripts.append(CONVERSATION, turnIn(id));
    await transcripts.remove(CONVERSATION, '2');
    const before = await transcripts.read(CONVERSATION, { limit: 20 });
    await transcripts.dropBefore(CONVERSATION, 4);
    const after = await transcripts.read(CONVERSATION, { limit: 20 });
    expect(after).toEqual({ ...before, turns: before.turns.filter(({ seq }) => seq >= 4) });
    expect((await transcripts.oldest(CONVERSATION, 2)).turns).toEqual(stored.slice(4, 6));
    expect(await transcripts.read(CONVERSATION, { limit: 1, before: 4 })).toMatchObject({
      turns: [],
      more: false,
    });
    expect(await transcripts.append(CONVERSATION, turnIn('0'))).toBe('seen');
    expect(await transcripts.append(CONVERSATION, turnIn('12'))).toBe('new');
    await transcripts.dropBefore(CONVERSATION, 11);
    expect((await transcripts.oldest(CONVERSATION, 9)).turns.map(({ message }) => message.id)).toEqual([
      '11',
      '12',
    ]);
    await transcripts.dropBefore(CONVERSATION, 99);
    expect(await transcripts.list('discord:1')).toEqual([]);
    expect((await store.keys('')).filter((key) => !key.startsWith('m|'))).toEqual([]);
    expect(await transcripts.append(CONVERSATION, turnIn('13'))).toBe('new');
    expect(await transcripts.oldest(CONVERSATION, 9)).toMatchObject({
      turns: [{ seq: 0, message: { id: '13' } }],
      isLast: true,
    });
  });
});

describe('rows that an earlier version left', () => {
  /** As it was cut short: the transcript begins behind rows that are still there. */
  async function cutShort() {
    const { store, transcripts } = await oldTranscript(3);
    for (let i = 3; i < 200; i++) await transcripts.append(CONVERSATION, turnIn(String(i)));
    const head = await store.read<object>(`head|${CONVERSATION}`);
    await store.write([{ key: `head|${CONVERSATION}`, value: { ...head, first: 150 } }]);
    const seqs = async () =>
      [...(await store.keys('turn|')), ...(await store.keys('t|'))]
        .map((key) => Number(key.split('|').at(-1)))
        .sort((a, b) => a - b);
    return { transcripts, seqs };
  }

  it('go by a sweep, and leave the turns of the transcript and what is seen', async () => {
    const { transcripts, seqs } = await cutShort();
    expect((await seqs())[0]).toBe(0);
    await transcripts.sweep(CONVERSATION);
    expect(await seqs()).toEqual(Array.from({ length: 50 }, (_, i) => 150 + i));
    expect(await transcripts.append(CONVERSATION, turnIn('1'))).toBe('seen');
    expect((await transcripts.read(CONVERSATION, { limit: 99 })).turns).toHaveLength(50);
    await transcripts.sweep('none:such:one');
  });

  it('go with the conversation where it is forgotten', async () => {
    const { transcripts, seqs } = await cutShort();
    await transcripts.forget(CONVERSATION);
    expect(await seqs()).toEqual([]);
  });
});

it('a draft is gone in the same change as its turn', async () => {
  const store = createKeyvStore(new Keyv());
  await createTranscripts(store).append(CONVERSATION, turnIn('1'));
  const draft = `draft|${CONVERSATION}|1`;
  await store.write([{ key: draft, value: { text: 'half an answer' } }]);
  const remove = async () => Promise.reject(new Error('cut short'));
  const rows: ChangeableRows = {
    readMany: store.readMany,
    hold: store.read,
    async change({ written, removed }) {
      await store.write(written);
      if (removed.length > 0) await remove();
    },
  };
  const fragile = createTranscripts({
    ...store,
    remove,
    exclusive: (_, task) => collected(rows, Date.now(), task),
  });
  await fragile.remove(CONVERSATION, '1').catch(() => {});
  expect(JSON.stringify(await store.readMany(await store.keys('')))).not.toMatch(/half|text 1/);
});
