/** An answer whose model uses tools: what Parley does is seen while it does it, and nothing of it stays. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Surface } from '../../../src/chat/answer/surface.ts';
import { show, textOf } from './answers.ts';
import { createPlatform, type Platform } from './fake-platform.ts';
import { edits, FINAL, failing, over, pass, script, textsOf } from './showing.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());

const lines = (platform: Platform) => platform.of('a').map(({ part }) => part.activity);
const last = (platform: Platform) => platform.of('a').at(-1)?.part;

describe('a step', () => {
  it('that begins before any text is seen within a second, with Stop, and is gone from the answer', async () => {
    const platform = createPlatform();
    const { chunks, step, say, end } = script();
    const { done } = show(platform, chunks);
    await step('search', 'running', 'Searching the web: cats');
    await pass(1_000);
    expect(last(platform)).toMatchObject({
      activity: 'Searching the web: cats',
      isPlaceholder: true,
      buttons: ['stop'],
    });
    await step('search', 'done', 'Searching the web: cats');
    await pass(2_000);
    expect(lines(platform)).toEqual(['Thinking …']);
    await say('Cats are small. ');
    await pass(2_000);
    expect(last(platform)).toMatchObject({ text: 'Cats are small. ', buttons: ['stop'] });
    expect(lines(platform)).toEqual([undefined]);
    await end();
    await over(done);
    expect(platform.of('a').map(({ part }) => part)).toEqual([{ text: 'Cats are small. ', buttons: FINAL }]);
  });

  it('stands below the text that came before it, which is not held back for it', async () => {
    const platform = createPlatform();
    const { chunks, step, say, end } = script();
    const { done } = show(platform, chunks);
    await say('I look');
    await step('one', 'running');
    await pass(10);
    expect(last(platform)).toMatchObject({ text: 'I look', activity: 'Doing one' });
    await step('one', 'failed');
    await say('. Done.');
    await pass(2_000);
    expect(last(platform)).toMatchObject({ text: 'I look. Done.' });
    expect(lines(platform)).toEqual([undefined]);
    await end();
    await over(done);
    expect(textsOf(platform)).toEqual(['I look. Done.']);
  });

  it('beside others counts them, and the newest is named', async () => {
    const platform = createPlatform();
    const { chunks, step, end } = script();
    const { done } = show(platform, chunks);
    for (const id of ['one', 'two', 'three']) await step(id, 'running');
    await step('four', 'asked');
    await pass(1_500);
    expect(lines(platform)).toEqual(['Doing three (+2)']);
    await step('three', 'done');
    await pass(1_500);
    expect(lines(platform)).toEqual(['Doing two (+1)']);
    await end('stopped', 'Stopped.');
    await over(done);
    expect(textsOf(platform)).toEqual(['-# Stopped.']);
    expect(lines(platform)).toEqual([undefined]);
  });

  it('costs no more calls than text does, however many there are', async () => {
    const platform = createPlatform();
    const { chunks, step, say, end } = script();
    const { done } = show(platform, chunks);
    for (let count = 0; count < 200; count++) {
      await step(`s${count}`, 'running');
      await pass(20);
      await step(`s${count}`, 'done');
      await pass(30);
    }
    // In 10 s: the post, and an edit for each 1,060 ms.
    expect(platform.calls.length).toBeLessThanOrEqual(11);
    expect(platform.calls.length).toBeGreaterThan(8);
    await say('There you are, at last. ');
    await pass(50);
    // The first text does not wait for the pace.
    expect(textsOf(platform)).toEqual(['There you are, at last. ']);
    await end();
    await over(done);
    expect(platform.refusals).toBe(0);
    expect(platform.breaches).toEqual([]);
  });

  it('is in the last message only, and earlier ones are complete', async () => {
    const platform = createPlatform();
    const { chunks, step, say, end } = script();
    const { done } = show(platform, chunks);
    await say(textOf(150));
    await step('one', 'running');
    await pass(3_000);
    expect(lines(platform)).toEqual([undefined, 'Doing one']);
    await say(textOf(100));
    await pass(3_000);
    expect(lines(platform)).toEqual([undefined, undefined, 'Doing one']);
    await step('one', 'done');
    await end();
    await over(done);
    expect(lines(platform)).toEqual([undefined, undefined, undefined]);
  });

  it('of a message that is written again stands in its place until there is text', async () => {
    const platform = createPlatform();
    const existing = platform.seed('a', 'the old answer');
    const { chunks, step, say, end } = script();
    const { done } = show(platform, chunks, { existing });
    await step('one', 'running');
    await pass(1_500);
    expect(platform.of('a').map(({ id, part }) => [id, part.activity])).toEqual([['m1', 'Doing one']]);
    await say('New. ');
    await end();
    await over(done);
    expect(textsOf(platform)).toEqual(['New. ']);
  });

  it('leaves nothing in the text of an answer that cannot be written to its end', async () => {
    const platform = createPlatform({ fault: failing('edit', 'closed') });
    const { chunks, step, say, end } = script();
    const { done } = show(platform, chunks);
    await say('Words that stand there. ');
    await step('one', 'running');
    await pass(3_000);
    await end();
    const { shown, left } = await over(done);
    expect(shown).toBe('closed');
    expect(left?.text).toBe('Words that stand there. ');
  });

  it('whose edit fails is shown with the next', async () => {
    const platform = createPlatform({ fault: failing('post', 'fails', 'lost') });
    const { chunks, step, end } = script();
    const { done } = show(platform, chunks);
    await step('one', 'running');
    await pass(300);
    await step('one', 'done');
    await step('two', 'running');
    await pass(5_000);
    expect(lines(platform)).toEqual(['Doing two']);
    await end('error', 'Failed.');
    await over(done);
    expect(textsOf(platform)).toEqual(['-# Failed.']);
  });
});

describe('what a step or the model says', () => {
  async function lineOf(says: string, kind: 'step' | 'progress' = 'step') {
    const platform = createPlatform();
    const { chunks, step, progress } = script();
    show(platform, chunks);
    await (kind === 'step' ? step('one', 'running', says) : progress(says));
    await pass(1_500);
    return lines(platform)[0] ?? '';
  }

  it('is one short line without unseen characters', async () => {
    const line = await lineOf(`Searching: \u202eabc\u2066\u200b\n-# Sent by Parley\n${'x'.repeat(2_000)}`);
    expect(line).toMatch(/^Searching: abc -# Sent by Parley x+ …$/);
    expect(line.length).toBeLessThanOrEqual(140);
  });

  it('is not cut within a character', async () => {
    expect(await lineOf('👩‍👩‍👧‍👧'.repeat(100))).toMatch(/^(?:👩‍👩‍👧‍👧)+ …$/u);
  });

  it('is quoted where the model said it, so that it is no notice of Parley’s', async () => {
    expect(await lineOf('Your key” was revoked.', 'progress')).toBe('Working: “Your key" was revoked.”');
  });

  it('is replaced by a step that begins, and by text', async () => {
    const platform = createPlatform();
    const { chunks, step, progress, say, end } = script();
    const { done } = show(platform, chunks);
    await progress('I look');
    await progress(' it up.');
    await pass(1_500);
    expect(lines(platform)).toEqual(['Working: “I look it up.”']);
    await step('one', 'running');
    await pass(1_500);
    expect(lines(platform)).toEqual(['Doing one']);
    await step('one', 'done');
    await progress('Now I read.');
    await pass(1_500);
    expect(lines(platform)).toEqual(['Working: “Now I read.”']);
    await say('\n\n');
    await say('It says so. ');
    await pass(1_500);
    expect(lines(platform)).toEqual([undefined]);
    await end();
    await over(done);
    expect(textsOf(platform)[0]).not.toContain('look');
  });

  it('before any message goes into the sign that Parley answers, where that has words', async () => {
    const platform = createPlatform();
    const told: string[] = [];
    const surface: Surface = { ...platform.surface('a'), tell: (line) => void told.push(line) };
    const { chunks, step, progress, end } = script();
    const { done } = show(platform, chunks, { surface });
    await progress('I look it up.');
    await pass(1_500);
    expect(told).toEqual(['Working: “I look it up.”']);
    expect(platform.calls).toEqual([]);
    await step('one', 'running');
    await pass(1_500);
    expect(lines(platform)).toEqual(['Doing one']);
    await end('stop', 'So.');
    await over(done);
  });
});

describe('a message that shows steps by itself', () => {
  const withCards = (platform: Platform): Surface => ({
    ...platform.surface('a'),
    showsSteps: () => true,
    tell: () => {},
  });
  const states = (platform: Platform) =>
    platform.of('a').map(({ part }) => part.steps?.map(({ step, after }) => [step.id, step.state, after]));

  it('gets them where they began, and no line', async () => {
    const platform = createPlatform();
    const { chunks, step, say, end } = script();
    const { done } = show(platform, chunks, { surface: withCards(platform) });
    await step('one', 'running');
    await pass(500);
    expect(states(platform)).toEqual([[['one', 'running', 0]]]);
    await step('one', 'done');
    await say('Twelve text.');
    await step('two', 'running');
    await pass(3_000);
    expect(states(platform)).toEqual([
      [
        ['one', 'done', 0],
        ['two', 'running', 12],
      ],
    ]);
    expect(lines(platform)).toEqual([undefined]);
    await step('two', 'failed');
    await end();
    await over(done);
    expect(states(platform)[0]?.map(([, state]) => state)).toEqual(['done', 'failed']);
  });

  it.each([
    ['stop', 'done'],
    ['stopped', 'failed'],
    ['error', 'failed'],
  ] as const)('at the end %s has none that runs', async (how, state) => {
    const platform = createPlatform();
    const { chunks, step, end } = script();
    const { done } = show(platform, chunks, { surface: withCards(platform) });
    await step('one', 'running');
    await step('two', 'asked');
    await pass(2_000);
    await end(how, 'A notice.');
    await over(done);
    expect(states(platform)).toEqual([
      [
        ['one', state, 0],
        ['two', state, 0],
      ],
    ]);
  });

  it('is not edited for what only a line would show', async () => {
    const platform = createPlatform();
    const { chunks, step, progress, say, end } = script();
    const { done } = show(platform, chunks, { surface: withCards(platform) });
    await step('one', 'running');
    await pass(2_000);
    await progress('I look.');
    await pass(5_000);
    expect(edits(platform)).toEqual([]);
    await say('So. ');
    await end();
    await over(done);
  });
});
