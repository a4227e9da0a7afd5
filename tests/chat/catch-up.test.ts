/** How far back history is to be read, whatever the platform: ids here are milliseconds since 1970. */
import Keyv from 'keyv';
import pino from 'pino';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type CatchUp, createCatchUp } from '../../src/chat/catch-up/catch-up.ts';
import { isLater } from '../../src/chat/catch-up/later-id.ts';
import type { Marks } from '../../src/chat/catch-up/marks.ts';
import type { Progress } from '../../src/chat/catch-up/reading.ts';
import { createKeyvStore } from '../../src/store/keyv-store.ts';
import { createAdapterState } from '../../src/store/tables/adapter-state.ts';

const MINUTE = 60_000;
const START = 1_764_000_000_000;

beforeEach(() => {
  vi.useFakeTimers({ now: START });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Processes that run one after another on one store. */
function machine({ missedMs = 60 * MINUTE } = {}) {
  const adapterState = createAdapterState(createKeyvStore(new Keyv()), 'test');
  const state = { isConnected: true };
  const log: string[] = [];
  /** One that is connected; its readings end when `read` does. */
  function start(
    read: (marks: Marks, signal: AbortSignal, progress: Progress) => Promise<void> = async () => {},
  ): CatchUp & { readings: Marks[] } {
    const readings: Marks[] = [];
    const catchUp = createCatchUp({
      adapterState,
      missedMs,
      idAt: String,
      isConnected: () => state.isConnected,
      read(marks, signal, _, progress) {
        readings.push(marks);
        return read(marks, signal, progress);
      },
      log: pino({}, { write: (line: string) => void log.push(line) }),
    });
    catchUp.connected();
    return { ...catchUp, readings };
  }
  const passes = (ms: number) => vi.advanceTimersByTimeAsync(ms);
  return { state, start, passes, adapterState, log };
}

it('a first start, and the next one, leave what was said before', async () => {
  const { start, passes } = machine();
  const first = start();
  await passes(10_000);
  expect(first.readings.map(({ since }) => since)).toEqual([undefined]);
  expect(first.readings[0]?.after('general')).toBeUndefined();
  await first.stop();
  await passes(5_000);
  const second = start();
  await passes(0);
  expect(second.readings.map(({ since }) => since)).toEqual([String(START)]);
});

it('a place that was never used is read from when it was last connected, and a little before', async () => {
  const { state, start, passes } = machine();
  const first = start();
  await passes(10 * MINUTE + 1_000);
  // Nothing says that it ends: it is killed, or the connection is gone.
  state.isConnected = false;
  await passes(20 * MINUTE);
  first.connected();
  await passes(0);
  expect(first.readings.map(({ since }) => since)).toEqual([undefined, String(START + 8 * MINUTE)]);
});

it('a used place is read from the last message that was dealt with, which does not go back', async () => {
  const { start, passes } = machine();
  const first = start();
  await first.seen('general', String(START + 5_000));
  await first.seen('random', String(START + 7_000));
  await first.seen('general', String(START + 3_000));
  await first.stop();
  await passes(MINUTE);
  const second = start();
  await second.seen('general', String(START + 4_000));
  await passes(0);
  expect(second.readings[0]?.after('general')).toBe(String(START + 5_000));
  expect(second.readings[0]?.places).toEqual(['random', 'general']);
  await second.stop();
  const third = start();
  await passes(0);
  expect(third.readings[0]?.after('general')).toBe(String(START + 5_000));
});

it('messages older than the chosen age are not read', async () => {
  const { start, passes } = machine({ missedMs: 5 * MINUTE });
  const first = start();
  await first.seen('general', String(START + 5_000));
  await first.stop();
  await passes(60 * MINUTE);
  const second = start();
  await passes(0);
  const oldest = String(START + 55 * MINUTE);
  expect([second.readings[0]?.since, second.readings[0]?.after('general')]).toEqual([oldest, oldest]);
});

it('a message that comes during a reading does not hide missed ones', async () => {
  const { start, passes } = machine();
  const first = start();
  await first.seen('general', String(START + 1_000));
  await first.stop();
  await passes(MINUTE);
  const second = start();
  // At once, before the marks are read.
  await second.seen('general', String(START + MINUTE + 1));
  await passes(0);
  expect(second.readings[0]?.after('general')).toBe(String(START + 1_000));
});

it('a message that comes during a reading hides no missed ones from the next process, if this one dies', async () => {
  const { start, passes } = machine();
  const first = start();
  await first.seen('general', String(START + 1_000));
  await first.stop();
  await passes(10 * MINUTE);
  const cut = start((_, __, progress) => {
    progress.expect(['general', 'random']);
    return new Promise(() => {});
  });
  await cut.seen('general', String(START + 11 * MINUTE));
  await passes(MINUTE);
  const after = [START + 1_000, START + 11 * MINUTE].map(String);
  const next = start(async (_, __, progress) => {
    progress.expect(['general']);
    await next.seen('general', String(START + 11 * MINUTE));
    await passes(0);
    progress.done('general');
  });
  await passes(MINUTE);
  const last = start();
  await passes(0);
  expect([next, last].map(({ readings }) => readings[0]?.after('general'))).toEqual(after);
});

it('a past that was not read to its end is read again by the next', async () => {
  const { start, passes } = machine();
  const first = start();
  await passes(10 * MINUTE);
  await first.stop();
  await passes(10 * MINUTE);
  const hangs = () => new Promise<void>(() => {});
  const second = start(hangs);
  await passes(20 * MINUTE);
  await second.stop();
  const third = start();
  await passes(0);
  expect(third.readings[0]?.since).toBe(second.readings[0]?.since);
});

it('gaps in quick succession are one reading, and one more for what came during it', async () => {
  const { start, passes } = machine();
  const ends: (() => void)[] = [];
  const catchUp = start(() => new Promise<void>((resolve) => void ends.push(resolve)));
  await passes(0);
  for (let gap = 0; gap < 5; gap++) catchUp.connected();
  await passes(MINUTE);
  expect(catchUp.readings).toHaveLength(1);
  ends[0]?.();
  await passes(0);
  expect(catchUp.readings).toHaveLength(2);
  ends[1]?.();
  await passes(MINUTE);
  expect(catchUp.readings).toHaveLength(2);
});

it('a reading that fails is in the log, and one that was stopped is not', async () => {
  const { start, passes, log } = machine();
  const stopped = start(
    (_, signal) =>
      new Promise((__, reject) => {
        signal.addEventListener('abort', () => reject(new Error('aborted')));
      }),
  );
  await passes(0);
  await stopped.stop();
  await passes(0);
  expect(log).toEqual([]);
  start(() => Promise.reject(new Error('no')));
  await passes(0);
  expect(log).toEqual([expect.stringContaining('missed messages not taken')]);
});

it('each part has its own time of connection, and a new part the earliest of the others', async () => {
  const { start, passes } = machine();
  const first = start();
  first.connected('0/2');
  await passes(10 * MINUTE);
  await first.stop();
  await passes(10 * MINUTE);
  const second = start();
  await passes(0);
  expect(second.readings.map(({ since }) => since)).toEqual([String(START + 8 * MINUTE)]);
  await passes(5 * MINUTE);
  second.connected('1/2');
  await passes(0);
  expect(second.readings.at(-1)?.since).toBe(String(START + 8 * MINUTE));
});

it('a message that comes during a reading waits until its place is read, some seconds at most', async () => {
  const { start, passes } = machine();
  const released = new Map<string, () => void>();
  const { whenRead } = start(async (_, __, { expect, done }) => {
    expect(['general', 'random', 'stuck']);
    for (const place of ['general', 'random', 'stuck']) {
      await new Promise<void>((resolve) => released.set(place, resolve));
      done(place);
    }
  });
  const events: string[] = [];
  const hear = (place: string) => whenRead(place)?.then(() => void events.push(place));
  hear('general');
  expect(events).toEqual([]);
  await passes(0);
  // Nothing is to be read there.
  expect(whenRead('elsewhere')).toBeUndefined();
  hear('random');
  hear('stuck');
  released.get('general')?.();
  await passes(0);
  expect(events).toEqual(['general']);
  released.get('random')?.();
  await passes(0);
  expect(events).toEqual(['general', 'random']);
  await passes(5_000);
  expect(events).toEqual(['general', 'random', 'stuck']);
  released.get('stuck')?.();
  await passes(0);
  expect(whenRead('stuck')).toBeUndefined();
});

it('ids are compared as the numbers they are', () => {
  expect(isLater('100', '99')).toBe(true);
  expect(isLater('1764000000.000002', '1764000000.000001')).toBe(true);
  expect(isLater('5', '5')).toBe(false);
});
