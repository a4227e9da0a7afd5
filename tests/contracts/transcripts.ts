/** The contract of everything that keeps transcripts. */
import { afterEach, describe, expect, it } from 'vitest';
import type { Transcripts } from '../../src/core/storage.ts';
import type { ConversationId, Turn } from '../../src/core/types.ts';
import { turnOf } from '../fixtures.ts';
import { testAppendAll } from './append-all.ts';
import { testBranches } from './branches.ts';

const CONVERSATION = 'test:space:channel';

export interface Opened {
  transcripts: Transcripts;
  /** As the queue does with a turn that was answered. */
  keep(conversation: ConversationId, turn: Turn): Promise<void>;
  /** The store fails at the removals after so many. */
  failChanges: { after: number };
  close(): Promise<void>;
}

export function testTranscripts(name: string, open: () => Promise<Opened>): void {
  describe(`transcripts contract: ${name}`, () => {
    const opened: Opened[] = [];
    const openFragile = async () => {
      const one = await open();
      opened.push(one);
      return one;
    };
    const openOne = async () => (await openFragile()).transcripts;
    afterEach(async () => {
      for (const one of opened.splice(0)) await one.close();
    });
    const texts = async (transcripts: Transcripts, conversation = CONVERSATION) =>
      (await transcripts.read(conversation, { limit: 1_000 })).turns.map((turn) => turn.message.text);

    it('keeps turns in the order they were appended', async () => {
      const transcripts = await openOne();
      for (const id of ['1', '2', '3'])
        expect(await transcripts.append(CONVERSATION, turnOf(id))).toBe('new');
      expect(await texts(transcripts)).toEqual(['text 1', 'text 2', 'text 3']);
    });

    it('loses none of the turns appended at once', async () => {
      const transcripts = await openOne();
      const ids = Array.from({ length: 50 }, (_, i) => String(i));
      await Promise.all(ids.map((id) => transcripts.append(CONVERSATION, turnOf(id))));
      expect(await texts(transcripts)).toEqual(ids.map((id) => `text ${id}`));
    });

    testAppendAll(openOne);
    testBranches(openOne);

    it('appends a redelivered message once, also when both come at once', async () => {
      const transcripts = await openOne();
      const results = await Promise.all([1, 2, 3].map(() => transcripts.append(CONVERSATION, turnOf('1'))));
      expect(results.sort()).toEqual(['new', 'seen', 'seen']);
      expect(await texts(transcripts)).toEqual(['text 1']);
    });

    it('keeps conversations apart, also where one id begins with the other', async () => {
      const transcripts = await openOne();
      await transcripts.append(CONVERSATION, turnOf('1'));
      await transcripts.append(`${CONVERSATION}:thread`, turnOf('2'));
      await transcripts.forget(CONVERSATION);
      expect(await texts(transcripts)).toEqual([]);
      expect(await texts(transcripts, `${CONVERSATION}:thread`)).toEqual(['text 2']);
    });

    it('finds a turn by its message and keeps its answer at its place', async () => {
      const { transcripts, keep } = await openFragile();
      await transcripts.append(CONVERSATION, turnOf('1'));
      await transcripts.append(CONVERSATION, turnOf('2'));
      await keep(CONVERSATION, turnOf('1', { answer: 'the answer', end: 'stop' }));
      expect(await transcripts.find(CONVERSATION, '1')).toMatchObject({
        seq: 0,
        answer: 'the answer',
        end: 'stop',
      });
      expect(await transcripts.find(CONVERSATION, '2')).toMatchObject({ seq: 1, end: null });
      expect(await transcripts.find(CONVERSATION, 'never')).toBeUndefined();
    });

    it('changes what a message quotes and has attached, and nothing else of its turn', async () => {
      const transcripts = await openOne();
      const turn = turnOf('1', { answer: 'the answer', end: 'stop', feedback: 'good' });
      const file = { id: 'f', name: 'f.txt', type: 'text/plain', size: 4 };
      turn.message = { ...turn.message, quotes: [{ from: 'B', text: 'b' }], attachments: [file] };
      await transcripts.append(CONVERSATION, turn);
      await transcripts.changeMaterial(CONVERSATION, '1', () => undefined);
      expect(await transcripts.find(CONVERSATION, '1')).toMatchObject(turn);
      await transcripts.changeMaterial(CONVERSATION, '1', () => ({ attachments: [] }));
      const { quotes: _, ...said } = turn.message;
      expect(await transcripts.find(CONVERSATION, '1')).toEqual({
        ...turn,
        message: { ...said, attachments: [] },
        seq: 0,
        offset: 0,
      });
      await transcripts.remove(CONVERSATION, '1');
      await transcripts.changeMaterial(CONVERSATION, '1', () => ({ attachments: [file] }));
      expect(await transcripts.find(CONVERSATION, '1')).toBeUndefined();
    });

    it('keeps the newest feedback with its turn, and loses it with the answer it was about', async () => {
      const { transcripts, keep } = await openFragile();
      const answered = turnOf('1', { answer: 'the answer', end: 'stop' });
      await transcripts.append(CONVERSATION, answered);
      await transcripts.append(CONVERSATION, turnOf('2'));
      const before = await transcripts.read(CONVERSATION, { limit: 10 });
      expect(await transcripts.rate(CONVERSATION, '1', 'good')).toBe(true);
      expect(await transcripts.rate(CONVERSATION, '1', 'bad')).toBe(true);
      const [first, second] = before.turns;
      expect(await transcripts.read(CONVERSATION, { limit: 10 })).toEqual({
        ...before,
        turns: [{ ...first, feedback: 'bad' }, second],
      });
      await keep(CONVERSATION, { ...answered, answer: 'another' });
      expect(await transcripts.find(CONVERSATION, '1')).not.toHaveProperty('feedback');
    });

    it('does not bring a turn back by feedback on it', async () => {
      const transcripts = await openOne();
      await transcripts.append(CONVERSATION, turnOf('1'));
      await transcripts.remove(CONVERSATION, '1');
      expect(await transcripts.rate(CONVERSATION, '1', 'good')).toBe(false);
      expect(await transcripts.rate(CONVERSATION, 'never', 'good')).toBe(false);
      expect(await texts(transcripts)).toEqual([]);
      await transcripts.forget(CONVERSATION);
      expect(await transcripts.rate(CONVERSATION, '1', 'good')).toBe(false);
      expect((await transcripts.read(CONVERSATION, { limit: 10 })).turns).toEqual([]);
    });

    it('reads pages backwards without gap or repeat', async () => {
      const transcripts = await openOne();
      for (let i = 0; i < 10; i++) await transcripts.append(CONVERSATION, turnOf(String(i)));
      const newest = await transcripts.read(CONVERSATION, { limit: 4 });
      expect(newest.turns.map(({ seq }) => seq)).toEqual([6, 7, 8, 9]);
      expect(newest.more).toBe(true);
      const older = await transcripts.read(CONVERSATION, { limit: 6, before: 6 });
      expect(older.turns.map(({ seq }) => seq)).toEqual([0, 1, 2, 3, 4, 5]);
      expect(older.more).toBe(false);
    });

    it('counts how much each turn adds to the ones before, also when its answer changes', async () => {
      const { transcripts, keep } = await openFragile();
      await transcripts.append(CONVERSATION, turnOf('1', {}, 'four'));
      await keep(CONVERSATION, turnOf('1', { answer: 'ää' }, 'four'));
      await transcripts.append(CONVERSATION, turnOf('2', {}, 'x'));
      const { turns, bytes } = await transcripts.read(CONVERSATION, { limit: 10 });
      const [first = 0, second = 0] = turns.map(({ offset }) => offset);
      expect(first).toBe(0);
      expect(second).toBeGreaterThanOrEqual(8);
      // Both turns cost the same beside their texts, of eight bytes and of one: the difference is seven.
      expect(second - (bytes - second)).toBe(7);
      await keep(CONVERSATION, turnOf('1', { answer: 'again' }, 'four'));
      expect((await transcripts.read(CONVERSATION, { limit: 10 })).bytes).toBe(bytes + 1);
      const image = { id: 'i', name: 'i.png', type: 'image/png', size: 5_000_000 };
      const file = { id: 'f', name: 'f.txt', type: 'text/plain', size: 5_000 };
      const withFiles = turnOf('3', {}, 'x');
      withFiles.message.attachments = [image, file];
      await transcripts.append(CONVERSATION, withFiles);
      const grown = (await transcripts.read(CONVERSATION, { limit: 10 })).bytes - bytes - 1;
      expect(grown).toBeGreaterThan(5_000);
      expect(grown).toBeLessThan(50_000);
    });

    it('takes a turn out, which stays seen, and leaves what is around it', async () => {
      const transcripts = await openOne();
      for (const id of ['1', '2', '3']) {
        await transcripts.append(CONVERSATION, turnOf(id, { answer: `answer ${id}`, end: 'stop' }));
      }
      await transcripts.remove(CONVERSATION, '2');
      await transcripts.remove(CONVERSATION, '2');
      await transcripts.remove(CONVERSATION, 'never');
      expect(await texts(transcripts)).toEqual(['text 1', 'text 3']);
      expect(await transcripts.find(CONVERSATION, '2')).toBeUndefined();
      expect(await transcripts.append(CONVERSATION, turnOf('2'))).toBe('seen');
      expect(await transcripts.append(CONVERSATION, turnOf('4'))).toBe('new');
      expect(await texts(transcripts)).toEqual(['text 1', 'text 3', 'text 4']);
    });

    it('does not bring a turn back that was taken out while it was answered', async () => {
      const { transcripts, keep } = await openFragile();
      await transcripts.append(CONVERSATION, turnOf('1'));
      await transcripts.remove(CONVERSATION, '1');
      await keep(CONVERSATION, turnOf('1', { answer: 'late', end: 'stop' }));
      expect(await texts(transcripts)).toEqual([]);
      expect(await transcripts.find(CONVERSATION, '1')).toBeUndefined();
    });

    it('measures later turns as before where one was taken out, so that the window holds no more', async () => {
      const transcripts = await openOne();
      for (const id of ['1', '2', '3']) await transcripts.append(CONVERSATION, turnOf(id));
      const before = await transcripts.read(CONVERSATION, { limit: 10 });
      await transcripts.remove(CONVERSATION, '2');
      const after = await transcripts.read(CONVERSATION, { limit: 10 });
      expect(after.bytes).toBe(before.bytes);
      expect(after.turns).toEqual([before.turns[0], before.turns[2]]);
      await transcripts.append(CONVERSATION, turnOf('4'));
      const [last] = (await transcripts.read(CONVERSATION, { limit: 1 })).turns;
      expect(last).toMatchObject({ seq: 3, offset: before.bytes });
    });

    it('reads on past turns that were taken out, also where a whole page was', async () => {
      const transcripts = await openOne();
      for (let i = 0; i < 20; i++) await transcripts.append(CONVERSATION, turnOf(String(i)));
      for (let i = 5; i < 15; i++) await transcripts.remove(CONVERSATION, String(i));
      const newest = await transcripts.read(CONVERSATION, { limit: 7 });
      expect(newest.turns.map(({ seq }) => seq)).toEqual([3, 4, 15, 16, 17, 18, 19]);
      expect(newest.more).toBe(true);
      const older = await transcripts.read(CONVERSATION, { limit: 7, before: 3 });
      expect(older).toMatchObject({ turns: [{ seq: 0 }, { seq: 1 }, { seq: 2 }], more: false });
    });

    it('forgets turns that were taken out with the rest', async () => {
      const transcripts = await openOne();
      await transcripts.append(CONVERSATION, turnOf('1'));
      await transcripts.remove(CONVERSATION, '1');
      await transcripts.forget(CONVERSATION);
      expect(await transcripts.append(CONVERSATION, turnOf('1'))).toBe('seen');
      expect(await texts(transcripts)).toEqual([]);
    });

    it('lists the conversations of a tenant, and none of one whose id begins with the same', async () => {
      const transcripts = await openOne();
      const own = ['test:1:a', 'test:1:a:thread', 'test:1:b'];
      for (const conversation of [...own, 'test:10:a', 'test:2:a', 'test_1:a', 'test:1']) {
        await transcripts.append(conversation, turnOf('1'));
      }
      expect((await transcripts.list('test:1')).sort()).toEqual(own);
      await transcripts.forget('test:1:a');
      expect((await transcripts.list('test:1')).sort()).toEqual(['test:1:a:thread', 'test:1:b']);
      expect(await transcripts.list('test:3')).toEqual([]);
    });

    it('forgets what a forgetting that was cut short left', async () => {
      const { transcripts, failChanges } = await openFragile();
      for (let i = 0; i < 700; i++) await transcripts.append(CONVERSATION, turnOf(String(i)));
      failChanges.after = 1;
      await expect(transcripts.forget(CONVERSATION)).rejects.toThrow();
      failChanges.after = Number.POSITIVE_INFINITY;
      await transcripts.forget(CONVERSATION);
      for (const id of ['0', '299', '300', '699'])
        expect(await transcripts.find(CONVERSATION, id)).toBeUndefined();
      expect(await transcripts.read(CONVERSATION, { limit: 10 })).toEqual({
        turns: [],
        bytes: 0,
        more: false,
      });
    });

    it.each([0, 1, 2, 3])(
      'finishes what was cut short after %i changes, of a forgetting or of dropping',
      async (after) => {
        const { transcripts, failChanges } = await openFragile();
        for (let i = 0; i < 120; i++) await transcripts.append(CONVERSATION, turnOf(String(i)));
        failChanges.after = Math.min(after, 1);
        await expect(transcripts.dropBefore(CONVERSATION, 10)).rejects.toThrow();
        failChanges.after = Number.POSITIVE_INFINITY;
        expect(await transcripts.oldest(CONVERSATION, 11)).toMatchObject({ end: 11, isLast: false });
        expect((await texts(transcripts)).at(-1)).toBe('text 119');
        await transcripts.dropBefore(CONVERSATION, 10);
        expect((await transcripts.oldest(CONVERSATION, 1)).turns).toMatchObject([{ seq: 10 }]);
        failChanges.after = after;
        await expect(transcripts.forget(CONVERSATION)).rejects.toThrow();
        failChanges.after = Number.POSITIVE_INFINITY;
        expect(await transcripts.list('test:space')).toEqual([CONVERSATION]);
        await transcripts.forget(CONVERSATION);
        expect(await texts(transcripts)).toEqual([]);
        expect(await transcripts.list('test:space')).toEqual([]);
        expect(await transcripts.append(CONVERSATION, turnOf('0'))).toBe('seen');
      },
    );

    it('forgets all of a conversation, and an answer that ends later does not bring it back', async () => {
      const { transcripts, keep } = await openFragile();
      const ids = Array.from({ length: 700 }, (_, i) => String(i));
      for (const id of ids) await transcripts.append(CONVERSATION, turnOf(id));
      await transcripts.forget(CONVERSATION);
      await keep(CONVERSATION, turnOf('699', { answer: 'late' }));
      expect(await transcripts.read(CONVERSATION, { limit: 10 })).toEqual({
        turns: [],
        bytes: 0,
        more: false,
      });
      expect(await transcripts.find(CONVERSATION, '1')).toBeUndefined();
    });

    it('knows a message again that is delivered once more after its conversation was forgotten', async () => {
      const transcripts = await openOne();
      for (const id of ['1', '2']) await transcripts.append(CONVERSATION, turnOf(id));
      await transcripts.forget(CONVERSATION);
      expect(await transcripts.append(CONVERSATION, turnOf('3'))).toBe('new');
      expect(await transcripts.append(CONVERSATION, turnOf('1'))).toBe('seen');
      expect(await transcripts.find(CONVERSATION, '1')).toBeUndefined();
      expect(await texts(transcripts)).toEqual(['text 3']);
    });
  });
}
