/** A store that fails or hangs: what is said of it, and that nobody waits for it for ever. */
import Keyv from 'keyv';
import pino from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { StoreError } from '../../src/core/errors.ts';
import { createKeyvStore } from '../../src/store/keyv-store.ts';
import type { Store } from '../../src/store/store.ts';
import { watchStore } from '../../src/store/watched-store.ts';

interface Line {
  msg: string;
  reason?: string;
  calls?: number;
  seconds?: number;
}

/** A store in memory. Its writes fail, or its calls never return, as long as a test wants. */
function setUp() {
  const real = createKeyvStore(new Keyv());
  let why: string | undefined;
  let hang: { until: Promise<void>; end: () => void } | undefined;
  const change = async <T>(work: () => Promise<T>): Promise<T> => {
    await hang?.until;
    if (why !== undefined) throw new StoreError('It fails.', { reason: why, cause: new Error('canary') });
    return work();
  };
  const read = async <T>(work: () => Promise<T>): Promise<T> => {
    await hang?.until;
    return work();
  };
  const fragile: Store = {
    ...real,
    read: (key) => read(() => real.read(key)),
    readMany: (keys) => read(() => real.readMany(keys)),
    keys: (prefix) => read(() => real.keys(prefix)),
    write: (entries) => change(() => real.write(entries)),
    remove: (keys) => change(() => real.remove(keys)),
    take: (additions, entries) => change(() => real.take(additions, entries)),
    exclusive: (name, task) => real.exclusive(name, (rows) => change(() => task(rows))),
  };
  const lines: Line[] = [];
  const log = pino({ level: 'info' }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  return {
    real,
    store: watchStore(fragile, log),
    lines,
    says: () => lines.map(({ msg }) => msg),
    fail(reason: string) {
      why = reason;
    },
    mend() {
      why = undefined;
    },
    freeze() {
      const { promise, resolve } = Promise.withResolvers<void>();
      hang = { until: promise, end: resolve };
    },
    thaw() {
      hang?.end();
      hang = undefined;
    },
  };
}

const put = (store: Store, key: string) => store.write([{ key, value: key }]);
const SECOND = 1_000;
const FAILS = 'the store fails; what cannot be stored waits for it';
const WORKS = 'the store works again';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a store that fails', () => {
  it('is told of once a minute and once when it works again, however many ask', async () => {
    const { store, lines, says, fail, mend } = setUp();
    fail('its disk is full');
    for (let second = 0; second < 90; second++) {
      for (let i = 0; i < 10; i++) await expect(put(store, 'a')).rejects.toThrow(StoreError);
      // Where a disk is full, reading goes on: that it works says nothing.
      await store.read('a');
      await vi.advanceTimersByTimeAsync(SECOND);
    }
    expect(says()).toEqual([FAILS, FAILS]);
    expect(lines[0]).toMatchObject({ reason: 'its disk is full', calls: 1 });
    expect(JSON.stringify(lines)).not.toContain('canary');
    mend();
    // A take that is refused has written nothing either.
    const bounds = [{ fields: ['a'], most: 0 }];
    expect(await store.take([{ key: 'a', add: { a: 1 }, bounds }], [])).toBe(false);
    expect(says()).toEqual([FAILS, FAILS]);
    await put(store, 'a');
    await put(store, 'b');
    expect(says()).toEqual([FAILS, FAILS, WORKS]);
    expect(lines[2]).toMatchObject({ seconds: 90, calls: 900 });
  });

  it('that comes and goes is told of no more often', async () => {
    const { store, says, fail, mend } = setUp();
    for (let time = 0; time < 20; time++) {
      fail('another program holds its file');
      await expect(put(store, 'a')).rejects.toThrow(StoreError);
      mend();
      await vi.advanceTimersByTimeAsync(SECOND);
      await put(store, 'a');
    }
    expect(says()).toEqual([FAILS, WORKS]);
  });

  it('is not ready for the same reason, and ready as soon as it can be written', async () => {
    const { store, fail, mend } = setUp();
    expect(await store.whyNotReady()).toBeUndefined();
    await vi.advanceTimersByTimeAsync(2 * SECOND);
    fail('its file is read-only');
    expect(await store.whyNotReady()).toBe('the store fails: its file is read-only');
    mend();
    await vi.advanceTimersByTimeAsync(2 * SECOND);
    expect(await store.whyNotReady()).toBeUndefined();
  });

  it('is not told of where somebody makes a mistake', async () => {
    const { store, says } = setUp();
    const mistake = new RangeError('no');
    await expect(store.exclusive('a', () => Promise.reject(mistake))).rejects.toBe(mistake);
    expect(says()).toEqual([]);
  });
});

describe('a store that hangs', () => {
  it('keeps nobody waiting longer than ten seconds, whatever is asked', async () => {
    const { store, freeze } = setUp();
    freeze();
    const asked = [
      store.read('a'),
      store.readMany(['a']),
      store.keys('a'),
      put(store, 'a'),
      store.remove(['a']),
      store.take([{ key: 'a', add: { a: 1 } }], []),
      store.exclusive('a', (rows) => rows.read('a')),
      store.exclusive('a', (rows) => rows.read('a')),
    ];
    const outcomes = Promise.allSettled(asked);
    await vi.advanceTimersByTimeAsync(10 * SECOND);
    for (const outcome of await outcomes) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { reason: 'it does not answer' } });
    }
  });

  it('is not ready within two seconds, and is asked once meanwhile', async () => {
    const { store, freeze, thaw, real } = setUp();
    freeze();
    const reading = vi.spyOn(real, 'write');
    const answers = [store.whyNotReady(), store.whyNotReady()];
    await vi.advanceTimersByTimeAsync(2 * SECOND);
    answers.push(store.whyNotReady());
    await vi.advanceTimersByTimeAsync(2 * SECOND);
    expect(await Promise.all(answers)).toEqual(Array(3).fill('the store does not answer'));
    thaw();
    await vi.advanceTimersByTimeAsync(2 * SECOND);
    expect(await store.whyNotReady()).toBeUndefined();
    expect(reading).toHaveBeenCalledTimes(2);
  });

  it('lets nobody else in under a name before what was given up there has ended', async () => {
    const { store, freeze, thaw } = setUp();
    const add = () =>
      store.exclusive('list', async (rows) => {
        const list = (await rows.read<number[]>('list')) ?? [];
        await rows.write([{ key: 'list', value: [...list, list.length] }]);
      });
    await add();
    freeze();
    const lost = add();
    lost.catch(() => {});
    await vi.advanceTimersByTimeAsync(10 * SECOND);
    await expect(lost).rejects.toThrow(StoreError);
    const next = add();
    await vi.advanceTimersByTimeAsync(SECOND);
    thaw();
    await next;
    // The one that was given up is done all the same, and nothing of it is overwritten.
    expect(await store.read('list')).toEqual([0, 1, 2]);
  });
});
