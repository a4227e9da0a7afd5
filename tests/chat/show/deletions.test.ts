/** Messages of an answer that somebody deletes while it is shown. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { saying, show, textOf } from './answers.ts';
import { createPlatform } from './fake-platform.ts';
import { over, pass, posts, script } from './showing.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());

it('a message that someone deleted stops the turn; nothing more is posted', async () => {
  const platform = createPlatform();
  const showing = show(platform, saying(textOf(300), { everyMs: 50 }));
  await pass(1_900);
  const { length } = posts(platform);
  expect(length).toBeGreaterThan(1);
  platform.messages.delete(`m${length}`);
  const { shown } = await over(showing.done);
  expect(shown).toBe('gone');
  expect(showing.aborts).toBe(1);
  expect(posts(platform)).toHaveLength(length);
});

it('a deletion that the platform tells of stops the turn before the next edit', async () => {
  const platform = createPlatform();
  const { chunks, say, end, isRead } = script();
  const showing = show(platform, chunks);
  await say('This is a sentence. ');
  await pass(10);
  platform.messages.delete('m1');
  showing.deleted('m1');
  expect(showing.aborts).toBe(1);
  await say(textOf(500));
  await pass(10_000);
  expect(platform.calls).toHaveLength(1);
  expect(isRead()).toBe(false);
  await end('stopped', 'Stopped.');
  expect((await over(showing.done)).shown).toBe('gone');
  expect(isRead()).toBe(true);
});

it('the deletion of a message that is not the answer’s has no effect', async () => {
  const platform = createPlatform();
  const showing = show(platform, saying(textOf(50)));
  showing.deleted('m77');
  expect((await over(showing.done)).shown).toBe('all');
});

it('a message that Parley is removing does not count as deleted by somebody', async () => {
  const platform = createPlatform({ way: () => 500 });
  const existing = platform.seed('a', 'old one', 'old two');
  const { chunks, say, end } = script();
  const showing = show(platform, chunks, { existing });
  await say('A new answer. ');
  await pass(1_600);
  expect(platform.messages.has('m2')).toBe(false);
  showing.deleted('m2');
  await end();
  expect((await over(showing.done)).shown).toBe('all');
});
