/** To stop a turn, and to answer one again. */
import { describe, expect, it } from 'vitest';
import { messageOf } from '../../fixtures.ts';
import { soon } from '../../settled.ts';
import { CONVERSATION, elsewhere, ids, type Stage } from './stage.ts';

export function testAsking({ setUp, beside }: Stage): void {
  describe('what is asked of a turn', () => {
    it('to stop: it stops where it runs, and is begun stopped where it waits', async () => {
      await using set = await setUp();
      const process = await set.start();
      const { queue } = await beside(process, set);
      for (const id of ['1', '2', '3']) await queue.accept(messageOf(id));
      await process.running('1');
      expect(await queue.cancel(CONVERSATION, '2')).toBe(true);
      expect(await queue.cancel(CONVERSATION, '1')).toBe(true);
      expect(await queue.cancel(CONVERSATION, 'never there')).toBe(false);
      expect(await queue.cancel('test:space:other')).toBe(false);
      await (await process.running('3')).answer();
      await set.quiet();
      expect(process.attempts.map(({ given }) => given.signal.aborted)).toEqual([true, true, false]);
      expect(await Promise.all(['1', '2', '3'].map((id) => set.end(id)))).toEqual([
        'stopped',
        'stopped',
        'stop',
      ]);
      expect(await queue.cancel(CONVERSATION, '1')).toBe(false);
    });

    it('to stop, of all of a conversation', async () => {
      await using set = await setUp();
      const process = await set.start();
      const { queue } = await beside(process, set);
      await queue.accept(messageOf('1'));
      await queue.accept(messageOf('2'));
      await queue.accept(messageOf('other', undefined, { lane: 'of another person' }));
      await queue.accept(elsewhere('elsewhere', 'other'));
      await Promise.all(['1', 'other', 'elsewhere'].map((id) => process.running(id)));
      expect(await queue.cancel(CONVERSATION)).toBe(true);
      await soon(async () =>
        expect(await Promise.all(['1', '2', 'other'].map((id) => set.end(id)))).toEqual([
          'stopped',
          'stopped',
          'stopped',
        ]),
      );
      await (await process.running('elsewhere')).answer();
      await set.quiet();
      expect(await queue.cancel(CONVERSATION)).toBe(false);
    });

    it('to stop, asked of a process that dies of it, is done by the next', async () => {
      await using stage = await setUp();
      const { start, quiet, end } = stage;
      const first = await start();
      for (const id of ['1', '2']) await first.queue.accept(messageOf(id));
      await first.running('1');
      expect(await first.queue.cancel(CONVERSATION, '2')).toBe(true);
      first.kill();
      const next = await start();
      await (await next.running('1')).answer();
      await quiet();
      expect(await end('2')).toBe('stopped');
    });

    it('to stop, while it is being begun, is done', async () => {
      await using stage = await setUp();
      const { start, quiet, end } = stage;
      const process = await start();
      const other = await start({ isIdle: true });
      await process.queue.accept(messageOf('1'));
      const before = await process.running('1');
      process.store.holdAnswers();
      await other.queue.accept(messageOf('2', undefined, { lane: 'of another person' }));
      await soon(async () =>
        expect((await other.queue.live(CONVERSATION)).map(({ phase }) => phase)).toEqual([
          'answering',
          'answering',
        ]),
      );
      expect(await other.queue.cancel(CONVERSATION, '2')).toBe(true);
      process.store.resume();
      await soon(async () => expect(await end('2')).toBe('stopped'));
      await before.answer();
      await quiet();
    });

    it('again: it is answered once more where it has ended, and only there', async () => {
      await using set = await setUp();
      const process = await set.start();
      const { queue } = await beside(process, set);
      await queue.accept(messageOf('1'));
      const attempt = await process.running('1');
      expect(await queue.retry(CONVERSATION, '1')).toBe(false);
      await attempt.answer('first');
      await set.quiet();
      expect(
        (await Promise.all([queue.retry(CONVERSATION, '1'), queue.retry(CONVERSATION, '1')])).sort(),
      ).toEqual([false, true]);
      const again = await process.running('1');
      expect(again.given).toMatchObject({ mode: 'answer', number: 1 });
      expect((await set.transcripts.find(CONVERSATION, '1'))?.answer).toBe('first');
      await again.answer('second');
      await set.quiet();
      expect(ids(process)).toEqual(['1', '1']);
      expect((await set.transcripts.find(CONVERSATION, '1'))?.answer).toBe('second');
      expect(await queue.retry(CONVERSATION, 'never there')).toBe(false);
    });
  });
}
