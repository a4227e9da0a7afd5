import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createModelLists } from '../../src/core/models/catalog/model-lists.ts';

const PROVIDER = { baseUrl: 'https://a.example/v1', key: 'sk-one' };
const TIMES = { kept: 200_000, failed: 50_000, wait: 50 };

let passed = 0;
beforeEach(() => {
  const now = performance.now.bind(performance);
  vi.spyOn(performance, 'now').mockImplementation(() => now() + passed);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

/** So much time passes for what is kept for a while. */
async function passes(ms: number): Promise<void> {
  passed += ms;
  // The cache knows the time for a millisecond.
  await sleep(5);
}

describe('lists of models for suggestions', () => {
  it('are asked for once in a while, by provider and key', async () => {
    const ask = vi.fn(async ({ key }: { key?: string }) => [`of ${key}`]);
    const lists = createModelLists(ask, TIMES);
    const twice = await Promise.all([lists.list(PROVIDER), lists.list(PROVIDER)]);
    expect(twice).toEqual([['of sk-one'], ['of sk-one']]);
    expect(await lists.list({ ...PROVIDER, key: 'sk-two' })).toEqual(['of sk-two']);
    expect(ask).toHaveBeenCalledTimes(2);
    await passes(250_000);
    await lists.list(PROVIDER);
    expect(ask).toHaveBeenCalledTimes(3);
  });

  it('are empty where the provider fails, which is left alone for a moment', async () => {
    const ask = vi.fn(() => Promise.reject(new Error('down')));
    const lists = createModelLists(ask, TIMES);
    expect(await lists.list(PROVIDER)).toEqual([]);
    expect(await lists.list(PROVIDER)).toEqual([]);
    expect(ask).toHaveBeenCalledTimes(1);
    await passes(80_000);
    await lists.list(PROVIDER);
    expect(ask).toHaveBeenCalledTimes(2);
  });

  it('are not waited for longer than who types waits, and there a moment later', async () => {
    const { promise, resolve } = Promise.withResolvers<string[]>();
    const lists = createModelLists(() => promise, TIMES);
    expect(await lists.list(PROVIDER)).toEqual([]);
    resolve(['slow-model']);
    expect(await lists.list(PROVIDER)).toEqual(['slow-model']);
  });

  it('are waited for no longer than Discord waits for suggestions', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const list = createModelLists(() => new Promise(() => {})).list(PROVIDER);
    vi.advanceTimersByTime(2_500);
    expect(await list).toEqual([]);
  });
});
