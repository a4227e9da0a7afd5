/** A process that ends in order. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { RESTART, SHUTDOWN } from '../../../src/core/turn/queue.ts';
import { messageOf } from '../../fixtures.ts';
import { atOnce, CONVERSATION, edited, elsewhere, ids, type Stage, WHILE_MS } from './stage.ts';

export function testStopping({ isShared, setUp, beside }: Stage): void {
  describe('Parley that stops', () => {
    it('keeps what ends within the grace, begins nothing more, and leaves the rest to the next', async () => {
      await using stage = await setUp();
      const { start, quiet, end, said } = stage;
      const first = await start();
      for (const id of ['1', '2']) await first.queue.accept(messageOf(id));
      await first.queue.accept(elsewhere('3', 'other'));
      const ends = await first.running('1');
      const stays = await first.running('3');
      const stopped = first.stop(2_000);
      expect(await first.queue.accept(messageOf('4'))).toBe('new');
      await ends.answer();
      await stopped;
      expect(stays.given.signal.reason).toBe(SHUTDOWN);
      expect(ids(first).sort()).toEqual(['1', '3']);
      expect(await end('1')).toBe('stop');
      first.kill();
      const next = await start();
      const handed = await next.running('3');
      expect(handed.given).toMatchObject({ mode: 'answer', number: 2 });
      await handed.answer();
      for (const id of ['2', '4']) {
        const attempt = await next.running(id);
        expect(attempt.given).toMatchObject({ mode: 'answer', number: 1 });
        await attempt.answer();
      }
      await quiet();
      expect(await said()).toEqual(['text 1', 'text 2', 'text 4']);
    });

    it('begins nothing more where the store takes its time', async () => {
      await using stage = await setUp();
      const { start, quiet } = stage;
      const first = await start();
      await first.queue.accept(messageOf('1'));
      first.store.pause();
      await sleep(10);
      const stopped = first.stop(0);
      await sleep(WHILE_MS / 3);
      first.store.resume();
      await stopped;
      await sleep(WHILE_MS);
      expect(first.attempts.filter(({ isOver }) => !isOver)).toEqual([]);
      first.kill();
      await (await (await start()).running('1')).answer();
      await quiet();
    });

    it('is at once done where nothing runs', async () => {
      await using stage = await setUp();
      const { start } = stage;
      const process = await start(atOnce);
      const before = performance.now();
      await process.stop(60_000);
      expect(performance.now() - before).toBeLessThan(20_000);
    });

    it('often hands a turn on for ever, whatever is left of it', async () => {
      await using stage = await setUp();
      const { start, quiet, end } = stage;
      for (const isKept of [false, true]) {
        const id = `kept ${isKept}`;
        let process = await start();
        await process.queue.accept(messageOf(id));
        for (let time = 0; time < 7; time++) {
          const attempt = await process.running(id);
          const isShown = isKept && time > 0;
          expect(attempt.given).toMatchObject({
            mode: isShown ? 'show' : 'answer',
            number: time === 0 ? 1 : 2,
          });
          if (isKept && time === 0) await attempt.keep();
          const stopped = process.stop(0);
          if (isKept) attempt.end('left');
          await stopped;
          process.kill();
          process = await start();
        }
        const last = await process.running(id);
        if (isKept) last.end();
        else await last.answer();
        await quiet();
        expect(await end(id)).toBe('stop');
        process.kill();
      }
    });

    it('does not wait for ever for a handler that goes on', async () => {
      await using stage = await setUp();
      const { start } = stage;
      const first = await start({ obeys: false });
      await first.queue.accept(messageOf('1'));
      const deaf = await first.running('1');
      await first.stop(0);
      expect(deaf.isOver).toBe(false);
      if (isShared) expect(await deaf.given.isHeld()).toBe(false);
      const next = await start();
      const attempt = await next.running('1');
      await deaf.answer('too late');
      if (isShared) expect((await next.queue.live(CONVERSATION))[0]).toMatchObject({ phase: 'answering' });
      await attempt.answer('in time');
    });

    it('still does what is asked of what it answers', async () => {
      await using set = await setUp();
      const first = await set.start();
      const asking = await beside(first, set);
      for (const id of ['1', '2']) await first.queue.accept(messageOf(id));
      await first.queue.accept(elsewhere('3', 'other'));
      const stops = await first.running('1');
      const restarts = await first.running('3');
      const stopped = first.stop(20 * WHILE_MS);
      expect(await asking.queue.restart(edited('2'))).toBe(true);
      expect(await asking.queue.cancel(CONVERSATION)).toBe(true);
      expect(await asking.queue.restart(elsewhere('3', 'other', { text: 'edited 3' }))).toBe(true);
      await stopped;
      expect(stops.given.signal.reason).not.toBe(SHUTDOWN);
      expect(restarts.given.signal.reason).toBe(RESTART);
      expect(await set.end('1')).toBe('stopped');
      first.kill();
      const next = await set.start(atOnce);
      await set.quiet();
      expect(next.attempts.map(({ message }) => message.text).sort()).toEqual(['edited 2', 'edited 3']);
    });

    it('while the store fails leaves everything to the next', async () => {
      await using stage = await setUp();
      const { start, quiet, end } = stage;
      const first = await start();
      for (const id of ['1', '2']) await first.queue.accept(messageOf(id));
      await first.running('1');
      first.store.fail();
      await first.stop(0);
      first.kill();
      const next = await start();
      await (await next.running('1')).answer();
      await (await next.running('2')).answer();
      await quiet();
      expect(await end('1')).toBe('stop');
    });
  });
}
