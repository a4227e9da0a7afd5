import pino from 'pino';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Chunk } from '../../../src/core/types.ts';
import { cut, LIMIT, plainDocument, saying, show, textOf } from './answers.ts';
import { type Call, createPlatform, type Platform, sleep } from './fake-platform.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const FINAL = ['regenerate', 'delete'];
/** Buttons of an answer that was cut before its end. */
const CUT = ['regenerate', 'continue', 'delete'];

/** Lets time pass until it is over. */
async function over<T>(promise: Promise<T>, limitMs = 20 * 60_000): Promise<T> {
  let isOver = false;
  void promise.finally(() => {
    isOver = true;
  });
  for (let ms = 0; ms < limitMs && !isOver; ms += 250) await pass(250);
  if (!isOver) throw new Error('not over');
  return promise;
}

const textsOf = (platform: Platform, answer = 'a') => platform.of(answer).map(({ part }) => part.text);
const buttonsOf = (platform: Platform, answer = 'a') => platform.of(answer).map(({ part }) => part.buttons);
const edits = (platform: Platform) => platform.calls.filter(({ kind }) => kind === 'edit');
const posts = (platform: Platform) => platform.calls.filter(({ kind }) => kind === 'post');

/** Fails the calls of this kind by these results, one after another, then none. */
function failing(kind: Call['kind'], ...results: (Call['result'] | undefined)[]) {
  return (call: Call) => {
    const result = call.kind === kind ? results.shift() : undefined;
    return result === 'ok' ? undefined : result;
  };
}

/** Chunks as a test hands them over. */
function script() {
  const waiting: (Chunk | undefined)[] = [];
  let isRead = false;
  let wake = () => {};
  async function* chunks(): AsyncGenerator<Chunk> {
    for (;;) {
      while (waiting.length > 0) {
        const chunk = waiting.shift();
        if (!chunk) {
          isRead = true;
          return;
        }
        yield chunk;
      }
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  }
  const give = (...more: (Chunk | undefined)[]) => {
    waiting.push(...more);
    wake();
    return pass(0);
  };
  return {
    chunks: chunks(),
    say: (text: string) => give({ type: 'text', text }),
    sayInstead: (text: string) => give({ type: 'retract' }, { type: 'text', text }),
    end: (end: Extract<Chunk, { type: 'end' }>['end'] = 'stop', notice?: string) =>
      give({ type: 'end', end, ...(notice !== undefined && { notice }) }, undefined),
    /** Chunks that wait to be read. */
    unread: () => waiting.length,
    isRead: () => isRead,
  };
}

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

it('it is typing until the first message is posted, never after', async () => {
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

it('while it grows there is the text and a way to stop it, then what can be done with it', async () => {
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
  expect(buttonsOf(platform)).toEqual([[], [], CUT]);
});

it('an answer without text is its notice', async () => {
  const platform = createPlatform();
  await over(show(platform, saying('', { end: 'error', notice: 'No key.' })).done);
  expect(textsOf(platform)).toEqual(['-# No key.']);
  expect(platform.calls).toHaveLength(1);
});

it('what comes all at once is posted once, and nothing is edited that does not differ', async () => {
  const platform = createPlatform();
  const { done, ids } = show(platform, saying('A short one.', { size: 100 }));
  await over(done);
  expect(platform.calls).toHaveLength(1);
  expect(ids).toEqual([['m1']]);
});

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

it('a message that is posted is told of before the next call', async () => {
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

it('a deletion of some other message is nothing', async () => {
  const platform = createPlatform();
  const showing = show(platform, saying(textOf(50)));
  showing.deleted('m77');
  expect((await over(showing.done)).shown).toBe('all');
});

it('where nothing can be written the turn stops', async () => {
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

it('a text the platform does not take is replaced, and not tried again', async () => {
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

it('where not even the notice in its place is taken, the turn stops', async () => {
  const platform = createPlatform({ fault: () => 'blocked' });
  const showing = show(platform, saying(textOf(300)));
  expect((await over(showing.done)).shown).toBe('closed');
  expect(platform.calls).toHaveLength(2);
});

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

it('a message that is being removed is not one that someone deleted', async () => {
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
  expect(buttonsOf(platform)).toEqual([[], FINAL]);
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

it('a long answer ends in a file where that is wished', async () => {
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

it('an answer that is about to be made again is left as it is, with the message that was under way', async () => {
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

it('a bucket that changes in the middle is the one that is asked from then on', async () => {
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
