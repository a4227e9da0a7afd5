import fc from 'fast-check';
import Keyv from 'keyv';
import { describe, expect, it } from 'vitest';
import { createLanes } from '../../src/core/lanes.ts';
import { RESTART, SHUTDOWN } from '../../src/core/ports.ts';
import { createKeyvStore } from '../../src/store/keyv-store.ts';
import { createTranscripts } from '../../src/store/transcripts.ts';
import { messageOf, queueOn } from '../fixtures.ts';

const tick = () => new Promise((resolve) => setImmediate(resolve));

function setUp() {
  const store = createKeyvStore(new Keyv());
  return { store, transcripts: createTranscripts(store), queue: queueOn(store) };
}

describe('lanes', () => {
  it('run the tasks of a key in order and one at a time, and keys side by side (property)', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.integer({ min: 0, max: 3 }))),
        async (plan) => {
          const lanes = createLanes();
          const done: [string, number][] = [];
          const running = new Set<string>();
          plan.forEach(([key, ticks], i) => {
            void lanes.run(key, async () => {
              expect(running.has(key)).toBe(false);
              running.add(key);
              for (let n = 0; n < ticks; n++) await tick();
              running.delete(key);
              done.push([key, i]);
            });
          });
          await lanes.idle();
          const order = (of: [string, number][]) => Map.groupBy(of, ([key]) => key);
          expect(order(done)).toEqual(order(plan.map(([key], i) => [key, i])));
        },
      ),
      { numRuns: 50 },
    );
  });

  it('go on after a task that failed', async () => {
    const lanes = createLanes();
    const failed = lanes.run('a', () => Promise.reject(new Error('no')));
    const next = lanes.run('a', async () => 'fine');
    await expect(failed).rejects.toThrow('no');
    expect(await next).toBe('fine');
  });
});

describe('turn queue', () => {
  it('answers two messages of one lane in order, one at a time', async () => {
    const { queue } = setUp();
    const events: string[] = [];
    queue.run(async ({ id }) => {
      events.push(`begin ${id}`);
      await tick();
      events.push(`end ${id}`);
    });
    await Promise.all([queue.accept(messageOf('1')), queue.accept(messageOf('2'))]);
    await queue.stop();
    expect(events).toEqual(['begin 1', 'end 1', 'begin 2', 'end 2']);
  });

  it('answers fifty lanes side by side', async () => {
    const { queue } = setUp();
    let most = 0;
    let running = 0;
    queue.run(async () => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 30));
      running--;
    });
    const messages = Array.from({ length: 50 }, (_, i) =>
      messageOf('1', 'x', { conversation: `t:s:${i}`, lane: `t:s:${i}` }),
    );
    await Promise.all(messages.map((message) => queue.accept(message)));
    await tick();
    await queue.stop();
    expect(most).toBe(50);
  });

  it('answers a redelivered message once, also in the next process', async () => {
    const { queue, transcripts } = setUp();
    const answered: string[] = [];
    const handler = async ({ id }: { id: string }) => void answered.push(id);
    queue.run(handler);
    expect(await Promise.all([1, 2, 3].map(() => queue.accept(messageOf('1'))))).toEqual([
      'new',
      'seen',
      'seen',
    ]);
    const next = createLocalQueue(transcripts);
    next.run(handler);
    expect(await next.accept(messageOf('1'))).toBe('seen');
    await Promise.all([queue.stop(), next.stop()]);
    expect(answered).toEqual(['1']);
  });

  it('stops a running and a waiting turn by itself, and all of a conversation', async () => {
    const { queue } = setUp();
    const stopped: string[] = [];
    queue.run(async ({ id }, signal) => {
      if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve));
      stopped.push(id);
    });
    const { conversation } = messageOf('1');
    for (const id of ['1', '2', '3', '4']) await queue.accept(messageOf(id));
    expect(queue.cancel(conversation, '2')).toBe(true);
    expect(queue.cancel(conversation, '1')).toBe(true);
    expect(queue.cancel(conversation, 'never there')).toBe(false);
    expect(queue.cancel('another:conversation')).toBe(false);
    await tick();
    await tick();
    expect(stopped).toEqual(['1', '2']);
    expect(queue.cancel(conversation)).toBe(true);
    await queue.stop();
    expect(stopped).toEqual(['1', '2', '3', '4']);
    expect(queue.cancel(conversation)).toBe(false);
  });

  it('answers a turn again when asked to, but not one that is being answered', async () => {
    const { queue } = setUp();
    const { conversation } = messageOf('1');
    let answered = 0;
    queue.run(async () => {
      answered++;
      await tick();
    });
    await queue.accept(messageOf('1'));
    expect(await queue.retry(conversation, '1')).toBe(false);
    await tick();
    await tick();
    expect(await Promise.all([queue.retry(conversation, '1'), queue.retry(conversation, '1')])).toEqual([
      true,
      false,
    ]);
    expect(await queue.retry(conversation, 'never there')).toBe(false);
    await queue.stop();
    expect(answered).toBe(2);
  });

  it('tells a turn that Parley stops from one that a person stops', async () => {
    const { queue } = setUp();
    let reason: unknown;
    queue.run(async (_, signal) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      reason = signal.reason;
    });
    await queue.accept(messageOf('1'));
    await tick();
    await queue.stop();
    expect(reason).toBe(SHUTDOWN);
  });
});

