import fc from 'fast-check';
import Keyv from 'keyv';
import { describe, expect, it } from 'vitest';
import { createLanes } from '../../src/core/lanes.ts';
import { SHUTDOWN } from '../../src/core/ports.ts';
import { wrap } from '../../src/store/open.ts';
import { createLocalQueue } from '../../src/store/queue/local.ts';
import { createTranscripts } from '../../src/store/transcripts.ts';
import { messageOf } from '../fixtures.ts';

const tick = () => new Promise((resolve) => setImmediate(resolve));

function setUp() {
  const transcripts = createTranscripts(wrap(new Keyv()));
  return { transcripts, queue: createLocalQueue(transcripts) };
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
    queue.cancel(conversation, '2');
    queue.cancel(conversation, '1');
    queue.cancel(conversation, 'never there');
    await tick();
    await tick();
    expect(stopped).toEqual(['1', '2']);
    queue.cancel(conversation);
    await queue.stop();
    expect(stopped).toEqual(['1', '2', '3', '4']);
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
