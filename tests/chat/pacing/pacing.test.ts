import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Bucket, Due, Rank, Writer } from '../../../src/chat/pacing/bucket.ts';
import { createPacer } from '../../../src/chat/pacing/pacing.ts';
import { sleep } from '../show/fake-platform.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const FIVE = { limit: 5, windowMs: 5_000 };

/** Who was served, and when, in seconds from the beginning. */
function bench(limits = FIVE) {
  const pacer = createPacer();
  const bucket = pacer.bucket('channel', limits);
  const begin = performance.now();
  const served: string[] = [];
  const times: number[] = [];

  /** Asks for so many calls, which take `ms`. */
  function writer(
    name: string,
    rank: Rank,
    options: { unseen?: number; calls?: number; needs?: number; ms?: number; shownAt?: number } = {},
  ) {
    const { unseen = 1, needs = 0, ms = 10, shownAt } = options;
    let left = options.calls ?? 1;
    const due: Due = { rank, unseen, ...(shownAt !== undefined && { shownAt }) };
    const one: Writer = {
      next: () => (left > 0 ? due : undefined),
      needs: () => needs,
      call() {
        left--;
        served.push(name);
        times.push(Math.round((performance.now() - begin) / 10) / 100);
        return sleep(ms);
      },
    };
    return bucket.join(one);
  }
  return { pacer, bucket, served, times, writer };
}

/** Uses up what is free now. */
async function useUp(bucket: Bucket): Promise<void> {
  let left = 5;
  const leave = bucket.join({
    next: () => (left > 0 ? { rank: 'final', unseen: 1 } : undefined),
    needs: () => 0,
    async call() {
      left--;
    },
  });
  await pass(1);
  leave();
}

it('ends go first, then beginnings, then further messages, then messages that grow', async () => {
  const { bucket, served, writer } = bench();
  await useUp(bucket);
  writer('growing', 'growing', { unseen: 9_000 });
  writer('next', 'next');
  writer('first', 'first');
  writer('final', 'final');
  await pass(10_000);
  expect(served).toEqual(['final', 'first', 'next', 'growing']);
});

it('among growing messages the most unseen text goes first, among others the longest wait', async () => {
  const { bucket, served, writer } = bench();
  await useUp(bucket);
  writer('little', 'growing', { unseen: 10 });
  writer('much', 'growing', { unseen: 100 });
  writer('a', 'final', { unseen: 1 });
  await pass(100);
  writer('b', 'final', { unseen: 1_000 });
  await pass(20_000);
  expect(served).toEqual(['a', 'b', 'much', 'little']);
});

it('the calls of growing messages are spread over the window; ends and beginnings are not', async () => {
  const { times, writer } = bench();
  writer('growing', 'growing', { calls: 4 });
  await pass(4_000);
  expect(times).toEqual([0, 1.06, 2.12, 3.18]);

  const other = bench();
  other.writer('final', 'final', { calls: 3 });
  other.writer('first', 'first', { calls: 2 });
  await pass(100);
  expect(other.times).toEqual([0, 0, 0, 0, 0]);
});

it('an answer that was just shown waits before it grows', async () => {
  const { times, writer } = bench();
  writer('growing', 'growing', { shownAt: performance.now() });
  await pass(4_000);
  expect(times).toEqual([1.06]);
});

it('a message that still grows is posted some time after the one before', async () => {
  const { times, writer } = bench();
  writer('next', 'next', { shownAt: performance.now() });
  await pass(4_000);
  expect(times).toEqual([0.53]);
});

it('growing messages leave calls for the ends of live answers, until the window is nearly over', async () => {
  const { times, writer } = bench();
  writer('growing', 'growing', { calls: 5, needs: 2 });
  await pass(6_000);
  expect(times).toEqual([0, 1.06, 2.12, 4.87, 5.93]);

  const other = bench();
  other.writer('growing', 'growing', { calls: 5, needs: 2 });
  await pass(4_000);
  other.writer('final', 'final', { calls: 2 });
  await pass(10);
  expect(other.served.slice(-2)).toEqual(['final', 'final']);
});

it('many answers leave no more than all but one call', async () => {
  const { times, writer } = bench();
  writer('growing', 'growing', { calls: 2, needs: 30 });
  await pass(1_000);
  expect(times).toEqual([0]);
});

it('calls left for ends go to growing messages when the window is nearly over', async () => {
  const { times, writer } = bench();
  for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) writer(name, 'growing', { needs: 1 });
  await pass(5_000);
  expect(times).toEqual([0, 4.87, 4.87, 4.87, 4.87]);
});

it('no more calls than a window takes, and the rest with the next', async () => {
  const { times, writer } = bench();
  writer('final', 'final', { calls: 12 });
  await pass(20_000);
  expect(times).toEqual([0, 0, 0, 0, 0, 5.07, 5.07, 5.07, 5.07, 5.07, 10.14, 10.14]);
});

it('headers say how many calls are left, those of others counted', async () => {
  const { bucket, times, writer } = bench();
  const leave = bucket.join({
    next: () => undefined,
    needs: () => 0,
    call: () => undefined,
  });
  bucket.learn({ limit: 5, remaining: 2, resetAfterMs: 3_000 });
  writer('final', 'final', { calls: 4 });
  await pass(4_000);
  expect(times).toEqual([0, 0, 3.06, 3.06]);
  leave();
});