describe('a message that reads otherwise now', () => {
  const edited = (id: string, text = `edited ${id}`) => messageOf(id, text);

  /** Answers whole what is not stopped: says what it began and how that ended. */
  function answering() {
    const set = setUp();
    const events: string[] = [];
    set.queue.run(async ({ id, text }, signal) => {
      events.push(`${id} ${text}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 50);
        signal.addEventListener('abort', () => {
          clearTimeout(timer);
          resolve();
        });
      });
      if (signal.aborted) events.push(`${id} ${signal.reason === RESTART ? 'restarted' : 'stopped'}`);
      else
        await set.transcripts.keep('test:space:channel', {
          message: edited(id, text),
          answer: 'a',
          end: 'stop',
        });
    });
    return { ...set, events };
  }

  it('is answered anew where it was being answered, and keeps its place', async () => {
    const { queue, transcripts, events } = answering();
    for (const id of ['1', '2']) await queue.accept(messageOf(id));
    await tick();
    expect(await queue.restart(edited('1'))).toBe(true);
    const { conversation } = messageOf('1');
    await expect.poll(() => events).toContain('1 edited 1');
    expect(await transcripts.find(conversation, '1')).toMatchObject({
      seq: 0,
      answer: '',
      end: null,
      message: { text: 'edited 1' },
    });
    await expect.poll(async () => (await transcripts.find(conversation, '1'))?.end).toBe('stop');
    expect(events).toEqual(['1 text 1', '1 restarted', '2 text 2', '1 edited 1']);
    expect(
      (await transcripts.read(conversation, { limit: 9 })).turns.map(({ message }) => message.id),
    ).toEqual(['1', '2']);
  });

  it('waits where it waited, and is answered once, as it reads last', async () => {
    const { queue, transcripts, events } = answering();
    for (const id of ['1', '2', '3']) await queue.accept(messageOf(id));
    await tick();
    expect(await queue.restart(edited('2'))).toBe(true);
    expect(await queue.restart(edited('2', 'edited twice'))).toBe(true);
    const { conversation } = messageOf('1');
    await expect.poll(() => events).toContain('3 text 3');
    expect(events).toEqual(['1 text 1', '2 edited twice', '3 text 3']);
    expect(await transcripts.find(conversation, '2')).toMatchObject({ message: { text: 'edited twice' } });
    await queue.stop();
  });

  it('is answered once more for many edits at once', async () => {
    const { queue, events } = answering();
    await queue.accept(messageOf('1'));
    await tick();
    for (const text of ['a', 'b', 'c']) expect(await queue.restart(edited('1', text))).toBe(true);
    await expect.poll(() => events).toContain('1 c');
    await queue.stop();
    expect(events.filter((event) => event.startsWith('1 ')).slice(0, 3)).toEqual([
      '1 text 1',
      '1 restarted',
      '1 c',
    ]);
  });

  it('can be stopped once it is answered anew, and while that waits', async () => {
    const { queue, events } = answering();
    const { conversation } = messageOf('1');
    await queue.accept(messageOf('1'));
    await tick();
    await queue.restart(edited('1'));
    expect(queue.cancel(conversation, '1')).toBe(true);
    await queue.stop();
    expect(events).toEqual(['1 text 1', '1 restarted', '1 edited 1', '1 stopped']);
  });

  it('is left alone once it was answered, or was never there', async () => {
    const { queue, transcripts } = answering();
    const { conversation } = messageOf('1');
    await queue.accept(messageOf('1'));
    await expect.poll(async () => (await transcripts.find(conversation, '1'))?.end).toBe('stop');
    await tick();
    expect(await queue.restart(edited('1'))).toBe(false);
    expect(await queue.restart(edited('never there'))).toBe(false);
    expect(await transcripts.find(conversation, '1')).toMatchObject({
      answer: 'a',
      message: { text: 'text 1' },
    });
  });

  it('does not come back where its conversation was forgotten meanwhile', async () => {
    const { queue, transcripts } = answering();
    const { conversation } = messageOf('1');
    await queue.accept(messageOf('1'));
    await tick();
    await queue.restart(edited('1'));
    queue.cancel(conversation);
    await transcripts.forget(conversation);
    await queue.stop();
    expect(await transcripts.find(conversation, '1')).toBeUndefined();
  });
});
