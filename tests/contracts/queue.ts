/** What the turn queue must do, over whichever store and however many processes. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { INTERRUPT, LOST, RESTART, SHUTDOWN, StoreError } from '../../src/core/ports.ts';
import type { Message } from '../../src/core/types.ts';
import type { LaneRow } from '../../src/store/queue/lane-rows.ts';
import { MOST_ENTRIES, type Store } from '../../src/store/store.ts';
import { createTranscripts } from '../../src/store/transcripts.ts';
import {
  errorsOf,
  type QueueProcess,
  type QueueProcessOptions,
  startQueueProcess,
} from '../counterparts/queue-process.ts';
import { messageOf } from '../fixtures.ts';

/** Where the processes of a test meet. */
export interface Ground {
  /** A process's way to it. */
  connect(): Promise<Store>;
  close(): Promise<void>;
}

/** A process is dead after 0.3 s, and what was lost is looked for every 0.1 s. */
const PACE = 0.05;
const DRAFT_MS = 500 * PACE;
/** In which everything would have happened that must not. */
const WHILE_MS = 300;
const { conversation: CONVERSATION } = messageOf('1');

const elsewhere = (id: string, place: string, rest: Partial<Message> = {}) =>
  messageOf(id, undefined, { conversation: `test:space:${place}`, lane: `test:space:${place}`, ...rest });
const edited = (id: string, text = `edited ${id}`) => messageOf(id, text);
const atOnce: Partial<QueueProcessOptions> = { onBegun: (attempt) => void attempt.answer() };
/** What is only to be shown again is. */
const showsAgain: Partial<QueueProcessOptions> = {
  onBegun: ({ run, end }) => {
    if (run.mode === 'show') end();
  },
};
const ids = ({ attempts }: QueueProcess) => attempts.map(({ message }) => message.id);

