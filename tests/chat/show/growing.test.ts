/** An answer while it is written: its messages in their order, with the newest text and a way to stop it. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { cut, LIMIT, plainDocument, saying, show, textOf } from './answers.ts';
import { createPlatform } from './fake-platform.ts';
import { buttonsOf, FINAL, failing, over, pass, script, textsOf } from './showing.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());

it('a growing answer shows its text and Stop, and an ended one the other buttons', async () => {
  const platform = createPlatform();
  const text = textOf(900);
  const { done } = show(platform, saying(text), { limit: 2_000 });
  await pass(2_000);
  const [growing] = platform.of('a');
  expect(text.startsWith(growing?.part.text ?? '?')).toBe(true);
  expect(growing?.part.buttons).toEqual(['stop']);
  expect((await over(done)).shown).toBe('all');
  expect(textsOf(platform)).toEqual([text]);
  expect(buttonsOf(platform)).toEqual([FINAL]);
});

it('an answer that comes all at once is posted once and never edited', async () => {
  const platform = createPlatform();
  const { done, ids } = show(platform, saying('A short one.', { size: 100 }));
  await over(done);
  expect(platform.calls).toHaveLength(1);
  expect(ids).toEqual([['m1']]);
});

it('messages are posted in order, and the earlier ones are completed without buttons', async () => {
  const platform = createPlatform({ fault: failing('edit', 'fails', 'fails', 'fails', 'fails') });
  const text = textOf(1_000);
  const { done, ids } = show(platform, saying(text));
  await over(done);
  expect(textsOf(platform)).toEqual(cut(text, LIMIT));
  expect(platform.of('a').map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(buttonsOf(platform).slice(0, -1).flat()).toEqual([]);
  expect(ids.map(({ length }) => length)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

it('the id of a posted message is told before the next call', async () => {
  const known: number[] = [];
  const platform = createPlatform({
    fault: () => {
      known.push(showing.ids.at(-1)?.length ?? 0);
      return undefined;
    },
  });
  const showing = show(platform, saying(textOf(300)));
  await over(showing.done);
  platform.calls.forEach(({ kind, index }, at) => {
    if (kind === 'post') expect(known[at]).toBe(index);
  });
});

it('a platform that hangs does not hold up reading, and text is rendered for calls only', async () => {
  const platform = createPlatform({ way: () => 20_000 });
  const { chunks, say, unread } = script();
  const document = plainDocument(2_000);
  show(platform, chunks, { document, limit: 2_000 });
  for (let count = 0; count < 1_000; count++) await say('some words, ');
  expect(unread()).toBe(0);
  expect(document.renders).toBe(1);
});

it('an answer moves to another bucket when its surface names another one', async () => {
  const platform = createPlatform();
  const surface = platform.surface('a');
  let key = 'first';
  const text = textOf(400);
  const { done } = show(platform, saying(text), {
    surface: {
      ...surface,
      bucket: () => platform.pacer.bucket(key, { limit: 5, windowMs: 5_000 }),
    },
  });
  await pass(400);
  // It is used up by somebody else.
  platform.pacer.bucket(key, { limit: 5, windowMs: 5_000 }).limited(1_000_000);
  key = 'second';
  await over(done);
  expect(textsOf(platform)).toEqual(cut(text, LIMIT));
});
