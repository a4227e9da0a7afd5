/** Answers whose calls the platform refuses: a lesser form is tried before anything is given up. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ShowError, type Surface } from '../../../src/chat/answer/surface.ts';
import type { Chunk, End } from '../../../src/core/types.ts';
import { cut, LIMIT, saying, show, textOf } from './answers.ts';
import { type Call, createPlatform, type Fault, type Platform, sleep } from './fake-platform.ts';
import { buttonsOf, FINAL, FINAL_OF_LONG, over, pass, textsOf } from './showing.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());

/** Fails the first `times` calls of a kind. */
function failing(kind: Call['kind'], fault: Fault, times: number) {
  let left = times;
  return (call: Call) => (call.kind === kind && left-- > 0 ? fault : undefined);
}

describe('a permission that is missing', () => {
  it.each(['post', 'edit'] as const)('for a moment, for a %s, costs a moment', async (kind) => {
    const platform = createPlatform({ fault: failing(kind, 'forbidden', 2) });
    const text = textOf(250);
    const showing = show(platform, saying(text));
    expect((await over(showing.done)).shown).toBe('all');
    expect(showing.aborts).toBe(0);
    expect(textsOf(platform)).toEqual(cut(text, LIMIT));
  });

  it('for good stops the turn after a few attempts', async () => {
    const platform = createPlatform({ fault: () => 'forbidden' });
    const showing = show(platform, saying(textOf(4_000)));
    expect((await over(showing.done)).shown).toBe('closed');
    expect(showing.aborts).toBe(1);
    expect(platform.calls).toHaveLength(4);
  });
});

describe('a message that can be changed no more', () => {
  it('is replaced by a new one, in which the answer goes on', async () => {
    const platform = createPlatform({ fault: failing('edit', 'stuck', 1) });
    const text = textOf(250);
    const { ids, shown } = await over(show(platform, saying(text)).done);
    expect(shown).toBe('all');
    expect(ids).not.toContain('m1');
    expect(textsOf(platform)).toEqual(cut(text, LIMIT));
    expect(buttonsOf(platform)).toEqual([[], [], FINAL_OF_LONG]);
  });

  it('in the middle of an answer takes those after it along, so that they stay in order', async () => {
    const platform = createPlatform();
    const existing = platform.seed('a', 'old one', 'old two', 'old three');
    const surface = withStuck(platform, 'm2');
    const text = textOf(290);
    const { ids, shown } = await over(show(platform, saying(text), { existing, surface }).done);
    expect(shown).toBe('all');
    expect(ids[0]).toBe('m1');
    expect(ids.map((id) => platform.messages.get(id)?.part.text)).toEqual(cut(text, LIMIT));
    expect(platform.messages.size).toBe(3);
  });
});

/** A surface on which this message cannot be edited. */
function withStuck(platform: Platform, stuck: string): Surface {
  const surface = platform.surface('a');
  return {
    ...surface,
    async edit(id, part) {
      if (id === stuck) throw new ShowError('stuck');
      await surface.edit(id, part);
    },
  };
}

it('a file that is refused comes as messages instead', async () => {
  const platform = createPlatform({ fault: ({ part }) => (part?.file ? 'file' : undefined) });
  const text = textOf(750);
  expect((await over(show(platform, saying(text), { mostParts: 2 }).done)).shown).toBe('all');
  expect(textsOf(platform)).toEqual(cut(text, LIMIT));
  expect(platform.of('a').some(({ part }) => part.file)).toBe(false);
});

it('a text that is taken in no form is replaced by a notice that does not speak of rules', async () => {
  const platform = createPlatform({
    fault: ({ part }) => (part?.text.includes('33') ? 'refused' : undefined),
  });
  const text = textOf(250);
  const notices = { blockedNotice: 'Rules.', refusedNotice: 'Not shown.' };
  expect((await over(show(platform, saying(text), notices).done)).shown).toBe('all');
  expect(textsOf(platform)).toEqual(
    cut(text, LIMIT).map((part) => (part.includes('33') ? '-# Not shown.' : part)),
  );
  expect(buttonsOf(platform).at(-1)).toEqual(FINAL_OF_LONG);
});

describe('where no text comes', () => {
  async function* silent(ms: number, text = 'At last.'): AsyncGenerator<Chunk> {
    yield { type: 'status', status: 'thinking' };
    await sleep(ms);
    if (text) yield { type: 'text', text };
    yield { type: 'end', end: 'stop' };
  }

  it('a message with a button to stop it comes after a minute, and becomes the answer', async () => {
    const platform = createPlatform();
    const { done } = show(platform, silent(80_000), { laterPlaceholder: 'Still …' });
    await pass(59_000);
    expect(platform.calls).toEqual([]);
    await pass(2_000);
    expect(textsOf(platform)).toEqual(['Still …']);
    expect(buttonsOf(platform)).toEqual([['stop']]);
    expect((await over(done)).ids).toEqual(['m1']);
    expect(textsOf(platform)).toEqual(['At last.']);
    expect(buttonsOf(platform)).toEqual([FINAL]);
  });

  it('a placeholder says after half a minute that the answer still takes a while', async () => {
    const platform = createPlatform();
    const existing = platform.seed('a', 'old');
    const { done } = show(platform, silent(40_000), { existing, laterPlaceholder: 'Still …' });
    await pass(29_000);
    expect(textsOf(platform)).toEqual(['…']);
    await pass(2_000);
    expect(textsOf(platform)).toEqual(['Still …']);
    await over(done);
    expect(textsOf(platform)).toEqual(['At last.']);
  });

  it('a surface may want the placeholder sooner', async () => {
    const platform = createPlatform();
    const surface = { ...platform.surface('a'), placeholderAfterMs: 2_000 };
    const { done } = show(platform, silent(40_000), { surface, laterPlaceholder: 'Still …' });
    await pass(2_100);
    expect(textsOf(platform)).toEqual(['…']);
    await pass(29_000);
    expect(textsOf(platform)).toEqual(['Still …']);
    await over(done);
    expect(textsOf(platform)).toEqual(['At last.']);
  });
});

describe('the buttons under an answer', () => {
  async function* ending(text: string, end: End, hasThoughts = false): AsyncGenerator<Chunk> {
    if (text) yield { type: 'text', text };
    yield { type: 'end', end, notice: 'So it ended.', ...(hasThoughts && { hasThoughts: true }) };
  }

  it.each<[string, string, End, boolean, string[]]>([
    ['that ended', 'Text.', 'stop', false, ['regenerate', 'delete']],
    ['that was stopped', 'Text.', 'stopped', false, ['regenerate', 'continue', 'delete']],
    ['that broke off', 'Text.', 'interrupted', false, ['regenerate', 'continue', 'delete']],
    [
      'that was cut for its length',
      'Text.',
      'length',
      true,
      ['regenerate', 'continue', 'thoughts', 'delete'],
    ],
    ['that was stopped before any text', '', 'stopped', false, ['regenerate', 'delete']],
    ['that failed', '', 'error', false, ['regenerate', 'delete']],
    ['with thoughts', 'Text.', 'stop', true, ['regenerate', 'thoughts', 'delete']],
  ])('%s are the same everywhere', async (_, text, end, hasThoughts, buttons) => {
    const platform = createPlatform();
    await over(show(platform, ending(text, end, hasThoughts)).done);
    expect(buttonsOf(platform)).toEqual([buttons]);
  });
});
