/** Messages that come at the same time. */
import { expect } from 'vitest';
import { after, answers, done, finish, streams, text } from '../../../lab/counterparts/model-server.ts';
import type { PlatformUnderTest } from './platform.ts';
import { createStage, settle } from './stage.ts';

export function testOrder(platformUnderTest: PlatformUnderTest): void {
  const stage = createStage(platformUnderTest);
  const { it, question, timesAsked, newcomer, ended, shows, prompts } = stage;

  it('in one lane they are answered one after the other, in their order', [], async () => {
    const { platform } = stage;
    const [ada, lane] = [newcomer(), platform.lane()];
    const { promise, resolve: release } = Promise.withResolvers<void>();
    const first = question(streams(text('One. '), after(promise), text('Done.'), finish(), done));
    const [second, third] = [question(answers('Two.')), question(answers('Three.'))];
    for (const asked of [first, second, third]) ada.asks(lane, asked);
    await shows(lane, 'One.');
    await settle();
    expect([timesAsked(second), timesAsked(third)]).toEqual([0, 0]);
    release();
    await ended(lane, ['One. Done.', 'Two.', 'Three.']);
    const [one = '', , two = '', , three = ''] = prompts(third);
    expect([one, two, three].map((prompt) => prompt.match(/question-\d+-please/)?.[0])).toEqual([
      first,
      second,
      third,
    ]);
    expect(prompts(third)[1]).toBe('One. Done.');
    expect(prompts(third)[3]).toBe('Two.');
    expect([first, second, third].map(timesAsked)).toEqual([1, 1, 1]);
  });

  it('in two lanes they are answered side by side', [], async () => {
    const { platform } = stage;
    const ada = newcomer();
    const [slow, quick] = [platform.lane(), platform.lane()];
    const { promise, resolve: release } = Promise.withResolvers<void>();
    ada.asks(slow, question(streams(text('Slow. '), after(promise), text('Done.'), finish(), done)));
    await shows(slow, 'Slow.');
    const asked = question(answers('Quick.'));
    ada.asks(quick, asked);
    await ended(quick, ['Quick.']);
    expect(prompts(asked)).toHaveLength(1);
    release();
    await ended(slow, ['Slow. Done.']);
  });
}
