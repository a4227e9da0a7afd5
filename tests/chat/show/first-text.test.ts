/** An answer's beginning: the first sentence, blank text, text that is taken back, the sign of typing. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { show, textOf } from './answers.ts';
import { createPlatform } from './fake-platform.ts';
import { over, pass, posts, script, textsOf } from './showing.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());

it('a first sentence is posted at once, a longer one when a moment has passed', async () => {
  const platform = createPlatform();
  const { chunks, say } = script();
  show(platform, chunks);
  await say('This is a sentence. ');
  await pass(10);
  expect(textsOf(platform)).toEqual(['This is a sentence. ']);

  const slow = script();
  show(platform, slow.chunks, { answer: 'b' });
  await slow.say('This is not');
  await pass(190);
  expect(textsOf(platform, 'b')).toEqual([]);
  await slow.say(' yet');
  await pass(20);
  expect(textsOf(platform, 'b')).toEqual(['This is not yet']);
});

it('text that turns out to be reasoning makes room for the answer, in the same messages', async () => {
  const platform = createPlatform();
  const { chunks, say, sayInstead, end } = script();
  const { done } = show(platform, chunks);
  await say(textOf(250));
  await pass(5_000);
  expect(textsOf(platform)).toHaveLength(3);
  await sayInstead('It is 42. ');
  await pass(10_000);
  expect(textsOf(platform)).toEqual(['It is 42. ']);
  await say('Really.');
  await end();
  const { ids, shown } = await over(done);
  expect({ shown, ids: ids.length }).toEqual({ shown: 'all', ids: 1 });
  expect(textsOf(platform)).toEqual(['It is 42. Really.']);
  expect(posts(platform)).toHaveLength(3);
});

it('blank text is no first text', async () => {
  const platform = createPlatform();
  const { chunks, say, end } = script();
  const { done } = show(platform, chunks);
  await say('\n\n  ');
  await pass(1_000);
  expect(platform.calls).toEqual([]);
  await end('error', 'Nothing came.');
  expect((await over(done)).ids).toHaveLength(1);
  expect(textsOf(platform)).toEqual(['-# Nothing came.']);
});

it('Parley is typing until the first message is posted, never after', async () => {
  const seen: boolean[] = [];
  const platform = createPlatform({
    fault: (call) => {
      seen.push(platform.isTyping(call.answer));
      return seen.length === 1 ? 'fails' : undefined;
    },
  });
  const { chunks, say, end } = script();
  const { done } = show(platform, chunks);
  await pass(5_000);
  expect(platform.isTyping('a')).toBe(true);
  await say('This is a sentence. ');
  await pass(5_000);
  await say('And more.');
  await end();
  await over(done);
  expect(seen.length).toBeGreaterThan(2);
  expect(seen).not.toContain(true);
  expect(platform.isTyping('a')).toBe(false);
});
