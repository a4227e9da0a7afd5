/** Messages that come while the store is away are tried again, and each person who waits is told once. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { untilStored } from '../../src/chat/until-stored.ts';
import { StoreError } from '../../src/core/errors.ts';

// Vitest's clock leaves those alone.
vi.mock('node:timers/promises', () => ({
  setTimeout: (ms: number, _: unknown, { signal }: { signal: AbortSignal }) =>
    new Promise<void>((resolve, reject) => {
      setTimeout(resolve, ms);
      signal.addEventListener('abort', () => reject(signal.reason));
    }),
}));

const away = () => Promise.reject(new StoreError('away'));
const never = new AbortController().signal;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it('a store that fails for a moment is waited for, and nothing is said of it', async () => {
  const onAway = vi.fn(async () => {});
  const task = vi.fn(async () => {}).mockImplementationOnce(away);
  const done = untilStored(task, { onAway, shutdown: never });
  await vi.advanceTimersByTimeAsync(1_000);
  expect(await done).toBe(true);
  expect(task).toHaveBeenCalledTimes(2);
  expect(onAway).not.toHaveBeenCalled();
});

it('one that stays away is tried again at most five seconds after it is back, and told of once', async () => {
  const onAway = vi.fn(async () => {});
  const task = vi.fn(away);
  const done = untilStored(task, { onAway, shutdown: never });
  await vi.advanceTimersByTimeAsync(2_000);
  expect(onAway).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(10 * 60_000);
  task.mockImplementation(async () => undefined as never);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(await done).toBe(true);
  expect(onAway).toHaveBeenCalledTimes(1);
});

it('one that hangs is told of when it has failed first, even where to tell fails', async () => {
  const onAway = vi.fn(() => Promise.reject(new Error('the platform is away as well')));
  const task = vi
    .fn(async () => {})
    .mockImplementationOnce(async () => {
      await new Promise((resolve) => setTimeout(resolve, 6_000));
      return away();
    });
  const done = untilStored(task, { onAway, shutdown: never });
  await vi.advanceTimersByTimeAsync(6_000);
  expect(onAway).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(500);
  expect(await done).toBe(true);
});

it('after a quarter of an hour nobody waits any more', async () => {
  const done = untilStored(away, { shutdown: never });
  done.catch(() => {});
  await vi.advanceTimersByTimeAsync(16 * 60_000);
  await expect(done).rejects.toThrow(StoreError);
});

it('a stop does not wait for it', async () => {
  const shutdown = new AbortController();
  const done = untilStored(away, { shutdown: shutdown.signal });
  await vi.advanceTimersByTimeAsync(4_000);
  shutdown.abort();
  await vi.advanceTimersByTimeAsync(0);
  expect(await done).toBe(false);
});

it('a mistake is nothing to wait for', async () => {
  const mistake = new TypeError('no');
  await expect(untilStored(() => Promise.reject(mistake), { shutdown: never })).rejects.toBe(mistake);
});
