/** A process that others took for dead. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { LOST } from '../../../src/core/turn/queue.ts';
import { messageOf } from '../../fixtures.ts';
import { soon } from '../../settled.ts';
import { CONVERSATION, ids, type Stage, WHILE_MS } from './stage.ts';

export function testHeldUp({ setUp }: Stage): void {
  describe('a process that was held up', () => {
    it('changes nothing any more once another answers its turns, and is told so', async () => {
      await using stage = await setUp();
      const { start, quiet, transcripts } = stage;
      const held = await start({ obeys: false });
      await held.queue.accept(messageOf('1'));
      const lost = await held.running('1');
      lost.text = 'of the one that was held up';
      await soon(async () =>
        expect(await held.queue.live(CONVERSATION)).toMatchObject([{ text: lost.text }]),
      );
      const other = await start();
      held.store.pause();
      const attempt = await other.running('1');
      const isHeld = lost.given.isHeld();
      lost.text += ', and more';
      const kept = lost.answer('of the one that was held up');
      held.store.resume();
      await kept;
      expect(await isHeld).toBe(false);
      expect(lost.given.signal.reason).toBe(LOST);
      await sleep(WHILE_MS);
      expect(await transcripts.find(CONVERSATION, '1')).toMatchObject({ answer: '', end: null });
      expect(await other.queue.live(CONVERSATION)).toMatchObject([{ phase: 'answering', text: '' }]);
      expect(await attempt.given.isHeld()).toBe(true);
      await attempt.answer('of the other');
      await quiet();
      expect((await transcripts.find(CONVERSATION, '1'))?.answer).toBe('of the other');
    });

    it('does not begin what another answers by now', async () => {
      await using stage = await setUp();
      const { start, quiet } = stage;
      const held = await start();
      const idle = await start({ isIdle: true });
      await held.queue.accept(messageOf('1'));
      await held.running('1');
      held.store.holdAnswers();
      await idle.queue.accept(messageOf('2', undefined, { lane: 'of another person' }));
      await soon(async () =>
        expect((await idle.queue.live(CONVERSATION)).map(({ phase }) => phase)).toEqual([
          'answering',
          'answering',
        ]),
      );
      const other = await start();
      const attempt = await other.running('2');
      expect(attempt.given.number).toBe(2);
      held.store.resume();
      await sleep(WHILE_MS);
      expect(ids(held)).toEqual(['1']);
      for (const id of ['1', '2']) await (await other.running(id)).answer();
      await quiet();
    });

    it('cannot be sure of anything meanwhile, and can again where it was not long', async () => {
      await using stage = await setUp();
      const { start, quiet } = stage;
      const held = await start();
      await held.queue.accept(messageOf('1'));
      const attempt = await held.running('1');
      held.store.pause();
      await sleep(500);
      let isHeld: boolean | undefined;
      void attempt.given.isHeld().then((is) => {
        isHeld = is;
      });
      await sleep(100);
      expect(isHeld).toBeUndefined();
      held.store.resume();
      await soon(() => expect(isHeld).toBe(true));
      await attempt.answer();
      await quiet();
      expect(held.attempts).toHaveLength(1);
    });

    it('answers again what comes after that', async () => {
      await using stage = await setUp();
      const { start, quiet, end } = stage;
      const held = await start();
      await held.queue.accept(messageOf('1'));
      await held.running('1');
      const other = await start();
      held.store.pause();
      await (await other.running('1')).answer();
      await quiet();
      other.kill();
      held.store.resume();
      await held.queue.accept(messageOf('2'));
      await (await held.running('2')).answer();
      await quiet();
      expect(await Promise.all([end('1'), end('2')])).toEqual(['stop', 'stop']);
    });
  });
}
