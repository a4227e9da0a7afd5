/** The next process goes on with the turns of one that died. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { errorsOf } from '../../../lab/counterparts/queue-process.ts';
import type { LaneRow } from '../../../src/store/queue/rows/lane-rows.ts';
import { messageOf } from '../../fixtures.ts';
import { soon } from '../../settled.ts';
import { atOnce, CONVERSATION, ids, type Stage, WHILE_MS } from './stage.ts';

export function testDying({ setUp }: Stage): void {
  describe('a process that dies', () => {
    it('while it answers leaves that to the next, and what waits behind it, in order', async () => {
      await using stage = await setUp();
      const { start, end, quiet } = stage;
      const first = await start();
      for (const id of ['1', '2', '3']) await first.queue.accept(messageOf(id));
      await first.running('1');
      first.kill();
      const next = await start();
      const attempt = await next.running('1');
      expect(attempt.given).toMatchObject({ mode: 'answer', number: 2, revision: 0 });
      await attempt.answer();
      for (const id of ['2', '3']) {
        const { given, answer } = await next.running(id);
        expect(given).toMatchObject({ mode: 'answer', number: 1 });
        await answer();
      }
      await quiet();
      expect(await Promise.all(['1', '2', '3'].map((id) => end(id)))).toEqual(['stop', 'stop', 'stop']);
    });

    it('leaves what it had of an answer', async () => {
      await using stage = await setUp();
      const { start } = stage;
      const first = await start();
      await first.queue.accept(messageOf('1'));
      (await first.running('1')).text = 'half of';
      await soon(async () =>
        expect(await first.queue.live(CONVERSATION)).toMatchObject([{ text: 'half of' }]),
      );
      first.kill();
      const next = await start();
      const { given } = await next.running('1');
      expect(await given.drafted()).toBe('half of');
      expect(await next.queue.live(CONVERSATION)).toMatchObject([{ id: '1', text: '' }]);
    });

    it('after the answer is kept leaves it to be shown', async () => {
      await using stage = await setUp();
      const { start, quiet, transcripts } = stage;
      const first = await start();
      await first.queue.accept(messageOf('1'));
      await (await first.running('1')).keep('whole');
      expect(await first.queue.live(CONVERSATION)).toMatchObject([{ phase: 'answered', text: 'whole' }]);
      first.kill();
      const next = await start();
      const attempt = await next.running('1');
      expect(attempt.given).toMatchObject({ mode: 'show', number: 2 });
      attempt.end();
      await quiet();
      expect(await transcripts.find(CONVERSATION, '1')).toMatchObject({ answer: 'whole', end: 'stop' });
    });

    it('after a turn has ended leaves nothing', async () => {
      await using stage = await setUp();
      const { start, quiet } = stage;
      const first = await start(atOnce);
      await first.queue.accept(messageOf('1'));
      await quiet();
      first.kill();
      const next = await start();
      await sleep(WHILE_MS);
      expect(next.attempts).toEqual([]);
    });

    it('thrice over a turn has it closed, however often that dies as well; the lane goes on', async () => {
      await using stage = await setUp();
      const { start, quiet, end } = stage;
      const modes: unknown[] = [];
      let process = await start();
      for (const id of ['1', '2']) await process.queue.accept(messageOf(id));
      for (let time = 0; time < 5; time++) {
        const { given } = await process.running('1');
        modes.push([given.mode, given.number]);
        process.kill();
        process = await start();
      }
      await (await process.running('1')).answer('closed');
      await (await process.running('2')).answer();
      await quiet();
      expect(modes).toEqual([
        ['answer', 1],
        ['answer', 2],
        ['answer', 3],
        ['close', 4],
        ['close', 5],
      ]);
      expect(ids(process)).toEqual(['1', '2']);
      expect(errorsOf(process)).toEqual([]);
      expect(await end('2')).toBe('stop');
    });

    it('again and again over closing a turn has it dropped, with a line in the log', async () => {
      await using stage = await setUp();
      const { start, quiet, store } = stage;
      const first = await start();
      for (const id of ['1', '2']) await first.queue.accept(messageOf(id));
      await first.running('1');
      first.kill();
      const [key = ''] = await store.keys('lane|');
      const lane = await store.read<LaneRow>(key);
      await store.write([
        { key, value: { ...lane, turns: lane?.turns.map((turn) => ({ ...turn, attempts: 23 })) } },
      ]);
      const next = await start(atOnce);
      await quiet();
      expect(ids(next)).toEqual([]);
      expect(errorsOf(next)).toContain('turn set aside: it failed each time');
    });

    it('leaves nothing of what it had where that is forgotten before the next begins it', async () => {
      await using stage = await setUp();
      const { start, quiet, transcripts } = stage;
      const first = await start();
      await first.queue.accept(messageOf('1'));
      (await first.running('1')).text = 'half of';
      await soon(async () =>
        expect(await first.queue.live(CONVERSATION)).toMatchObject([{ text: 'half of' }]),
      );
      first.kill();
      await transcripts.forget(CONVERSATION);
      const next = await start();
      await quiet();
      expect(next.attempts).toEqual([]);
    });
  });
}
