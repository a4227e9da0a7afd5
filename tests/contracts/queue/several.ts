/** Processes that work on one store at the same time. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { StoreError } from '../../../src/core/errors.ts';
import { RESTART } from '../../../src/core/turn/queue.ts';
import { messageOf } from '../../fixtures.ts';
import { soon } from '../../settled.ts';
import { atOnce, CONVERSATION, edited, elsewhere, ids, type Stage, WHILE_MS } from './stage.ts';

export function testSeveral({ setUp }: Stage): void {
  describe('several processes', () => {
    it('answer a partition in one of them at a time, and its messages in order, wherever they come in', async () => {
      await using stage = await setUp();
      const { start, quiet, said, released } = stage;
      const partitionOf = () => 'test:space';
      const one = await start({ partitionOf });
      await one.queue.accept(messageOf('1'));
      await one.running('1');
      const other = await start({ partitionOf });
      await other.queue.accept(messageOf('2'));
      await other.queue.accept(elsewhere('3', 'other'));
      await (await one.running('3')).answer();
      await (await one.running('1')).answer();
      await (await one.running('2')).answer();
      await quiet();
      expect(ids(other)).toEqual([]);
      expect(await said()).toEqual(['text 1', 'text 2']);
      await released();
      await one.stop(0);
      await other.queue.accept(messageOf('4'));
      await (await other.running('4')).answer();
    });

    it('take up what one leaves that dies, though none is started anew', async () => {
      await using stage = await setUp();
      const { start, quiet, said } = stage;
      const one = await start();
      for (const id of ['1', '2']) await one.queue.accept(messageOf(id));
      await one.running('1');
      const other = await start();
      one.kill();
      const attempt = await other.running('1');
      expect(attempt.given).toMatchObject({ mode: 'answer', number: 2 });
      await attempt.answer();
      await (await other.running('2')).answer();
      await quiet();
      expect(await said()).toEqual(['text 1', 'text 2']);
    });

    it('take up at once what one leaves that stops', async () => {
      await using stage = await setUp();
      const { start, quiet } = stage;
      const one = await start();
      await one.queue.accept(messageOf('1'));
      await one.running('1');
      const other = await start();
      await one.stop(0);
      const attempt = await other.running('1');
      expect(attempt.given).toMatchObject({ mode: 'answer', number: 2 });
      await attempt.answer();
      await quiet();
    });

    it('leave a partition to one that can answer it', async () => {
      await using stage = await setUp();
      const { start, quiet } = stage;
      const without = await start({ partitionOf: () => undefined });
      const idle = await start({ isIdle: true });
      await idle.queue.accept(messageOf('1'));
      await sleep(WHILE_MS);
      const able = await start(atOnce);
      await quiet();
      expect(ids(able)).toEqual(['1']);
      expect(ids(without)).toEqual([]);
    });

    it('answer a partition that one of them could not release', async () => {
      await using stage = await setUp();
      const { start, quiet, end } = stage;
      const one = await start(atOnce);
      const other = await start({ isIdle: true });
      await one.queue.accept(messageOf('1'));
      const { exclusive } = one.store;
      let isAway = true;
      one.store.exclusive = async (name, task) => {
        if (isAway && name.startsWith('home|') && one.attempts.length > 0) throw new StoreError('away');
        return exclusive(name, task);
      };
      await quiet();
      await sleep(WHILE_MS);
      isAway = false;
      await other.queue.accept(messageOf('2'));
      await quiet();
      expect(await end('2')).toBe('stop');
    });

    it('make up for what was told in vain', async () => {
      await using stage = await setUp();
      const { start, quiet, end } = stage;
      const one = await start();
      const other = await start({ isIdle: true });
      await one.queue.accept(messageOf('1'));
      const attempt = await one.running('1');
      one.store.deafen();
      await other.queue.accept(elsewhere('2', 'other'));
      await (await one.running('2')).answer();
      await other.queue.restart(edited('1'));
      await soon(() => expect(attempt.given.signal.reason).toBe(RESTART));
      const anew = await one.running('1');
      await other.queue.cancel(CONVERSATION, '1');
      await soon(() => expect(anew.given.signal.aborted).toBe(true));
      await quiet();
      expect(await end('1')).toBe('stopped');
    });
  });
}
