/** A store that is away, or whose answers are lost. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { errorsOf } from '../../../lab/counterparts/queue-process.ts';
import { StoreError } from '../../../src/core/errors.ts';
import { messageOf } from '../../fixtures.ts';
import { atOnce, CONVERSATION, DRAFT_MS, ids, type Stage, showsAgain, WHILE_MS } from './stage.ts';

export function testFailingStore({ setUp }: Stage): void {
  describe('a store that fails for a while', () => {
    for (const how of ['before', 'after'] as const) {
      it(`${how} it has written loses nothing, and doubles nothing`, async () => {
        await using stage = await setUp();
        const { start, quiet, said, end } = stage;
        const process = await start(showsAgain);
        const outage = async () => {
          process.store.fail(how);
          await sleep(2 * DRAFT_MS);
          process.store.mend();
        };
        for (const id of ['1', '2', '3']) await process.queue.accept(messageOf(id));
        for (const id of ['1', '2', '3']) {
          const attempt = await process.running(id);
          attempt.text = 'half';
          await outage();
          const away = outage();
          await attempt.answer();
          await away;
        }
        await quiet();
        const answers = process.attempts.filter(({ given }) => given.mode === 'answer');
        expect(answers.map(({ message }) => message.id)).toEqual(['1', '2', '3']);
        expect(await said()).toEqual(['text 1', 'text 2', 'text 3']);
        expect(await Promise.all(['1', '2', '3'].map((id) => end(id)))).toEqual(['stop', 'stop', 'stop']);
        expect(errorsOf(process)).toEqual([]);
      });

      it(`${how} it has written takes a message, at the latest when it is sent again`, async () => {
        await using stage = await setUp();
        const { start, quiet, said } = stage;
        const process = await start(atOnce);
        process.store.fail(how);
        await expect(process.queue.accept(messageOf('1'))).rejects.toThrow(StoreError);
        process.store.mend();
        if (how === 'before') expect(await process.queue.accept(messageOf('1'))).toBe('new');
        await quiet();
        expect(await process.queue.accept(messageOf('1'))).toBe('seen');
        await quiet();
        expect(await said()).toEqual(['text 1']);
        expect(ids(process)).toEqual(['1']);
      });
    }

    it('when an answer has ended has it shown once more as soon as it is kept', async () => {
      await using stage = await setUp();
      const { start, quiet, transcripts } = stage;
      const process = await start();
      await process.queue.accept(messageOf('1'));
      const attempt = await process.running('1');
      process.store.fail();
      await attempt.answer('said to be not kept');
      await sleep(WHILE_MS / 3);
      process.store.mend();
      const again = await process.running('1');
      expect(again.given).toMatchObject({ mode: 'show', number: 2 });
      expect(await transcripts.find(CONVERSATION, '1')).toMatchObject({ answer: 'said to be not kept' });
      again.end();
      await quiet();
      expect(ids(process)).toEqual(['1', '1']);
    });

    it('while a turn is begun does not count as attempts at it', async () => {
      await using stage = await setUp();
      const { start, quiet } = stage;
      const process = await start();
      await process.queue.accept(messageOf('1'));
      process.store.fail('after');
      await sleep(2 * WHILE_MS);
      process.store.mend();
      const attempt = await process.running('1');
      expect(attempt.given).toMatchObject({ mode: 'answer', number: 1 });
      await attempt.answer();
      await quiet();
    });

    it('does not keep a person from stopping what runs here', async () => {
      await using stage = await setUp();
      const { start, quiet, end } = stage;
      const process = await start(showsAgain);
      await process.queue.accept(messageOf('1'));
      const attempt = await process.running('1');
      process.store.fail();
      expect(await process.queue.cancel(CONVERSATION, '1')).toBe(true);
      expect(attempt.given.signal.aborted).toBe(true);
      await sleep(WHILE_MS / 3);
      process.store.mend();
      await quiet();
      expect(await end('1')).toBe('stopped');
    });
  });
}
