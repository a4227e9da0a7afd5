/** Messages that a person sends while an earlier one is being answered. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { INTERRUPT } from '../../../src/core/turn/queue.ts';
import { MOST_ENTRIES } from '../../../src/store/store.ts';
import { messageOf } from '../../fixtures.ts';
import { soon } from '../../settled.ts';
import { atOnce, CONVERSATION, edited, ids, type Stage, WHILE_MS } from './stage.ts';

export function testJoining({ setUp, beside }: Stage): void {
  describe('a person who writes on', () => {
    const from = (author: string, id: string) =>
      messageOf(id, undefined, { author: { id: author, name: '' } });

    it('has what waits answered as one message, where the tenant wants that, and nobody else’s', async () => {
      await using set = await setUp();
      const process = await set.start();
      const { queue } = await beside(process, set);
      const accept = (author: string, id: string) => queue.accept(from(author, id), 'collect');
      await accept('ada', '1');
      const first = await process.running('1');
      for (const id of ['2', '3']) await accept('ada', id);
      await accept('bob', '4');
      await accept('ada', '5');
      await first.answer();
      for (const id of ['3', '4', '5']) await (await process.running(id)).answer();
      await set.quiet();
      const texts = ['text 1', 'text 2\n\ntext 3', 'text 4', 'text 5'];
      expect(process.attempts.map(({ message }) => message.text)).toEqual(texts);
      expect(await set.said()).toEqual(texts);
      expect(await Promise.all(['2', '3'].map((id) => accept('ada', id)))).toEqual(['seen', 'seen']);
    });

    it('has all of it answered also where the last of it is edited then', async () => {
      await using stage = await setUp();
      const { start, quiet, said } = stage;
      const process = await start();
      await process.queue.accept(messageOf('1'), 'collect');
      const first = await process.running('1');
      for (const id of ['2', '3', '4']) await process.queue.accept(messageOf(id), 'collect');
      await first.answer();
      await process.running('4');
      for (const text of ['edited', 'edited twice']) {
        await process.queue.restart(edited('4', text));
        await soon(() => expect(process.attempts.at(-1)?.message.text).toContain(text));
      }
      await (await process.running('4')).answer();
      await quiet();
      expect(await said()).toEqual(['text 1', 'text 2\n\ntext 3\n\nedited twice']);
      await process.queue.retry(CONVERSATION, '4');
      await process.running('4');
      await process.queue.restart(edited('4', 'edited once more'));
      await soon(() => expect(process.attempts.at(-1)?.message.text).toContain('once more'));
      await (await process.running('4')).answer();
      await quiet();
      expect(await said()).toEqual(['text 1', 'text 2\n\ntext 3\n\nedited once more']);
    });

    it('has files and quotes of what waited answered with it', async () => {
      await using stage = await setUp();
      const { start, transcripts, quiet } = stage;
      const process = await start();
      const file = (id: string) => ({ id, name: id, type: 'text/plain', size: 1 });
      await process.queue.accept(messageOf('1'), 'collect');
      const first = await process.running('1');
      await process.queue.accept(messageOf('2', '', { attachments: [file('a')] }), 'collect');
      await process.queue.accept(
        messageOf('3', 'look', { attachments: [file('b')], quotes: [{ from: 'bob', text: 'q' }] }),
        'collect',
      );
      await first.answer();
      await (await process.running('3')).answer();
      await quiet();
      expect((await transcripts.find(CONVERSATION, '3'))?.message).toMatchObject({
        text: 'look',
        attachments: [{ id: 'a' }, { id: 'b' }],
        quotes: [{ text: 'q' }],
      });
    });

    it('has more answered as one than is written at once', async () => {
      await using stage = await setUp();
      const { start, quiet, said } = stage;
      const idle = await start({ mostWaiting: 1_000, isIdle: true });
      const all = Array.from({ length: MOST_ENTRIES + 50 }, (_, i) => `${i}`);
      for (const id of all) await idle.queue.accept(messageOf(id), 'collect');
      await start({ mostWaiting: 1_000, ...atOnce });
      await quiet();
      expect((await said()).join('\n\n')).toBe(all.map((id) => `text ${id}`).join('\n\n'));
    });

    it('has one that was stopped while it waited left out of that', async () => {
      await using stage = await setUp();
      const { start, quiet, said } = stage;
      const process = await start();
      await process.queue.accept(messageOf('1'), 'collect');
      const first = await process.running('1');
      for (const id of ['2', '3', '4']) await process.queue.accept(messageOf(id), 'collect');
      await process.queue.cancel(CONVERSATION, '3');
      await first.answer();
      for (const id of ['2', '4']) await (await process.running(id)).answer();
      await quiet();
      expect(await said()).toEqual(['text 1', 'text 2', 'text 3', 'text 4']);
    });

    it('has an answer that is given again left as it is', async () => {
      await using stage = await setUp();
      const { start, quiet, transcripts } = stage;
      const process = await start();
      const { queue } = process;
      await queue.accept(messageOf('1'), 'collect');
      await (await process.running('1')).answer('first');
      await quiet();
      await queue.accept(messageOf('2'), 'collect');
      const second = await process.running('2');
      await queue.retry(CONVERSATION, '1');
      await queue.accept(messageOf('3'), 'collect');
      await second.answer();
      for (const id of ['1', '3']) await (await process.running(id)).answer(`again ${id}`);
      await quiet();
      expect(await transcripts.find(CONVERSATION, '1')).toMatchObject({ answer: 'again 1' });
      expect(ids(process)).toEqual(['1', '2', '1', '3']);
    });

    it('has one that is answered anew, of which something is shown, left by itself', async () => {
      await using stage = await setUp();
      const { start, quiet, said } = stage;
      const process = await start();
      await process.queue.accept(messageOf('1'), 'collect');
      await process.running('1');
      await process.queue.accept(messageOf('2'), 'collect');
      await process.queue.restart(edited('1'));
      await soon(() => expect(process.attempts).toHaveLength(2));
      for (const id of ['1', '2']) await (await process.running(id)).answer();
      await quiet();
      expect(await said()).toEqual(['edited 1', 'text 2']);
    });

    it('interrupts the answer, and has what waits answered as one, where the tenant wants that', async () => {
      await using set = await setUp();
      const process = await set.start({ obeys: false });
      const { queue } = await beside(process, set);
      await queue.accept(messageOf('1'), 'interrupt');
      const first = await process.running('1');
      await queue.accept(messageOf('2'), 'interrupt');
      await soon(() => expect(first.given.signal.reason).toBe(INTERRUPT));
      await queue.accept(messageOf('3'), 'interrupt');
      await first.answer('half');
      const second = await process.running('3');
      expect(second.message.text).toBe('text 2\n\ntext 3');
      expect(second.given.signal.aborted).toBe(false);
      await second.answer();
      await set.quiet();
      expect(ids(process)).toEqual(['1', '3']);
    });

    it('does not interrupt an answer that is whole and being shown', async () => {
      await using stage = await setUp();
      const { start, quiet } = stage;
      const process = await start();
      await process.queue.accept(messageOf('1'), 'interrupt');
      const first = await process.running('1');
      await first.keep();
      await process.queue.accept(messageOf('2'), 'interrupt');
      await sleep(WHILE_MS);
      expect(first.given.signal.aborted).toBe(false);
      first.end();
      await (await process.running('2')).answer();
      await quiet();
    });
  });
}
