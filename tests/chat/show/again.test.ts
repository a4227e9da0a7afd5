/** An answer that is written again into its messages. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { cut, LIMIT, plainDocument, saying, show, textOf } from './answers.ts';
import { createPlatform } from './fake-platform.ts';
import { buttonsOf, FINAL_OF_LONG, failing, over, pass, script, textsOf } from './showing.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());

it('answered again, the first message says so at once and can be stopped; the others go when text comes', async () => {
  const platform = createPlatform();
  const existing = platform.seed('a', 'old one', 'old two', 'old three');
  const { chunks, say, end } = script();
  const showing = show(platform, chunks, { existing });
  await pass(10);
  expect(textsOf(platform)).toEqual(['…', 'old two', 'old three']);
  expect(buttonsOf(platform)[0]).toEqual(['stop']);
  expect(platform.isTyping('a')).toBe(false);
  await pass(3_000);
  expect(platform.messages.size).toBe(3);
  await say('A new answer. ');
  await pass(300);
  expect(textsOf(platform)).toEqual(['A new answer. ']);
  // The platform tells of what was removed here, too.
  showing.deleted('m3');
  await end();
  expect(await over(showing.done)).toEqual({ ids: ['m1'], shown: 'all' });
  expect(showing.aborts).toBe(0);
  expect(showing.ids.at(-1)).toEqual(['m1']);
});

it('answered again without a text, the answer before is shown with the notice', async () => {
  const platform = createPlatform();
  const old = textOf(150);
  const existing = platform.seed('a', ...cut(old, LIMIT));
  const { done } = show(platform, saying('', { end: 'error', notice: 'Failed.' }), {
    existing,
    previous: { document: plainDocument(LIMIT, old) },
  });
  expect(await over(done)).toEqual({ ids: existing, shown: 'all' });
  expect(textsOf(platform)).toEqual([cut(old, LIMIT)[0], `${cut(old, LIMIT)[1]}\n\n-# Failed.`]);
  expect(buttonsOf(platform)).toEqual([[], FINAL_OF_LONG]);
});

it('answered again, a longer answer takes further messages', async () => {
  const platform = createPlatform({ fault: failing('remove', 'fails', 'lost') });
  const existing = platform.seed('a', 'old one', 'old two', 'old three', 'old four');
  const text = textOf(350);
  const { done } = show(platform, saying(text), { existing });
  const { ids } = await over(done);
  const shown = ids.map((id) => platform.messages.get(id)?.part.text);
  expect(shown).toEqual(cut(text, LIMIT));
  expect(platform.messages.size).toBe(4);
});
