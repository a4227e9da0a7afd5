/** A message that is edited while it waits or is answered. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { RESTART } from '../../../src/core/turn/queue.ts';
import { messageOf } from '../../fixtures.ts';
import { soon } from '../../settled.ts';
import { atOnce, CONVERSATION, edited, ids, type Stage, WHILE_MS } from './stage.ts';

export function testEditing({ setUp, beside }: Stage): void {
  describe('a message that reads otherwise now', () => {
    it('is answered anew at once where it was being answered, before what waits behind it', async () => {
      await using set = await setUp();
      const process = await set.start();
      const { queue } = await beside(process, set);
      for (const id of ['1', '2']) await queue.accept(messageOf(id));
      const before = await process.running('1');
      expect(await queue.restart(edited('1'))).toBe(true);
      await soon(() => expect(before.isOver).toBe(true));
      expect(before.given.signal.reason).toBe(RESTART);
      const anew = await process.running('1');
      expect(anew.message.text).toBe('edited 1');
      expect(anew.given).toMatchObject({ mode: 'answer', number: 1, revision: 1 });
      expect(anew.given.signal.aborted).toBe(false);
      await anew.answer();
      await (await process.running('2')).answer();
      await set.quiet();
      expect(ids(process)).toEqual(['1', '1', '2']);
      expect(await set.said()).toEqual(['edited 1', 'text 2']);
      expect(await set.transcripts.find(CONVERSATION, '1')).toMatchObject({
        seq: 0,
        answer: 'answer edited 1',
      });
    });

    it('keeps no answer to what it read before', async () => {
      await using stage = await setUp();
      const { start, transcripts, quiet } = stage;
      const process = await start({ obeys: false });
      await process.queue.accept(messageOf('1'));
      const before = await process.running('1');
      await process.queue.restart(edited('1'));
      await before.answer('to what it read before');
      const anew = await process.running('1');
      expect(await transcripts.find(CONVERSATION, '1')).toMatchObject({ answer: '', end: null });
      await anew.answer();
      await quiet();
      expect(await transcripts.find(CONVERSATION, '1')).toMatchObject({
        answer: 'answer edited 1',
        message: { text: 'edited 1' },
      });
    });

    it('is answered anew where its answer was kept and is being shown', async () => {
      await using set = await setUp();
      const process = await set.start();
      const { queue } = await beside(process, set);
      await queue.accept(messageOf('1'));
      const before = await process.running('1');
      await before.keep('first');
      expect(await queue.restart(edited('1'))).toBe(true);
      await soon(() => expect(before.isOver).toBe(true));
      const anew = await process.running('1');
      expect(anew.given).toMatchObject({ mode: 'answer', number: 1, revision: 1 });
      await anew.answer('second');
      await set.quiet();
      expect((await set.transcripts.find(CONVERSATION, '1'))?.answer).toBe('second');
    });

    it('waits where it waited, and is answered once, as it reads last', async () => {
      await using set = await setUp();
      const process = await set.start();
      const { queue } = await beside(process, set);
      for (const id of ['1', '2', '3']) await queue.accept(messageOf(id));
      const first = await process.running('1');
      expect(await queue.restart(edited('2'))).toBe(true);
      expect(await queue.restart(edited('2', 'edited twice'))).toBe(true);
      await first.answer();
      for (const id of ['2', '3']) await (await process.running(id)).answer();
      await set.quiet();
      expect(process.attempts.map(({ message }) => message.text)).toEqual([
        'text 1',
        'edited twice',
        'text 3',
      ]);
      expect(process.attempts.map(({ given }) => given.revision)).toEqual([0, 0, 0]);
      expect(await set.said()).toEqual(['text 1', 'edited twice', 'text 3']);
    });

    it('is answered once more for many edits at once', async () => {
      await using stage = await setUp();
      const { start, quiet } = stage;
      const process = await start({ obeys: false });
      await process.queue.accept(messageOf('1'));
      const before = await process.running('1');
      for (const text of ['a', 'b', 'c']) expect(await process.queue.restart(edited('1', text))).toBe(true);
      before.end();
      await (await process.running('1')).answer();
      await quiet();
      expect(process.attempts.map(({ message }) => message.text)).toEqual(['text 1', 'c']);
    });

    it('is answered anew by the next process where the one that answered it died of it', async () => {
      await using stage = await setUp();
      const { start, quiet, transcripts } = stage;
      for (const isKept of [false, true]) {
        const id = `kept ${isKept}`;
        const first = await start({ obeys: false });
        await first.queue.accept(messageOf(id));
        const before = await first.running(id);
        if (isKept) await before.keep('first');
        await first.queue.restart(edited(id));
        first.kill();
        const next = await start();
        const anew = await next.running(id);
        // Something may stand on the platform that nobody knows of.
        expect(anew.given, id).toMatchObject({ mode: 'answer', number: 2, revision: 1 });
        expect(anew.given.signal.aborted).toBe(false);
        expect(anew.message.text).toBe(`edited ${id}`);
        await anew.answer('second');
        await quiet();
        expect(ids(next)).toEqual([id]);
        expect(await transcripts.find(CONVERSATION, id)).toMatchObject({ answer: 'second' });
        next.kill();
      }
    });

    it('keeps its text where the store’s answers are lost', async () => {
      await using stage = await setUp();
      const { start, quiet, said } = stage;
      const process = await start({ obeys: false });
      const other = await start({ isIdle: true });
      await process.queue.accept(messageOf('1'));
      const before = await process.running('1');
      process.store.fail('after');
      expect(await other.queue.restart(edited('1'))).toBe(true);
      await before.answer('to what it read before');
      await sleep(WHILE_MS / 3);
      process.store.mend();
      const anew = await process.running('1');
      expect(anew.given).toMatchObject({ mode: 'answer', revision: 1 });
      await anew.answer();
      await quiet();
      expect(await said()).toEqual(['edited 1']);
    });

    it('can be stopped once it is answered anew, and while that is about to be', async () => {
      await using stage = await setUp();
      const { start, quiet, end } = stage;
      const process = await start({ obeys: false });
      const { queue } = process;
      await queue.accept(messageOf('1'));
      const before = await process.running('1');
      await queue.restart(edited('1'));
      await soon(() => expect(before.given.signal.reason).toBe(RESTART));
      expect(await queue.cancel(CONVERSATION, '1')).toBe(true);
      before.end();
      const anew = await process.running('1');
      expect(anew.given.signal.aborted).toBe(true);
      await anew.answer();
      await quiet();
      expect(ids(process)).toEqual(['1', '1']);
      expect(await end('1')).toBe('stop');
    });

    it('is answered, stopped, where it is stopped after an answer to what it read before', async () => {
      await using stage = await setUp();
      const { start, quiet, end, said } = stage;
      const process = await start({ obeys: false });
      await process.queue.accept(messageOf('1'));
      const before = await process.running('1');
      await process.queue.restart(edited('1'));
      await before.keep();
      await process.queue.cancel(CONVERSATION);
      before.end();
      const anew = await process.running('1');
      expect(anew.given.signal.aborted).toBe(true);
      expect(anew.message.text).toBe('edited 1');
      await anew.answer();
      await quiet();
      expect(await end('1')).toBe('stop');
      expect(await said()).toEqual(['edited 1']);
    });

    it('is left alone once it was answered, or was never there', async () => {
      await using stage = await setUp();
      const { start, quiet, transcripts } = stage;
      const process = await start(atOnce);
      await process.queue.accept(messageOf('1'));
      await quiet();
      expect(await process.queue.restart(edited('1'))).toBe(false);
      expect(await process.queue.restart(edited('never there'))).toBe(false);
      expect((await transcripts.find(CONVERSATION, '1'))?.message.text).toBe('text 1');
    });

    it('does not come back where its conversation was forgotten meanwhile', async () => {
      await using stage = await setUp();
      const { start, quiet, transcripts } = stage;
      const process = await start({ obeys: false });
      await process.queue.accept(messageOf('1'));
      const before = await process.running('1');
      await process.queue.restart(edited('1'));
      await process.queue.cancel(CONVERSATION);
      await transcripts.forget(CONVERSATION);
      before.end();
      await quiet();
      expect(ids(process)).toEqual(['1']);
      expect(await transcripts.find(CONVERSATION, '1')).toBeUndefined();
    });

    it('leaves nothing of the answer to what it read before', async () => {
      await using stage = await setUp();
      const { start } = stage;
      const process = await start();
      await process.queue.accept(messageOf('1'));
      (await process.running('1')).text = 'to what it read before';
      await soon(async () =>
        expect(await process.queue.live(CONVERSATION)).toMatchObject([{ text: 'to what it read before' }]),
      );
      await process.queue.restart(edited('1'));
      await soon(() => expect(process.attempts).toHaveLength(2));
      const anew = await process.running('1');
      expect(await anew.given.drafted()).toBe('');
    });
  });
}
