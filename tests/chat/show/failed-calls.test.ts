/** Calls that fail: each is made again with the newest text, or given up, and no message is there twice. */
import pino from 'pino';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { cut, LIMIT, plainDocument, saying, show, textOf } from './answers.ts';
import { createPlatform } from './fake-platform.ts';
import { edits, failing, over, pass, posts, script, textsOf } from './showing.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());

it('an edit that fails is made again with the newest text', async () => {
  const platform = createPlatform({ fault: failing('edit', 'fails', 'lost') });
  const { chunks, say, end } = script();
  const { done } = show(platform, chunks, { limit: 2_000 });
  await say('One sentence to begin with. ');
  await pass(200);
  await say('Two. ');
  await pass(1_000);
  await say('Three. ');
  await end();
  await over(done);
  expect(textsOf(platform)).toEqual(['One sentence to begin with. Two. Three. ']);
  expect(edits(platform)[1]?.part?.text).toContain('Three.');
});

it('a text that went back to what was there before a lost edit is still written', async () => {
  const platform = createPlatform({ fault: failing('edit', 'lost', 'fails', 'fails', 'fails', 'fails') });
  const { chunks, say, end } = script();
  const document = plainDocument(LIMIT);
  let isClosing = false;
  const { done } = show(platform, chunks, {
    document: {
      ...document,
      // Half-written marks are closed for display.
      parts: (isFinal) => [isFinal || isClosing ? 'A text with **marks**' : 'A text with marks'],
    },
    buttons: () => [],
  });
  await say('A text with marks. ');
  await pass(300);
  isClosing = true;
  await say('.');
  await pass(1_200);
  isClosing = false;
  await say('.');
  await end();
  await over(done);
  expect(textsOf(platform)).toEqual(['A text with **marks**']);
});

it('a post whose response is lost makes no second message', async () => {
  const platform = createPlatform({ fault: failing('post', 'lost', 'fails', 'ok', 'lost') });
  const text = textOf(250);
  const { done } = show(platform, saying(text));
  const { ids } = await over(done);
  expect(textsOf(platform)).toEqual(cut(text, LIMIT));
  expect(ids).toEqual(platform.of('a').map(({ id }) => id));
  expect(posts(platform).map(({ index }) => index)).toEqual([0, 0, 0, 1, 1, 2]);
});

it('the turn stops where nothing can be written', async () => {
  const platform = createPlatform({ fault: failing('post', 'closed') });
  const showing = show(platform, saying(textOf(300)));
  expect((await over(showing.done)).shown).toBe('closed');
  expect(showing.aborts).toBe(1);
  expect(platform.calls).toHaveLength(1);
  expect(platform.isTyping('a')).toBe(false);
});

it('mistakes are tried again, logged without a text, and end as where nothing can be written', async () => {
  const lines: string[] = [];
  const log = pino({ level: 'error' }, { write: (line) => void lines.push(line) });
  const some = createPlatform({
    fault: failing('post', 'strange', 'strange', 'strange', 'strange', 'strange'),
  });
  expect((await over(show(some, saying(textOf(80)), { log }).done)).shown).toBe('all');
  expect(lines).toHaveLength(5);
  expect(lines[0]).toContain('TypeError');
  expect(lines.join()).not.toContain('a mistake');

  const all = createPlatform({ fault: () => 'strange' });
  expect((await over(show(all, saying(textOf(80)), { log }).done)).shown).toBe('closed');
  expect(all.calls).toHaveLength(8);
});

it('a text that the platform refuses is replaced by a notice, and not tried again', async () => {
  const tried: string[] = [];
  const platform = createPlatform({
    fault: ({ part }) => {
      if (!part?.text.includes('bad')) return undefined;
      tried.push(part.text);
      return 'blocked';
    },
  });
  const text = textOf(480).replaceAll(/33|100/g, 'bad');
  const { done } = show(platform, saying(text), { blockedNotice: 'Not here.' });
  expect((await over(done)).shown).toBe('all');
  const wanted = cut(text, LIMIT).map((part) => (part.includes('bad') ? '-# Not here.' : part));
  expect(wanted.filter((part) => part === '-# Not here.').length).toBeLessThan(wanted.length);
  expect(textsOf(platform)).toEqual(wanted);
  expect(new Set(tried).size).toBe(tried.length);
  // Each part while it grew, and once more when it was whole.
  expect(tried.length).toBeLessThanOrEqual(2 * wanted.length);
});

it('the turn stops where the platform refuses even the notice in place of a text', async () => {
  const platform = createPlatform({ fault: () => 'blocked' });
  const showing = show(platform, saying(textOf(300)));
  expect((await over(showing.done)).shown).toBe('closed');
  expect(platform.calls).toHaveLength(2);
});
