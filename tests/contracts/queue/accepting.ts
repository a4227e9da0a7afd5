/** Accepted messages are answered once, in order. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createTranscripts } from '../../../src/store/tables/transcripts.ts';
import { messageOf } from '../../fixtures.ts';
import { soon } from '../../settled.ts';
import { atOnce, CONVERSATION, elsewhere, ids, type Stage, WHILE_MS } from './stage.ts';

export function testAccepting({ setUp }: Stage): void {
  describe('what is accepted', () => {
    it('is answered in order, one at a time', async () => {
      await using stage = await setUp();
      const { start, quiet } = stage;
      const process = await start();
      for (const id of ['1', '2', '3']) expect(await process.queue.accept(messageOf(id))).toBe('new');
      for (const id of ['1', '2', '3']) {
        const attempt = await process.running(id);
        expect(ids(process).at(-1)).toBe(id);
        await attempt.answer();
      }
      await quiet();
      expect(ids(process)).toEqual(['1', '2', '3']);
    });

    it('is answered before what was said after it, where it comes later and that still waits', async () => {
      await using stage = await setUp();
      const { start, quiet, transcripts } = stage;
      const process = await start();
      const saidAt = (id: string, at: number) => messageOf(id, `text ${id}`.repeat(at), { at });
      await process.queue.accept(saidAt('5', 5));
      await process.running('5');
      for (const at of [7, 9, 8, 6, 1]) await process.queue.accept(saidAt(`${at}`, at));
      const order = ['5', '1', '6', '7', '8', '9'];
      for (const id of order) await (await process.running(id)).answer();
      await quiet();
      expect(ids(process)).toEqual(order);
      const { turns } = await transcripts.read(CONVERSATION, { limit: 9 });
      expect(turns.map(({ message }) => message.id)).toEqual(order);
      for (const turn of turns) expect(await transcripts.find(CONVERSATION, turn.message.id)).toEqual(turn);
    });

    it('has the place in the history that it would have had in time', async () => {
      await using stage = await setUp();
      const { start, transcripts } = stage;
      const { queue } = await start({ isIdle: true });
      const saidAt = (at: number, place: string) =>
        elsewhere(`${at}`, place, { at, text: `text ${at}`.repeat(at) });
      for (const at of [5, 1, 4, 2, 3]) await queue.accept(saidAt(at, 'late'));
      for (const at of [1, 2, 3, 4, 5]) await queue.accept(saidAt(at, 'in time'));
      const placesIn = async (place: string) =>
        (await transcripts.read(`test:space:${place}`, { limit: 9 })).turns.map(
          ({ message: { id }, seq, offset }) => ({ id, seq, offset }),
        );
      expect(await placesIn('late')).toEqual(await placesIn('in time'));
    });

    it('is found while it gets another place', async () => {
      await using stage = await setUp();
      const { start, store } = stage;
      const { queue } = await start({ isIdle: true });
      await queue.accept(messageOf('2', 'text 2', { at: 2 }));
      let isFirst = true;
      const transcripts = createTranscripts({
        ...store,
        async readMany<T>(keys: string[]) {
          if (keys[0]?.startsWith('t|') && isFirst) {
            isFirst = false;
            await queue.accept(messageOf('1', 'text 1', { at: 1 }));
          }
          return store.readMany<T>(keys);
        },
      });
      expect(await transcripts.find(CONVERSATION, '2')).toMatchObject({ message: { id: '2' }, seq: 1 });
    });

    it('is answered after what was begun before, whenever it was said', async () => {
      await using stage = await setUp();
      const { start, quiet } = stage;
      const first = await start();
      await first.queue.accept(messageOf('1', 'text 1', { at: 2 }));
      await first.running('1');
      first.kill();
      const next = await start({ isIdle: true });
      await next.queue.accept(messageOf('2', 'text 2', { at: 1 }));
      next.kill();
      const last = await start(atOnce);
      await quiet();
      expect(ids(last)).toEqual(['1', '2']);
    });

    it('is answered side by side in fifty conversations, and in the lanes of one', async () => {
      await using stage = await setUp();
      const { start } = stage;
      const process = await start();
      const messages = Array.from({ length: 50 }, (_, i) =>
        elsewhere('1', `channel ${i % 40}`, { lane: `${i}` }),
      );
      await Promise.all(messages.map((message, i) => process.queue.accept({ ...message, id: `${i}` })));
      await soon(() => expect(process.attempts.filter(({ isOver }) => !isOver)).toHaveLength(50));
    });

    it('is answered once where it comes again: at once, waiting, being answered, answered', async () => {
      await using stage = await setUp();
      const { start, quiet } = stage;
      const process = await start();
      const accept = (id: string) => process.queue.accept(messageOf(id));
      expect(await Promise.all([accept('1'), accept('1'), accept('1')])).toEqual(['new', 'seen', 'seen']);
      await accept('2');
      expect(await accept('2')).toBe('seen');
      const attempt = await process.running('1');
      expect(await accept('1')).toBe('seen');
      await attempt.answer();
      await (await process.running('2')).answer();
      await quiet();
      expect(await Promise.all([accept('1'), accept('2')])).toEqual(['seen', 'seen']);
      await sleep(WHILE_MS);
      expect(ids(process)).toEqual(['1', '2']);
    });

    it('is answered once where it comes again to the next process', async () => {
      await using stage = await setUp();
      const { start, quiet } = stage;
      const first = await start(atOnce);
      await first.queue.accept(messageOf('1'));
      await quiet();
      first.kill();
      const next = await start(atOnce);
      expect(await next.queue.accept(messageOf('1'))).toBe('seen');
      await sleep(WHILE_MS);
      expect(next.attempts).toEqual([]);
    });

    it('is not answered where it comes again after its conversation was forgotten', async () => {
      await using stage = await setUp();
      const { start, quiet, transcripts } = stage;
      const process = await start(atOnce);
      await process.queue.accept(messageOf('1'));
      await quiet();
      await transcripts.forget(CONVERSATION);
      expect(await process.queue.accept(messageOf('1'))).toBe('seen');
      await sleep(WHILE_MS);
      expect(ids(process)).toEqual(['1']);
    });

    it('is refused for a branch that has not begun, or was removed before its message came', async () => {
      await using stage = await setUp();
      const { start, transcripts } = stage;
      const process = await start(atOnce);
      const trunk = `${CONVERSATION}:${randomUUID()}`;
      const branch = `${trunk}:${randomUUID()}`;
      const said = (conversation: string, id: string) =>
        messageOf(id, 'text', { conversation, lane: conversation });
      await process.queue.accept(said(trunk, '1'));
      expect(await process.queue.accept(said(branch, '2'))).toBe('gone');
      await transcripts.fork(branch, { conversation: trunk, seq: 0 });
      await transcripts.dropBefore(branch, 1);
      expect(await process.queue.accept(said(branch, '2'))).toBe('gone');
      expect(await transcripts.read(branch, { limit: 9 })).toMatchObject({ turns: [] });
      await transcripts.fork(branch, { conversation: trunk, seq: 0 });
      expect(await process.queue.accept(said(branch, '2'))).toBe('new');
    });

    it('is not answered where its conversation was forgotten while it waited', async () => {
      await using stage = await setUp();
      const { start, quiet, transcripts } = stage;
      const process = await start();
      for (const id of ['1', '2']) await process.queue.accept(messageOf(id));
      const attempt = await process.running('1');
      await transcripts.forget(CONVERSATION);
      await process.queue.accept(messageOf('3'));
      await attempt.answer();
      await (await process.running('3')).answer();
      await quiet();
      expect(ids(process)).toEqual(['1', '3']);
      expect(await transcripts.find(CONVERSATION, '1')).toBeUndefined();
    });

    it('is refused where too many wait before it, and by that lane only; what comes again is still known', async () => {
      await using stage = await setUp();
      const { start, transcripts } = stage;
      const process = await start({ mostWaiting: 2 });
      const { queue } = process;
      for (const id of ['forgotten', 'gone']) {
        await queue.accept(messageOf(id));
        await (await process.running(id)).answer();
        if (id === 'forgotten') await transcripts.forget(CONVERSATION);
      }
      await transcripts.remove(CONVERSATION, 'gone');
      await queue.accept(messageOf('1'));
      await process.running('1');
      for (const id of ['2', '3']) expect(await queue.accept(messageOf(id))).toBe('new');
      expect(await queue.accept(messageOf('4'))).toBe('full');
      expect(await transcripts.find(CONVERSATION, '4')).toBeUndefined();
      for (const id of ['1', '3', 'forgotten', 'gone'])
        expect(await queue.accept(messageOf(id)), id).toBe('seen');
      expect(await queue.accept(elsewhere('4', 'other'))).toBe('new');
      await (await process.running('1')).answer();
      await process.running('2');
      expect(await queue.accept(messageOf('4'))).toBe('new');
    });

    it('is answered when turns begin to be run', async () => {
      await using stage = await setUp();
      const { start, quiet, said } = stage;
      const idle = await start({ isIdle: true });
      await idle.queue.accept(messageOf('1'));
      await sleep(WHILE_MS);
      idle.kill();
      await start(atOnce);
      await quiet();
      expect(await said()).toEqual(['text 1']);
    });
  });
}
