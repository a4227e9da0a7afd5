/** The steps of a turn, for the attempt after a crash. */
import { describe, expect, it } from 'vitest';
import { LOST } from '../../../src/core/turn/queue.ts';
import type { Journal } from '../../../src/core/turn/tools/journal.ts';
import { messageOf } from '../../fixtures.ts';
import { soon } from '../../settled.ts';
import type { Stage } from './stage.ts';

/** A journal with so many steps that have ended, and one that runs. */
function journalOf(ended: number): Journal {
  const steps = Array.from({ length: ended }, (_, i) => ({
    id: `s${i}`,
    tool: 'look_up',
    arguments: '{}',
    state: 'done' as const,
    output: 'found',
  }));
  const running = { id: 'next', tool: 'look_up', arguments: '{}', state: 'running' as const };
  return { answer: 'so far', rounds: [{ upTo: 6, steps: [...steps, running] }] };
}

export function testJournalling({ setUp }: Stage): void {
  describe('a journal', () => {
    it('is there for the next process, and gone once the answer is shown', async () => {
      await using stage = await setUp();
      const { start, quiet, store } = stage;
      const first = await start();
      await first.queue.accept(messageOf('1'));
      const cut = await first.running('1');
      expect(await cut.given.journalled()).toBeUndefined();
      await cut.given.journal(journalOf(1));
      first.kill();
      const next = await start();
      const attempt = await next.running('1');
      expect(await attempt.given.journalled()).toEqual(journalOf(1));
      await attempt.answer();
      await quiet();
      expect(await store.keys('journal|')).toEqual([]);
    });

    it('is gone when the message is edited', async () => {
      await using stage = await setUp();
      const { start, quiet } = stage;
      const process = await start();
      await process.queue.accept(messageOf('1'));
      await (await process.running('1')).given.journal(journalOf(1));
      await process.queue.restart(messageOf('1', 'edited'));
      await soon(() => expect(process.attempts).toHaveLength(2));
      const again = await process.running('1');
      expect(await again.given.journalled()).toBeUndefined();
      await again.answer();
      await quiet();
    });

    it('of a turn that gets further each time lets it be answered, however often a process dies', async () => {
      await using stage = await setUp();
      const { start, quiet } = stage;
      for (let ended = 0; ended < 5; ended++) {
        const process = await start();
        if (ended === 0) await process.queue.accept(messageOf('1'));
        const { given } = await process.running('1');
        expect(given.mode).toBe('answer');
        await given.journal(journalOf(ended));
        await given.journal(journalOf(ended + 1));
        process.kill();
      }
      const { given, answer } = await (await start()).running('1');
      expect(given).toMatchObject({ mode: 'answer', number: 2 });
      await answer();
      await quiet();
    });
  });
}

export function testHeldJournal({ setUp }: Stage): void {
  describe('a journal', () => {
    it('keeps nothing of a process that was held up, and tells it that the turn is lost', async () => {
      await using stage = await setUp();
      const { start, quiet } = stage;
      const held = await start({ obeys: false });
      await held.queue.accept(messageOf('1'));
      const lost = await held.running('1');
      await lost.given.journal(journalOf(0));
      held.store.pause();
      const other = await start();
      const attempt = await other.running('1');
      const journalled = lost.given.journal(journalOf(2));
      held.store.resume();
      await journalled;
      expect(lost.given.signal.reason).toBe(LOST);
      expect(await attempt.given.journalled()).toEqual(journalOf(0));
      await attempt.answer();
      await quiet();
    });
  });
}
