/** Messages that come while Parley's store takes nothing. */
import { expect } from 'vitest';
import { answers } from '../../../lab/counterparts/model-server.ts';
import { soon } from '../../settled.ts';
import type { PlatformUnderTest } from './platform.ts';
import { createStage, settle } from './stage.ts';

export function testStoreAway(platformUnderTest: PlatformUnderTest): void {
  const stage = createStage(platformUnderTest, { isProgram: true, isConcurrent: false });
  const { it, question, timesAsked, ended, newcomer } = stage;

  it('what is said meanwhile is answered once it is back, once', ['missed messages'], async () => {
    const { platform } = stage;
    const [ada, lane] = [newcomer(), platform.lane()];
    ada.asks(lane, question(answers('Before.')));
    await ended(lane, ['Before.']);
    const [one, two] = [question(answers('One.'), answers('No.')), question(answers('Two.'), answers('No.'))];
    const texts = async () =>
      (await platform.shown(lane)).map((message) => message.text).filter((said) => said !== '');
    await platform.storeAway(async () => {
      ada.asks(lane, one);
      await settle();
      ada.asks(lane, two);
      await settle();
      expect([one, two].map(timesAsked)).toEqual([0, 0]);
    });
    await soon(async () => expect(await texts()).toContain('Two.'));
    await settle();
    expect((await texts()).filter((said) => /^(?:One|Two|No)\.$/.test(said))).toEqual(['One.', 'Two.']);
    expect([one, two].map(timesAsked)).toEqual([1, 1]);
  });

  it('and killed meanwhile, what was said is answered after the start', ['missed messages'], async () => {
    const { platform } = stage;
    const [ada, lane] = [newcomer(), platform.lane()];
    ada.asks(lane, question(answers('Before.')));
    await ended(lane, ['Before.']);
    const asked = question(answers('One.'), answers('No.'));
    await platform.storeAway(async () => {
      ada.asks(lane, asked);
      await settle();
      await platform.kill();
    });
    await platform.startAgain();
    await soon(async () =>
      expect((await platform.shown(lane)).map((message) => message.text)).toContain('One.'),
    );
    await settle();
    expect(timesAsked(asked)).toBe(1);
  });
}
