/** The answer so far, for those who follow it. */
import { describe, expect, it } from 'vitest';
import { messageOf } from '../../fixtures.ts';
import { soon } from '../../settled.ts';
import { CONVERSATION, type Stage } from './stage.ts';

export function testDrafts({ setUp }: Stage): void {
  describe('a draft', () => {
    it('is at most half a second old, and gone once the answer is shown', async () => {
      await using stage = await setUp();
      const { start, quiet, store } = stage;
      const process = await start();
      await process.queue.accept(messageOf('1'));
      const attempt = await process.running('1');
      const live = () => process.queue.live(CONVERSATION);
      for (const text of ['a', 'a b', 'a b c']) {
        attempt.text = text;
        await soon(async () => expect(await live()).toMatchObject([{ id: '1', text }]));
      }
      await attempt.keep('whole');
      expect(await live()).toMatchObject([{ id: '1', text: 'whole' }]);
      attempt.end();
      await quiet();
      expect(await store.keys('draft|')).toEqual([]);
      expect(await live()).toEqual([]);
    });

    it('begins anew with each attempt, as those who follow it can tell', async () => {
      await using stage = await setUp();
      const { start } = stage;
      const process = await start();
      await process.queue.accept(messageOf('1'));
      const first = await process.running('1');
      first.text = 'half';
      const live = async () => (await process.queue.live(CONVERSATION))[0];
      await soon(async () => expect(await live()).toMatchObject({ text: 'half', phase: 'answering' }));
      const before = await live();
      first.fail();
      await soon(() => expect(process.attempts).toHaveLength(2));
      await soon(async () => expect(await live()).toMatchObject({ text: '', phase: 'answering' }));
      expect((await live())?.attempt).not.toBe(before?.attempt);
    });
  });
}
