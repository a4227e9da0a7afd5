/**
 * Answers as readers see them in one workspace, in virtual time. Limits a minute: 20 streams started, 100 appends, 20
 * streams stopped, 50 updates; and one post a second in a channel. Models write 320 characters a second unless
 * a test says otherwise.
 */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { simulate, type Wave } from './pacing-simulation.ts';

beforeEach(() => {
  const toFake = ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance'] as const;
  vi.useFakeTimers({ toFake: [...toFake] });
});
afterEach(() => void vi.useRealTimers());

const many = (answers: number, characters: number, more: Partial<Wave> = {}): Wave => ({
  answers,
  characters,
  ...more,
});

describe('characters that are written and not shown yet, on average', () => {
  it.each([
    { title: 'one answer', waves: [many(1, 3_000)], most: 65 },
    { title: 'five at once', waves: [many(5, 3_000)], most: 160 },
    { title: 'twenty at once', waves: [many(20, 3_000)], most: 350 },
    { title: 'twenty of a slow model at once', waves: [many(20, 3_000, { rate: 80 })], most: 400 },
    {
      title: 'two waves of ten, 15 s apart',
      waves: [many(10, 3_000), many(10, 3_000, { at: 15 })],
      most: 340,
    },
    {
      title: 'one every three seconds',
      waves: Array.from({ length: 18 }, (_, index) => many(1, 3_000, { at: index * 3 })),
      most: 335,
    },
    { title: 'two of 30,000 characters', waves: [many(2, 30_000)], most: 240 },
    { title: 'ten of 9,000 characters', waves: [many(10, 9_000)], most: 800 },
  ])('$title: at most $most, each whole with its end, and no call refused', async ({ waves, most }) => {
    const { stale, first, wholeMost, refused } = await simulate(waves);
    expect(stale).toBeLessThanOrEqual(most);
    expect(first).toBeLessThanOrEqual(0.3);
    expect(wholeMost).toBeLessThanOrEqual(0.2);
    expect(refused).toEqual({});
  });
});

it('two waves of 20 and 64 answers within a minute are all whole, without a refused call', async () => {
  const { refused, calls, wholeMost } = await simulate([many(20, 3_000), many(64, 3_000, { at: 20 })]);
  expect(refused).toEqual({});
  expect(calls).toMatchObject({ startStream: 20, stopStream: 20, postMessage: 64 });
  // A channel accepts one post a second.
  expect(wholeMost).toBeLessThanOrEqual(70);
});

it('an answer that goes on for minutes is written to again and again, whatever others have used', async () => {
  const { staleOfWaves, refused } = await simulate([many(20, 3_000), many(1, 40_000, { at: 10 })]);
  expect(staleOfWaves[1]).toBeLessThanOrEqual(700);
  expect(refused).toEqual({});
});
