/** Pictures and files of an answer: they come with its end, in its last message. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Chunk, MadeFile } from '../../../src/core/types.ts';
import { cut, LIMIT, plainDocument, saying, show, textOf } from '../show/answers.ts';
import { createPlatform, type Platform } from '../show/fake-platform.ts';
import { buttonsOf, FINAL, over, textsOf } from '../show/showing.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());

const fileOf = (id: string): MadeFile => ({
  id,
  name: `${id}.png`,
  type: 'image/png',
  size: 3,
  alt: `a ${id}`,
});
const filesOf = (platform: Platform) =>
  platform.of('a').map(({ part }) => (part.made ?? []).map(({ id }) => id).join());

async function* drawing(text: string, ...ids: string[]): AsyncGenerator<Chunk> {
  for (const id of ids) yield { type: 'file', file: fileOf(id) };
  yield* saying(text);
}

it('stand in the last message of a long answer, and in no other', async () => {
  const platform = createPlatform();
  const text = textOf(250);
  expect((await over(show(platform, drawing(text, 'cat', 'dog')).done)).shown).toBe('all');
  expect(textsOf(platform)).toEqual(cut(text, LIMIT));
  expect(filesOf(platform)).toEqual(['', '', 'cat,dog']);
});

it('alone are a message without text, with the buttons of an end', async () => {
  const platform = createPlatform();
  const { ids } = await over(show(platform, drawing('', 'cat')).done);
  expect(ids).toHaveLength(1);
  expect([textsOf(platform), filesOf(platform), buttonsOf(platform)]).toEqual([[''], ['cat'], [FINAL]]);
});

it.each(['Here it is.', ''])('that the place does not take leave %j and a sentence', async (text) => {
  const platform = createPlatform({ fault: ({ part }) => (part?.made ? 'file' : undefined) });
  expect((await over(show(platform, drawing(text, 'cat')).done)).shown).toBe('all');
  const sentence =
    '-# A file that belongs here couldn’t be attached: this place doesn’t let Parley attach files, or not one so large.';
  expect(textsOf(platform)).toEqual([text, sentence].filter(Boolean));
  expect(buttonsOf(platform).at(-1)?.at(-1)).toBe('delete');
});

it('are replaced when the answer is made again, and stay when that brings nothing', async () => {
  for (const [next, files] of [
    [drawing('', 'dog'), 'dog'],
    [saying('', { end: 'error', notice: 'Failed.' }), 'cat'],
  ] as const) {
    const platform = createPlatform();
    const { ids } = await over(show(platform, drawing('', 'cat')).done);
    const previous = { document: plainDocument(LIMIT), made: [fileOf('cat')] };
    expect((await over(show(platform, next, { existing: ids, previous }).done)).ids).toEqual(ids);
    expect(filesOf(platform)).toEqual([files]);
  }
});
