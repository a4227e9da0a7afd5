/** An answer's end: notices, buttons, files, a broken source, a deadline. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Chunk } from '../../../src/core/types.ts';
import { cut, LIMIT, plainDocument, saying, show, textOf } from './answers.ts';
import { createPlatform, sleep } from './fake-platform.ts';
import { buttonsOf, CUT, over, pass, script, textsOf } from './showing.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());

it('an answer cut by its length can be continued', async () => {
  const platform = createPlatform();
  await over(show(platform, saying('Once upon a time', { end: 'length', notice: 'Too long.' })).done);
  expect(buttonsOf(platform)).toEqual([['regenerate', 'continue', 'delete']]);
  expect(textsOf(platform)).toEqual(['Once upon a time\n\n-# Too long.']);
});

it('a notice that does not fit is a message of its own, the only one with buttons', async () => {
  const platform = createPlatform();
  const text = textOf(2 * LIMIT - 5);
  await over(show(platform, saying(text, { end: 'stopped', notice: 'Stopped.' })).done);
  expect(textsOf(platform)).toEqual([...cut(text, LIMIT), '-# Stopped.']);
  expect(buttonsOf(platform)).toEqual([[], [], ['regenerate', 'continue', 'short', 'delete']]);
});

it('an answer without text is its notice', async () => {
  const platform = createPlatform();
  await over(show(platform, saying('', { end: 'error', notice: 'No key.' })).done);
  expect(textsOf(platform)).toEqual(['-# No key.']);
  expect(platform.calls).toHaveLength(1);
});

it('a long answer ends in a file where the tenant chose that', async () => {
  const platform = createPlatform();
  const text = textOf(700);
  const document = plainDocument(LIMIT);
  const { done } = show(platform, saying(text, { notice: 'There.' }), { document, mostParts: 2 });
  await pass(1_500);
  expect(platform.of('a').some(({ part }) => part.file)).toBe(false);
  // The last message that is shown stays whole, with the way to stop it; nothing is rendered in vain.
  expect(buttonsOf(platform)).toEqual([[], ['stop']]);
  const { renders } = document;
  await pass(500);
  expect(document.renders).toBe(renders);
  await over(done);
  expect(textsOf(platform)).toEqual([...cut(text, LIMIT).slice(0, 2), '-# There.']);
  expect(platform.of('a')[1]?.part.file).toEqual({ name: 'answer.md', text: text.slice(2 * LIMIT) });
});

it('an answer that is about to be written again stays as it is, with the message under way', async () => {
  const platform = createPlatform({ way: () => 500 });
  const { chunks, say, end } = script();
  const showing = show(platform, chunks, { isRestarting: () => true });
  await say('This is a sentence. ');
  await pass(100);
  await end('stopped', 'Stopped.');
  expect(await over(showing.done)).toEqual({ ids: ['m1'], shown: 'restarting' });
  await pass(10_000);
  expect(textsOf(platform)).toEqual(['This is a sentence. ']);
  expect(platform.calls).toHaveLength(1);
});

it('the end is tried for a time, then given up', async () => {
  const platform = createPlatform({ fault: ({ at }) => (at > 1_000 ? 'fails' : undefined) });
  const { chunks, say, end } = script();
  const { done } = show(platform, chunks, { deadlineMs: 60_000 });
  await say('This is a sentence. ');
  await pass(2_000);
  await say('More.');
  await end();
  const before = performance.now();
  expect((await over(done)).shown).toBe('late');
  expect(performance.now() - before).toBeLessThan(60_500);
  const { length } = platform.calls;
  await pass(60_000);
  expect(platform.calls).toHaveLength(length);
});

it('when Parley stops, the end is tried for a few seconds', async () => {
  const platform = createPlatform({ fault: ({ at }) => (at > 1_000 ? 'fails' : undefined) });
  const { chunks, say, end } = script();
  const shutdown = new AbortController();
  const { done } = show(platform, chunks, { shutdown: shutdown.signal });
  await say('This is a sentence. ');
  await pass(2_000);
  await say('More.');
  await end();
  await pass(30_000);
  shutdown.abort();
  const before = performance.now();
  expect((await over(done)).shown).toBe('late');
  expect(performance.now() - before).toBeLessThan(5_500);
});

it.each(['throws', 'stops'])(
  'chunks whose source %s without an end are an interrupted answer',
  async (how) => {
    const platform = createPlatform();
    async function* broken(): AsyncGenerator<Chunk> {
      yield { type: 'text', text: 'Half a' };
      await sleep(500);
      if (how === 'throws') throw new Error('broken');
    }
    expect((await over(show(platform, broken()).done)).shown).toBe('all');
    expect(textsOf(platform)).toEqual(['Half a']);
    expect(buttonsOf(platform)).toEqual([CUT]);
  },
);