/** @param isShared whether several processes may work on it at the same time */
export function testQueue(
  name: string,
  { open, isShared }: { open(): Promise<Ground>; isShared: boolean },
): void {
  describe(`turn queue contract: ${name}`, () => {
    const opened: Ground[] = [];
    const started: QueueProcess[] = [];
    afterEach(async () => {
      for (const process of started.splice(0)) process.kill();
      for (const ground of opened.splice(0)) await ground.close();
    });

    async function setUp() {
      const ground = await open();
      opened.push(ground);
      const store = await ground.connect();
      const transcripts = createTranscripts(store);
      return {
        store,
        transcripts,
        async start(options: Partial<QueueProcessOptions> = {}) {
          const process = startQueueProcess(await ground.connect(), { pace: PACE, ...options });
          started.push(process);
          await process.queue.recover();
          return process;
        },
        end: async (id: string, conversation = CONVERSATION) =>
          (await transcripts.find(conversation, id))?.end,
        said: async (conversation = CONVERSATION) =>
          (await transcripts.read(conversation, { limit: 99 })).turns.map(({ message }) => message.text),
        /** No process holds anything. */
        released: () => expect.poll(() => store.keys('home|')).toEqual([]),
        /** Nothing is left to do, and nothing of what was done lies about. */
        quiet: () =>
          expect
            .poll(async () => [...(await store.keys('lane|')), ...(await store.keys('draft|'))], {
              timeout: 5_000,
            })
            .toEqual([]),
      };
    }

    /** Another process where there can be one, else the same. */
    const beside = async (process: QueueProcess, { start }: Awaited<ReturnType<typeof setUp>>) =>
      isShared ? start({ isIdle: true }) : process;

    describe('what is accepted', () => {
      it('is answered in order, one at a time', async () => {
        const { start, quiet } = await setUp();
        const process = await start();
        for (const id of ['1', '2', '3']) expect(await process.queue.accept(messageOf(id))).toBe('new');
        for (const id of ['1', '2', '3']) {
          const attempt = await process.running(id);
          expect(ids(process).at(-1)).toBe(id);
          await attempt.answer();
        }
        await quiet();
        expect(ids(process)).toEqual(['1', '2', '3']);
      });

      it('is answered side by side in fifty conversations, and in the lanes of one', async () => {
        const { start } = await setUp();
        const process = await start();
        const messages = Array.from({ length: 50 }, (_, i) =>
          elsewhere('1', `channel ${i % 40}`, { lane: `${i}` }),
        );
        await Promise.all(messages.map((message, i) => process.queue.accept({ ...message, id: `${i}` })));
        await expect.poll(() => process.attempts.filter(({ isOver }) => !isOver)).toHaveLength(50);
      });

      it('is answered once where it comes again: at once, waiting, being answered, answered', async () => {
        const { start, quiet } = await setUp();
        const process = await start();
        const accept = (id: string) => process.queue.accept(messageOf(id));
        expect(await Promise.all([accept('1'), accept('1'), accept('1')])).toEqual(['new', 'seen', 'seen']);
        await accept('2');
        expect(await accept('2')).toBe('seen');
        const attempt = await process.running('1');
        expect(await accept('1')).toBe('seen');
        await attempt.answer();
        await (await process.running('2')).answer();
        await quiet();
        expect(await Promise.all([accept('1'), accept('2')])).toEqual(['seen', 'seen']);
        await sleep(WHILE_MS);
        expect(ids(process)).toEqual(['1', '2']);
      });

      it('is answered once where it comes again to the next process', async () => {
        const { start, quiet } = await setUp();
        const first = await start(atOnce);
        await first.queue.accept(messageOf('1'));
        await quiet();
        first.kill();
        const next = await start(atOnce);
        expect(await next.queue.accept(messageOf('1'))).toBe('seen');
        await sleep(WHILE_MS);
        expect(next.attempts).toEqual([]);
      });

      it('is not answered where it comes again after its conversation was forgotten', async () => {
        const { start, quiet, transcripts } = await setUp();
        const process = await start(atOnce);
        await process.queue.accept(messageOf('1'));
        await quiet();
        await transcripts.forget(CONVERSATION);
        expect(await process.queue.accept(messageOf('1'))).toBe('seen');
        await sleep(WHILE_MS);
        expect(ids(process)).toEqual(['1']);
      });

      it('is not answered where its conversation was forgotten while it waited', async () => {
        const { start, quiet, transcripts } = await setUp();
        const process = await start();
        for (const id of ['1', '2']) await process.queue.accept(messageOf(id));
        const attempt = await process.running('1');
        await transcripts.forget(CONVERSATION);
        await process.queue.accept(messageOf('3'));
        await attempt.answer();
        await (await process.running('3')).answer();
        await quiet();
        expect(ids(process)).toEqual(['1', '3']);
        expect(await transcripts.find(CONVERSATION, '1')).toBeUndefined();
      });

      it('is refused where too many wait before it, and by that lane only; what comes again is still known', async () => {
        const { start, transcripts } = await setUp();
        const process = await start({ mostWaiting: 2 });
        const { queue } = process;
        for (const id of ['forgotten', 'gone']) {
          await queue.accept(messageOf(id));
          await (await process.running(id)).answer();
          if (id === 'forgotten') await transcripts.forget(CONVERSATION);
        }
        await transcripts.remove(CONVERSATION, 'gone');
        await queue.accept(messageOf('1'));
        await process.running('1');
        for (const id of ['2', '3']) expect(await queue.accept(messageOf(id))).toBe('new');
        expect(await queue.accept(messageOf('4'))).toBe('full');
        expect(await transcripts.find(CONVERSATION, '4')).toBeUndefined();
        for (const id of ['1', '3', 'forgotten', 'gone'])
          expect(await queue.accept(messageOf(id)), id).toBe('seen');
        expect(await queue.accept(elsewhere('4', 'other'))).toBe('new');
        await (await process.running('1')).answer();
        await process.running('2');
        expect(await queue.accept(messageOf('4'))).toBe('new');
      });

      it('is answered when turns begin to be run', async () => {
        const { start, quiet, said } = await setUp();
        const idle = await start({ isIdle: true });
        await idle.queue.accept(messageOf('1'));
        await sleep(WHILE_MS);
        idle.kill();
        await start(atOnce);
        await quiet();
        expect(await said()).toEqual(['text 1']);
      });
    });

    describe('a process that dies', () => {
      it('while it answers leaves that to the next, and what waits behind it, in order', async () => {
        const { start, end, quiet } = await setUp();
        const first = await start();
        for (const id of ['1', '2', '3']) await first.queue.accept(messageOf(id));
        await first.running('1');
        first.kill();
        const next = await start();
        const attempt = await next.running('1');
        expect(attempt.run).toMatchObject({ mode: 'answer', attempt: 2, revision: 0 });
        await attempt.answer();
        for (const id of ['2', '3']) {
          const { run, answer } = await next.running(id);
          expect(run).toMatchObject({ mode: 'answer', attempt: 1 });
          await answer();
        }
        await quiet();
        expect(await Promise.all(['1', '2', '3'].map((id) => end(id)))).toEqual(['stop', 'stop', 'stop']);
      });

      it('leaves what it had of an answer', async () => {
        const { start } = await setUp();
        const first = await start();
        await first.queue.accept(messageOf('1'));
        (await first.running('1')).text = 'half of';
        await sleep(DRAFT_MS + WHILE_MS);
        first.kill();
        const next = await start();
        const { run } = await next.running('1');
        expect(await run.drafted()).toBe('half of');
        expect(await next.queue.live(CONVERSATION)).toMatchObject([{ id: '1', text: '' }]);
      });

      it('after the answer is kept leaves it to be shown', async () => {
        const { start, quiet, transcripts } = await setUp();
        const first = await start();
        await first.queue.accept(messageOf('1'));
        await (await first.running('1')).keep('whole');
        expect(await first.queue.live(CONVERSATION)).toMatchObject([{ phase: 'answered', text: 'whole' }]);
        first.kill();
        const next = await start();
        const attempt = await next.running('1');
        expect(attempt.run).toMatchObject({ mode: 'show', attempt: 2 });
        attempt.end();
        await quiet();
        expect(await transcripts.find(CONVERSATION, '1')).toMatchObject({ answer: 'whole', end: 'stop' });
      });

      it('after a turn has ended leaves nothing', async () => {
        const { start, quiet } = await setUp();
        const first = await start(atOnce);
        await first.queue.accept(messageOf('1'));
        await quiet();
        first.kill();
        const next = await start();
        await sleep(WHILE_MS);
        expect(next.attempts).toEqual([]);
      });

      it('thrice over a turn has it closed, however often that dies as well; the lane goes on', async () => {
        const { start, quiet, end } = await setUp();
        const modes: unknown[] = [];
        let process = await start();
        for (const id of ['1', '2']) await process.queue.accept(messageOf(id));
        for (let time = 0; time < 5; time++) {
          const { run } = await process.running('1');
          modes.push([run.mode, run.attempt]);
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
        const { start, quiet, store } = await setUp();
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
        const { start, quiet, transcripts } = await setUp();
        const first = await start();
        await first.queue.accept(messageOf('1'));
        (await first.running('1')).text = 'half of';
        await sleep(DRAFT_MS + WHILE_MS);
        first.kill();
        await transcripts.forget(CONVERSATION);
        const next = await start();
        await quiet();
        expect(next.attempts).toEqual([]);
      });
    });

    describe('a handler that throws', () => {
      it('is tried again, then asked to close the turn; other lanes do not wait for that', async () => {
        const { start, quiet, end } = await setUp();
        const modes: unknown[] = [];
        const process = await start({
          onBegun({ message, run, fail, answer }) {
            if (message.id !== '1') return void answer();
            modes.push([run.mode, run.attempt]);
            if (run.mode === 'close') void answer('closed');
            else fail();
          },
        });
        await process.queue.accept(messageOf('1'));
        await process.queue.accept(messageOf('2'));
        await process.queue.accept(elsewhere('3', 'other'));
        await expect.poll(() => end('3', 'test:space:other')).toBe('stop');
        expect(await end('2')).toBeNull();
        await quiet();
        expect(modes).toEqual([
          ['answer', 1],
          ['answer', 2],
          ['answer', 3],
          ['close', 4],
        ]);
        expect(await end('2')).toBe('stop');
      });

      it('even then has the turn dropped, with a line in the log', async () => {
        const { start, quiet, end } = await setUp();
        const process = await start({
          onBegun: ({ message, fail, answer }) => void (message.id === '1' ? fail() : answer()),
        });
        await process.queue.accept(messageOf('1'));
        await process.queue.accept(messageOf('2'));
        await quiet();
        expect(ids(process)).toEqual(['1', '1', '1', '1', '1', '2']);
        expect(errorsOf(process)).toContain('turn set aside: it failed each time');
        expect(await end('2')).toBe('stop');
      });

      it('leaves what it has kept to be shown', async () => {
        const { start, quiet } = await setUp();
        const modes: unknown[] = [];
        const process = await start({
          async onBegun({ run, fail, keep, end }) {
            modes.push(run.mode);
            if (run.mode === 'show') return end();
            await keep();
            fail();
          },
        });
        await process.queue.accept(messageOf('1'));
        await quiet();
        expect(modes).toEqual(['answer', 'show']);
      });
    });

    it('tries a lane that it cannot read again and again, but not all the time', async () => {
      const { start, store } = await setUp();
      const process = await start();
      await process.queue.accept(messageOf('1'));
      const [key = ''] = await store.keys('lane|');
      await process.running('1');
      await store.write([{ key, value: 'broken' }]);
      process.attempts[0]?.end();
      await sleep(WHILE_MS);
      const { length } = errorsOf(process);
      expect(length).toBeGreaterThan(0);
      expect(length).toBeLessThan(10);
    });

    describe('what is asked of a turn', () => {
      it('to stop: it stops where it runs, and is begun stopped where it waits', async () => {
        const set = await setUp();
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
        expect(process.attempts.map(({ run }) => run.signal.aborted)).toEqual([true, true, false]);
        expect(await Promise.all(['1', '2', '3'].map((id) => set.end(id)))).toEqual([
          'stopped',
          'stopped',
          'stop',
        ]);
        expect(await queue.cancel(CONVERSATION, '1')).toBe(false);
      });

      it('to stop, of all of a conversation', async () => {
        const set = await setUp();
        const process = await set.start();
        const { queue } = await beside(process, set);
        await queue.accept(messageOf('1'));
        await queue.accept(messageOf('2'));
        await queue.accept(messageOf('other', undefined, { lane: 'of another person' }));
        await queue.accept(elsewhere('elsewhere', 'other'));
        await Promise.all(['1', 'other', 'elsewhere'].map((id) => process.running(id)));
        expect(await queue.cancel(CONVERSATION)).toBe(true);
        await expect
          .poll(() => Promise.all(['1', '2', 'other'].map((id) => set.end(id))))
          .toEqual(['stopped', 'stopped', 'stopped']);
        await (await process.running('elsewhere')).answer();
        await set.quiet();
        expect(await queue.cancel(CONVERSATION)).toBe(false);
      });

      it('to stop, asked of a process that dies of it, is done by the next', async () => {
        const { start, quiet, end } = await setUp();
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
        const { start, quiet, end } = await setUp();
        const process = await start();
        const other = await start({ isIdle: true });
        await process.queue.accept(messageOf('1'));
        const before = await process.running('1');
        process.store.holdAnswers();
        await other.queue.accept(messageOf('2', undefined, { lane: 'of another person' }));
        await expect
          .poll(async () => (await other.queue.live(CONVERSATION)).map(({ phase }) => phase))
          .toEqual(['answering', 'answering']);
        expect(await other.queue.cancel(CONVERSATION, '2')).toBe(true);
        process.store.resume();
        await expect.poll(() => end('2')).toBe('stopped');
        await before.answer();
        await quiet();
      });

      it('again: it is answered once more where it has ended, and only there', async () => {
        const set = await setUp();
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
        expect(again.run).toMatchObject({ mode: 'answer', attempt: 1 });
        expect((await set.transcripts.find(CONVERSATION, '1'))?.answer).toBe('first');
        await again.answer('second');
        await set.quiet();
        expect(ids(process)).toEqual(['1', '1']);
        expect((await set.transcripts.find(CONVERSATION, '1'))?.answer).toBe('second');
        expect(await queue.retry(CONVERSATION, 'never there')).toBe(false);
      });
    });

    describe('a message that reads otherwise now', () => {
      it('is answered anew at once where it was being answered, before what waits behind it', async () => {
        const set = await setUp();
        const process = await set.start();
        const { queue } = await beside(process, set);
        for (const id of ['1', '2']) await queue.accept(messageOf(id));
        const before = await process.running('1');
        expect(await queue.restart(edited('1'))).toBe(true);
        await expect.poll(() => before.isOver).toBe(true);
        expect(before.run.signal.reason).toBe(RESTART);
        const anew = await process.running('1');
        expect(anew.message.text).toBe('edited 1');
        expect(anew.run).toMatchObject({ mode: 'answer', attempt: 1, revision: 1 });
        expect(anew.run.signal.aborted).toBe(false);
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
        const { start, transcripts, quiet } = await setUp();
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
        const set = await setUp();
        const process = await set.start();
        const { queue } = await beside(process, set);
        await queue.accept(messageOf('1'));
        const before = await process.running('1');
        await before.keep('first');
        expect(await queue.restart(edited('1'))).toBe(true);
        await expect.poll(() => before.isOver).toBe(true);
        const anew = await process.running('1');
        expect(anew.run).toMatchObject({ mode: 'answer', attempt: 1, revision: 1 });
        await anew.answer('second');
        await set.quiet();
        expect((await set.transcripts.find(CONVERSATION, '1'))?.answer).toBe('second');
      });

      it('waits where it waited, and is answered once, as it reads last', async () => {
        const set = await setUp();
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
        expect(process.attempts.map(({ run }) => run.revision)).toEqual([0, 0, 0]);
        expect(await set.said()).toEqual(['text 1', 'edited twice', 'text 3']);
      });

      it('is answered once more for many edits at once', async () => {
        const { start, quiet } = await setUp();
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
        const { start, quiet, transcripts } = await setUp();
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
          expect(anew.run, id).toMatchObject({ mode: 'answer', attempt: 2, revision: 1 });
          expect(anew.run.signal.aborted).toBe(false);
          expect(anew.message.text).toBe(`edited ${id}`);
          await anew.answer('second');
          await quiet();
          expect(ids(next)).toEqual([id]);
          expect(await transcripts.find(CONVERSATION, id)).toMatchObject({ answer: 'second' });
          next.kill();
        }
      });

      it('keeps its text where the store’s answers are lost', async () => {
        const { start, quiet, said } = await setUp();
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
        expect(anew.run).toMatchObject({ mode: 'answer', revision: 1 });
        await anew.answer();
        await quiet();
        expect(await said()).toEqual(['edited 1']);
      });

      it('can be stopped once it is answered anew, and while that is about to be', async () => {
        const { start, quiet, end } = await setUp();
        const process = await start({ obeys: false });
        const { queue } = process;
        await queue.accept(messageOf('1'));
        const before = await process.running('1');
        await queue.restart(edited('1'));
        await expect.poll(() => before.run.signal.reason).toBe(RESTART);
        expect(await queue.cancel(CONVERSATION, '1')).toBe(true);
        before.end();
        const anew = await process.running('1');
        expect(anew.run.signal.aborted).toBe(true);
        await anew.answer();
        await quiet();
        expect(ids(process)).toEqual(['1', '1']);
        expect(await end('1')).toBe('stop');
      });

      it('is answered, stopped, where it is stopped after an answer to what it read before', async () => {
        const { start, quiet, end, said } = await setUp();
        const process = await start({ obeys: false });
        await process.queue.accept(messageOf('1'));
        const before = await process.running('1');
        await process.queue.restart(edited('1'));
        await before.keep();
        await process.queue.cancel(CONVERSATION);
        before.end();
        const anew = await process.running('1');
        expect(anew.run.signal.aborted).toBe(true);
        expect(anew.message.text).toBe('edited 1');
        await anew.answer();
        await quiet();
        expect(await end('1')).toBe('stop');
        expect(await said()).toEqual(['edited 1']);
      });

      it('is left alone once it was answered, or was never there', async () => {
        const { start, quiet, transcripts } = await setUp();
        const process = await start(atOnce);
        await process.queue.accept(messageOf('1'));
        await quiet();
        expect(await process.queue.restart(edited('1'))).toBe(false);
        expect(await process.queue.restart(edited('never there'))).toBe(false);
        expect((await transcripts.find(CONVERSATION, '1'))?.message.text).toBe('text 1');
      });

      it('does not come back where its conversation was forgotten meanwhile', async () => {
        const { start, quiet, transcripts } = await setUp();
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
        const { start } = await setUp();
        const process = await start();
        await process.queue.accept(messageOf('1'));
        (await process.running('1')).text = 'to what it read before';
        await sleep(DRAFT_MS + WHILE_MS);
        await process.queue.restart(edited('1'));
        await expect.poll(() => process.attempts).toHaveLength(2);
        const anew = await process.running('1');
        expect(await anew.run.drafted()).toBe('');
      });
    });

    describe('a person who writes on', () => {
      const from = (author: string, id: string) =>
        messageOf(id, undefined, { author: { id: author, name: '' } });

      it('has what waits answered as one message, where the tenant wants that, and nobody else’s', async () => {
        const set = await setUp();
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
        const { start, quiet, said } = await setUp();
        const process = await start();
        await process.queue.accept(messageOf('1'), 'collect');
        const first = await process.running('1');
        for (const id of ['2', '3', '4']) await process.queue.accept(messageOf(id), 'collect');
        await first.answer();
        await process.running('4');
        for (const text of ['edited', 'edited twice']) {
          await process.queue.restart(edited('4', text));
          await expect.poll(() => process.attempts.at(-1)?.message.text).toContain(text);
        }
        await (await process.running('4')).answer();
        await quiet();
        expect(await said()).toEqual(['text 1', 'text 2\n\ntext 3\n\nedited twice']);
      });

      it('has files and quotes of what waited answered with it', async () => {
        const { start, transcripts, quiet } = await setUp();
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
        const { start, quiet, said } = await setUp();
        const idle = await start({ mostWaiting: 1_000, isIdle: true });
        const all = Array.from({ length: MOST_ENTRIES + 50 }, (_, i) => `${i}`);
        for (const id of all) await idle.queue.accept(messageOf(id), 'collect');
        await start({ mostWaiting: 1_000, ...atOnce });
        await quiet();
        expect((await said()).join('\n\n')).toBe(all.map((id) => `text ${id}`).join('\n\n'));
      });

      it('has one that was stopped while it waited left out of that', async () => {
        const { start, quiet, said } = await setUp();
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
        const { start, quiet, transcripts } = await setUp();
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
        const { start, quiet, said } = await setUp();
        const process = await start();
        await process.queue.accept(messageOf('1'), 'collect');
        await process.running('1');
        await process.queue.accept(messageOf('2'), 'collect');
        await process.queue.restart(edited('1'));
        await expect.poll(() => process.attempts).toHaveLength(2);
        for (const id of ['1', '2']) await (await process.running(id)).answer();
        await quiet();
        expect(await said()).toEqual(['edited 1', 'text 2']);
      });

      it('interrupts the answer, and has what waits answered as one, where the tenant wants that', async () => {
        const set = await setUp();
        const process = await set.start({ obeys: false });
        const { queue } = await beside(process, set);
        await queue.accept(messageOf('1'), 'interrupt');
        const first = await process.running('1');
        await queue.accept(messageOf('2'), 'interrupt');
        await expect.poll(() => first.run.signal.reason).toBe(INTERRUPT);
        await queue.accept(messageOf('3'), 'interrupt');
        await first.answer('half');
        const second = await process.running('3');
        expect(second.message.text).toBe('text 2\n\ntext 3');
        expect(second.run.signal.aborted).toBe(false);
        await second.answer();
        await set.quiet();
        expect(ids(process)).toEqual(['1', '3']);
      });

      it('does not interrupt an answer that is whole and being shown', async () => {
        const { start, quiet } = await setUp();
        const process = await start();
        await process.queue.accept(messageOf('1'), 'interrupt');
        const first = await process.running('1');
        await first.keep();
        await process.queue.accept(messageOf('2'), 'interrupt');
        await sleep(WHILE_MS);
        expect(first.run.signal.aborted).toBe(false);
        first.end();
        await (await process.running('2')).answer();
        await quiet();
      });
    });

    describe('Parley that stops', () => {
      it('keeps what ends within the grace, begins nothing more, and leaves the rest to the next', async () => {
        const { start, quiet, end, said } = await setUp();
        const first = await start();
        for (const id of ['1', '2']) await first.queue.accept(messageOf(id));
        await first.queue.accept(elsewhere('3', 'other'));
        const ends = await first.running('1');
        const stays = await first.running('3');
        const stopped = first.stop(WHILE_MS);
        expect(await first.queue.accept(messageOf('4'))).toBe('new');
        await ends.answer();
        await stopped;
        expect(stays.run.signal.reason).toBe(SHUTDOWN);
        expect(ids(first)).toEqual(['1', '3']);
        expect(await end('1')).toBe('stop');
        first.kill();
        const next = await start();
        const handed = await next.running('3');
        expect(handed.run).toMatchObject({ mode: 'answer', attempt: 2 });
        await handed.answer();
        for (const id of ['2', '4']) {
          const attempt = await next.running(id);
          expect(attempt.run).toMatchObject({ mode: 'answer', attempt: 1 });
          await attempt.answer();
        }
        await quiet();
        expect(await said()).toEqual(['text 1', 'text 2', 'text 4']);
      });

      it('begins nothing more where the store takes its time', async () => {
        const { start, quiet } = await setUp();
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
        const { start } = await setUp();
        const process = await start(atOnce);
        const before = performance.now();
        await process.stop(5_000);
        expect(performance.now() - before).toBeLessThan(1_000);
      });

      it('often hands a turn on for ever, whatever is left of it', async () => {
        const { start, quiet, end } = await setUp();
        for (const isKept of [false, true]) {
          const id = `kept ${isKept}`;
          let process = await start();
          await process.queue.accept(messageOf(id));
          for (let time = 0; time < 7; time++) {
            const attempt = await process.running(id);
            const isShown = isKept && time > 0;
            expect(attempt.run).toMatchObject({
              mode: isShown ? 'show' : 'answer',
              attempt: time === 0 ? 1 : 2,
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
        const { start } = await setUp();
        const first = await start({ obeys: false });
        await first.queue.accept(messageOf('1'));
        const deaf = await first.running('1');
        await first.stop(0);
        expect(deaf.isOver).toBe(false);
        if (isShared) expect(await deaf.run.isHeld()).toBe(false);
        const next = await start();
        const attempt = await next.running('1');
        await deaf.answer('too late');
        if (isShared) expect((await next.queue.live(CONVERSATION))[0]).toMatchObject({ phase: 'answering' });
        await attempt.answer('in time');
      });

      it('still does what is asked of what it answers', async () => {
        const set = await setUp();
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
        expect(stops.run.signal.reason).not.toBe(SHUTDOWN);
        expect(restarts.run.signal.reason).toBe(RESTART);
        expect(await set.end('1')).toBe('stopped');
        first.kill();
        const next = await set.start(atOnce);
        await set.quiet();
        expect(next.attempts.map(({ message }) => message.text).sort()).toEqual(['edited 2', 'edited 3']);
      });

      it('while the store fails leaves everything to the next', async () => {
        const { start, quiet, end } = await setUp();
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

    describe('a store that fails for a while', () => {
      for (const how of ['before', 'after'] as const) {
        it(`${how} it has written loses nothing, and doubles nothing`, async () => {
          const { start, quiet, said, end } = await setUp();
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
          const answers = process.attempts.filter(({ run }) => run.mode === 'answer');
          expect(answers.map(({ message }) => message.id)).toEqual(['1', '2', '3']);
          expect(await said()).toEqual(['text 1', 'text 2', 'text 3']);
          expect(await Promise.all(['1', '2', '3'].map((id) => end(id)))).toEqual(['stop', 'stop', 'stop']);
          expect(errorsOf(process)).toEqual([]);
        });

        it(`${how} it has written takes a message, at the latest when it is sent again`, async () => {
          const { start, quiet, said } = await setUp();
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
        const { start, quiet, transcripts } = await setUp();
        const process = await start();
        await process.queue.accept(messageOf('1'));
        const attempt = await process.running('1');
        process.store.fail();
        await attempt.answer('said to be not kept');
        await sleep(WHILE_MS / 3);
        process.store.mend();
        const again = await process.running('1');
        expect(again.run).toMatchObject({ mode: 'show', attempt: 2 });
        expect(await transcripts.find(CONVERSATION, '1')).toMatchObject({ answer: 'said to be not kept' });
        again.end();
        await quiet();
        expect(ids(process)).toEqual(['1', '1']);
      });

      it('while a turn is begun does not count as attempts at it', async () => {
        const { start, quiet } = await setUp();
        const process = await start();
        await process.queue.accept(messageOf('1'));
        process.store.fail('after');
        await sleep(2 * WHILE_MS);
        process.store.mend();
        const attempt = await process.running('1');
        expect(attempt.run).toMatchObject({ mode: 'answer', attempt: 1 });
        await attempt.answer();
        await quiet();
      });

      it('does not keep a person from stopping what runs here', async () => {
        const { start, quiet, end } = await setUp();
        const process = await start(showsAgain);
        await process.queue.accept(messageOf('1'));
        const attempt = await process.running('1');
        process.store.fail();
        expect(await process.queue.cancel(CONVERSATION, '1')).toBe(true);
        expect(attempt.run.signal.aborted).toBe(true);
        await sleep(WHILE_MS / 3);
        process.store.mend();
        await quiet();
        expect(await end('1')).toBe('stopped');
      });
    });

    describe('a draft', () => {
      it('is at most half a second old, and gone when the answer is kept', async () => {
        const { start, quiet, store } = await setUp();
        const process = await start();
        await process.queue.accept(messageOf('1'));
        const attempt = await process.running('1');
        const live = () => process.queue.live(CONVERSATION);
        for (const text of ['a', 'a b', 'a b c']) {
          attempt.text = text;
          await expect
            .poll(live, { timeout: DRAFT_MS + WHILE_MS, interval: 5 })
            .toMatchObject([{ id: '1', text }]);
        }
        await attempt.keep('whole');
        expect(await store.keys('draft|')).toEqual([]);
        expect(await live()).toMatchObject([{ id: '1', text: 'whole' }]);
        attempt.end();
        await quiet();
        expect(await live()).toEqual([]);
      });

      it('begins anew with each attempt, as those who follow it can tell', async () => {
        const { start } = await setUp();
        const process = await start();
        await process.queue.accept(messageOf('1'));
        const first = await process.running('1');
        first.text = 'half';
        const live = async () => (await process.queue.live(CONVERSATION))[0];
        await expect.poll(live).toMatchObject({ text: 'half', phase: 'answering' });
        const before = await live();
        first.fail();
        await expect.poll(() => process.attempts).toHaveLength(2);
        await expect.poll(live).toMatchObject({ text: '', phase: 'answering' });
        expect((await live())?.run).not.toBe(before?.run);
      });
    });

    describe.runIf(isShared)('several processes', () => {
      it('answer a home in one of them at a time, and its messages in order, wherever they come in', async () => {
        const { start, quiet, said, released } = await setUp();
        const homeOf = () => 'test:space';
        const processes = [await start({ homeOf }), await start({ homeOf })] as const;
        const [one, other] = processes;
        await one.queue.accept(messageOf('1'));
        await one.running('1');
        await other.queue.accept(messageOf('2'));
        await other.queue.accept(elsewhere('3', 'other'));
        await (await one.running('3')).answer();
        await (await one.running('1')).answer();
        await (await one.running('2')).answer();
        await quiet();
        expect(ids(other)).toEqual([]);
        expect(await said()).toEqual(['text 1', 'text 2']);
        await released();
        await other.queue.accept(messageOf('4'));
        await (await other.running('4')).answer();
      });

      it('take up what one leaves that dies, though none is started anew', async () => {
        const { start, quiet, said } = await setUp();
        const one = await start();
        const other = await start();
        for (const id of ['1', '2']) await one.queue.accept(messageOf(id));
        await one.running('1');
        one.kill();
        const attempt = await other.running('1');
        expect(attempt.run).toMatchObject({ mode: 'answer', attempt: 2 });
        await attempt.answer();
        await (await other.running('2')).answer();
        await quiet();
        expect(await said()).toEqual(['text 1', 'text 2']);
      });

      it('take up at once what one leaves that stops', async () => {
        const { start, quiet } = await setUp();
        const one = await start();
        const other = await start();
        await one.queue.accept(messageOf('1'));
        await one.running('1');
        await one.stop(0);
        const attempt = await other.running('1');
        expect(attempt.run).toMatchObject({ mode: 'answer', attempt: 2 });
        await attempt.answer();
        await quiet();
      });

      it('leave a home to one that can answer it', async () => {
        const { start, quiet } = await setUp();
        const without = await start({ homeOf: () => undefined });
        const idle = await start({ isIdle: true });
        await idle.queue.accept(messageOf('1'));
        await sleep(WHILE_MS);
        const able = await start(atOnce);
        await quiet();
        expect(ids(able)).toEqual(['1']);
        expect(ids(without)).toEqual([]);
      });

      it('answer a home that one of them could not release', async () => {
        const { start, quiet, end } = await setUp();
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
        const { start, quiet, end } = await setUp();
        const one = await start();
        const other = await start({ isIdle: true });
        await one.queue.accept(messageOf('1'));
        const attempt = await one.running('1');
        one.store.deafen();
        await other.queue.accept(elsewhere('2', 'other'));
        await (await one.running('2')).answer();
        await other.queue.restart(edited('1'));
        await expect.poll(() => attempt.run.signal.reason).toBe(RESTART);
        const anew = await one.running('1');
        await other.queue.cancel(CONVERSATION, '1');
        await expect.poll(() => anew.run.signal.aborted).toBe(true);
        await quiet();
        expect(await end('1')).toBe('stopped');
      });
    });

    describe.runIf(isShared)('a process that was held up', () => {
      it('changes nothing any more once another answers its turns, and is told so', async () => {
        const { start, quiet, transcripts } = await setUp();
        const held = await start({ obeys: false });
        const other = await start();
        await held.queue.accept(messageOf('1'));
        const lost = await held.running('1');
        lost.text = 'of the one that was held up';
        await expect.poll(() => held.queue.live(CONVERSATION)).toMatchObject([{ text: lost.text }]);
        held.store.pause();
        const attempt = await other.running('1');
        const isHeld = lost.run.isHeld();
        lost.text += ', and more';
        const kept = lost.answer('of the one that was held up');
        held.store.resume();
        await kept;
        expect(await isHeld).toBe(false);
        expect(lost.run.signal.reason).toBe(LOST);
        await sleep(WHILE_MS);
        expect(await transcripts.find(CONVERSATION, '1')).toMatchObject({ answer: '', end: null });
        expect(await other.queue.live(CONVERSATION)).toMatchObject([{ phase: 'answering', text: '' }]);
        expect(await attempt.run.isHeld()).toBe(true);
        await attempt.answer('of the other');
        await quiet();
        expect((await transcripts.find(CONVERSATION, '1'))?.answer).toBe('of the other');
      });

      it('cannot be sure of anything meanwhile, and can again where it was not long', async () => {
        const { start, quiet } = await setUp();
        const held = await start();
        await held.queue.accept(messageOf('1'));
        const attempt = await held.running('1');
        held.store.pause();
        await sleep(500);
        let isHeld: boolean | undefined;
        void attempt.run.isHeld().then((is) => {
          isHeld = is;
        });
        await sleep(100);
        expect(isHeld).toBeUndefined();
        held.store.resume();
        await expect.poll(() => isHeld).toBe(true);
        await attempt.answer();
        await quiet();
        expect(held.attempts).toHaveLength(1);
      });

      it('answers again what comes after that', async () => {
        const { start, quiet, end } = await setUp();
        const held = await start();
        const other = await start();
        await held.queue.accept(messageOf('1'));
        await held.running('1');
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
  });
}
