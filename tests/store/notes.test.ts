/** Notes beside their transcripts, on each store: no turn that is forgotten lives on in one. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPostgres, type TestPostgres } from '../../lab/counterparts/postgres.ts';
import type { Note } from '../../src/core/storage.ts';
import { branchOf } from '../../src/core/turn/past/branches.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/store.ts';
import { createNotes } from '../../src/store/tables/notes.ts';
import { createTranscripts } from '../../src/store/tables/transcripts.ts';
import { emptyFolder, keepIn, messageOf, turnOf } from '../fixtures.ts';
import { openAlone } from './on-postgres.ts';

const CONVERSATION = 'test:space:channel';
const MINUTE = 60_000;

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres[Symbol.asyncDispose]());

const STORES: [string, () => Promise<Store>][] = [
  ['SQLite', async () => openStore(`sqlite://${join(await emptyFolder(), 'parley.sqlite')}`)],
  ['Postgres', () => openAlone(postgres)],
];

describe.each(STORES)('notes on %s', (_, open) => {
  async function setUp(turns = 10) {
    const store = await open();
    const transcripts = createTranscripts(store);
    const notes = createNotes(store);
    for (let id = 0; id < turns; id++) await transcripts.append(CONVERSATION, turnOf(`${id}`));
    const begin = async (ms = MINUTE) => (await notes.begin(CONVERSATION, ms))?.claim ?? 'none';
    const keep = (claim: string, from: number, upTo: number, text = `${from} to ${upTo}`) =>
      notes.keep(CONVERSATION, claim, { from, upTo, text, model: 'm' });
    const make = async (from: number, upTo: number) => keep(await begin(), from, upTo);
    const texts = async () => (await notes.read(CONVERSATION)).map(({ text }) => text);
    return { store, transcripts, notes, begin, keep, make, texts };
  }

  it('are read as they were kept, the newest three', async () => {
    const { store, notes, make, texts } = await setUp();
    for (const upTo of [2, 4, 6, 8]) await make(0, upTo);
    expect(await texts()).toEqual(['0 to 4', '0 to 6', '0 to 8']);
    const newest: Note = { from: 0, upTo: 8, text: '0 to 8', model: 'm', next: 10 };
    expect((await notes.read(CONVERSATION)).at(-1)).toEqual(newest);
    await store.close();
  });

  it('are made by one at a time, until the claim is void', async () => {
    const { store, notes, begin, keep } = await setUp();
    const claims = await Promise.all([1, 2, 3].map(() => notes.begin(CONVERSATION, MINUTE)));
    expect(claims.filter(Boolean)).toHaveLength(1);
    const { claim = '' } = claims.find(Boolean) ?? {};
    expect(await keep('another', 0, 4)).toBe(false);
    expect(await keep(claim, 0, 4)).toBe(true);
    expect(await keep(claim, 0, 4)).toBe(false);

    const slow = await begin(1);
    await expect.poll(() => notes.begin(CONVERSATION, MINUTE)).toBeDefined();
    expect(await keep(slow, 0, 6)).toBe(false);
    await store.close();
  });

  it.each<[string, (set: Awaited<ReturnType<typeof setUp>>) => Promise<unknown>, string[]]>([
    ['a turn that is removed', ({ transcripts }) => transcripts.remove(CONVERSATION, '5'), ['0 to 4']],
    ['turns that are too old', ({ transcripts }) => transcripts.dropBefore(CONVERSATION, 3), []],
    ['a forgotten conversation', ({ transcripts }) => transcripts.forget(CONVERSATION), []],
    [
      'a quote that is taken out',
      ({ transcripts }) => transcripts.changeMaterial(CONVERSATION, '2', () => ({ attachments: [] })),
      [],
    ],
    [
      'a turn that no note tells of',
      ({ transcripts }) => transcripts.remove(CONVERSATION, '8'),
      ['0 to 4', '0 to 8'],
    ],
    [
      'an answer that is given again',
      ({ store }) => keepIn(store)(CONVERSATION, turnOf('2', { answer: 'new', end: 'stop' })),
      ['0 to 4', '0 to 8'],
    ],
  ])('%s takes along those that tell of it', async (_name, forget, left) => {
    const set = await setUp();
    await set.make(0, 4);
    await set.make(0, 8);
    await forget(set);
    expect(await set.texts()).toEqual(left);
    await set.store.close();
  });

  it('of turns that begin behind the forgotten ones stay', async () => {
    const { store, transcripts, make, texts } = await setUp();
    await make(4, 8);
    await transcripts.remove(CONVERSATION, '3');
    await transcripts.dropBefore(CONVERSATION, 4);
    expect(await texts()).toEqual(['4 to 8']);
    await store.close();
  });

  it('that are being made do not come back after a turn was forgotten', async () => {
    const forgetting = [
      (set: Awaited<ReturnType<typeof setUp>>) => set.transcripts.remove(CONVERSATION, '2'),
      (set: Awaited<ReturnType<typeof setUp>>) => set.transcripts.dropBefore(CONVERSATION, 2),
      (set: Awaited<ReturnType<typeof setUp>>) => set.transcripts.forget(CONVERSATION),
    ];
    for (const forget of forgetting) {
      const set = await setUp();
      const claim = await set.begin();
      await forget(set);
      // The positions of a forgotten conversation begin anew.
      await set.transcripts.append(CONVERSATION, { ...turnOf('new'), message: messageOf('new') });
      expect(await set.keep(claim, 0, 4)).toBe(false);
      expect(await set.texts()).toEqual([]);
      await set.store.close();
    }
  });

  it('serve a branch if they end before it, and leave it with a turn of its base', async () => {
    const trunk = 'test:space:00000000-0000-4000-8000-000000000000';
    const branch = branchOf(trunk, 'aaaaaaaa-0000-4000-8000-000000000000');
    const store = await open();
    const [transcripts, notes] = [createTranscripts(store), createNotes(store)];
    const make = async (conversation: string, from: number, upTo: number) => {
      const { claim = '' } = (await notes.begin(conversation, MINUTE)) ?? {};
      await notes.keep(conversation, claim, { from, upTo, text: `${from} to ${upTo}`, model: 'm' });
    };
    const texts = async () => (await notes.read(branch)).map(({ text }) => text);
    for (let id = 0; id < 8; id++) await transcripts.append(trunk, turnOf(`${id}`));
    for (const upTo of [2, 6]) await make(trunk, 0, upTo);
    await transcripts.fork(branch, { conversation: trunk, seq: 5 });
    await transcripts.append(branch, turnOf('own'));
    await make(branch, 0, 4);
    expect(await texts()).toEqual(['0 to 2', '0 to 4']);
    expect((await notes.read(branch)).map(({ next }) => next)).toEqual([5, 6]);
    await transcripts.remove(trunk, '7');
    expect(await texts()).toEqual(['0 to 2', '0 to 4']);
    await transcripts.remove(trunk, '3');
    expect(await texts()).toEqual(['0 to 2']);
    await transcripts.remove(trunk, '0');
    expect(await texts()).toEqual([]);
    await store.close();
  });

  it('leave no row when all of their conversation is forgotten', async () => {
    const { store, transcripts, make } = await setUp(120);
    await make(0, 110);
    await transcripts.forget(CONVERSATION);
    expect(await store.keys('summary|')).toEqual([]);
    expect(await createNotes(store).begin(CONVERSATION, MINUTE)).toBeUndefined();
    await store.close();
  });

  it('are gone with the turn when a crash comes before the removals', async () => {
    const { store, transcripts, make } = await setUp();
    await make(0, 8);
    const crashing = createTranscripts({
      ...store,
      exclusive: (name, task) =>
        store.exclusive(name, (rows) => task({ ...rows, remove: async () => undefined })),
    });
    await crashing.remove(CONVERSATION, '2');
    expect(await createNotes(store).read(CONVERSATION)).toEqual([]);
    expect(await transcripts.find(CONVERSATION, '2')).toBeUndefined();
    await store.close();
  });
});