it('headers say how many a window takes', async () => {
  const { bucket, times, writer } = bench();
  bucket.learn({ limit: 2, remaining: 1, resetAfterMs: 1_000 });
  writer('final', 'final', { calls: 4 });
  await pass(3_000);
  expect(times).toEqual([0, 1.06, 1.06, 2.13]);
});

it('after a refusal nothing is sent before its time, and messages grow more slowly for a while', async () => {
  const { bucket, times, writer } = bench();
  // Several calls that were in flight together: one refusal.
  bucket.limited(2_000);
  bucket.limited(2_000);
  bucket.limited(1_500);
  writer('growing', 'growing', { calls: 40 });
  writer('final', 'final', { calls: 1 });
  await pass(1_990);
  expect(times).toEqual([]);
  await pass(100_000);
  const gaps = times.slice(1).map((time, at) => time - (times[at] ?? 0));
  expect(gaps[1]).toBeGreaterThan(2);
  expect(gaps.at(-1)).toBeLessThan(1.2);
});

it('further refusals slow the bucket down further, up to a limit', async () => {
  const { bucket, times, writer } = bench();
  for (let count = 0; count < 20; count++) {
    bucket.limited(100);
    await pass(200);
  }
  writer('growing', 'growing', { calls: 3 });
  await pass(60_000);
  expect(times).toHaveLength(3);
});

it('a writer that leaves is not asked again, and the calls it needed are free for others', async () => {
  const { times, served, writer } = bench();
  const leave = writer('leaves', 'growing', { calls: 9, needs: 4 });
  writer('stays', 'growing', { calls: 2, unseen: 0 });
  await pass(1_500);
  expect(served).toEqual(['leaves']);
  leave();
  await pass(1_500);
  expect(served).toEqual(['leaves', 'stays', 'stays']);
  expect(times.at(-1)).toBeLessThan(3);
});

it('a writer that finds nothing to do uses no call', async () => {
  const { bucket, times, writer } = bench();
  let isDue = true;
  bucket.join({
    next: () => (isDue ? { rank: 'final', unseen: 1 } : undefined),
    needs: () => 0,
    call() {
      isDue = false;
      return undefined;
    },
  });
  writer('final', 'final', { calls: 5 });
  await pass(10);
  expect(times).toHaveLength(5);
});

it('a bucket with a window of a minute is paced alike', async () => {
  const { times, writer } = bench({ limit: 50, windowMs: 60_000 });
  writer('growing', 'growing', { calls: 100 });
  await pass(60_000);
  expect(times.length).toBeGreaterThan(44);
  expect(times.length).toBeLessThanOrEqual(50);
});

const SLIDING = { limit: 20, windowMs: 60_000, isSliding: true };

it('a part of a sliding window is spent quickly and the rest evenly, never more than it allows', async () => {
  const { times, writer } = bench(SLIDING);
  writer('growing', 'growing', { calls: 100, unseen: 1_000 });
  await pass(180_000);
  expect(times.filter((time) => time < 3).length).toBeGreaterThanOrEqual(5);
  const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
  expect(Math.max(...gaps)).toBeLessThan(6);
  for (const from of times)
    expect(times.filter((time) => time >= from && time < from + 60).length).toBeLessThanOrEqual(20);
});

it('in a sliding window, little text waits for the even pace', async () => {
  const { times, writer } = bench(SLIDING);
  writer('growing', 'growing', { calls: 100, unseen: 10 });
  await pass(30_000);
  const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
  expect(Math.min(...gaps)).toBeGreaterThan(2.9);
  expect(Math.max(...gaps)).toBeLessThan(4);
});

it('a writer that is due while no call is free is told so, and may leave for another bucket', async () => {
  const { pacer, bucket, writer, served } = bench({ ...SLIDING, limit: 1 });
  const other = pacer.bucket('other', SLIDING);
  writer('first', 'first');
  await pass(50);
  let isDone = false;
  const one: Writer = {
    next: () => (isDone ? undefined : { rank: 'first', unseen: 1 }),
    needs: () => 0,
    async call() {
      isDone = true;
      served.push('moved');
    },
    heldUp() {
      leave();
      other.join(one);
    },
  };
  let leave = () => {};
  expect(bucket.isFree('first')).toBe(false);
  expect(other.isFree('first')).toBe(true);
  leave = bucket.join(one);
  bucket.poke();
  await pass(50);
  expect(served).toEqual(['first', 'moved']);
});

it('buckets that nobody uses are dropped, those in use are kept', async () => {
  const { pacer, bucket, times, writer } = bench();
  writer('growing', 'growing', { calls: 0 });
  for (let count = 0; count < 2_000; count++) {
    pacer.bucket(`old ${count}`, FIVE);
    await pass(1_000);
  }
  expect(pacer.size).toBeLessThan(600);
  expect(pacer.bucket('channel', FIVE)).toBe(bucket);
  expect(times).toEqual([]);
});

it('no timer runs on once nothing is due', async () => {
  const { writer } = bench();
  const leave = writer('growing', 'growing', { calls: 7 });
  await pass(30_000);
  leave();
  expect(vi.getTimerCount()).toBe(0);
});
