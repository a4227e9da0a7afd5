/** What a reader sees, in virtual time: 5 messages and 5 edits in 5 s for a channel, a model of 320 characters/s. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { simulate } from './pacing-simulation.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());

// With slow calls, each figure gives way by about what a call takes.
describe.each([
  { roundTripMs: 5, slack: 0 },
  { roundTripMs: 100, slack: 0.1 },
])('with calls of $roundTripMs ms', ({ roundTripMs, slack }) => {
  it('one answer of one message is there with its first sentence, and whole with the end of the model', async () => {
    const { first, stale, wholeMost, refusals } = await simulate({
      answers: 1,
      characters: 1_800,
      rate: 320,
      roundTripMs,
    });
    expect(first).toBeLessThanOrEqual(0.3);
    expect(stale).toBeLessThanOrEqual(180 + 320 * slack);
    expect(wholeMost).toBeLessThanOrEqual(0.1 + slack);
    expect(refusals).toBe(0);
  });

  it('one answer of many messages at five times the speed keeps up', async () => {
    const long = { answers: 1, characters: 30_000, rate: 1_600, roundTripMs };
    const { first, wholeMost, refusals } = await simulate(long);
    expect(first).toBeLessThanOrEqual(0.3);
    expect(wholeMost).toBeLessThanOrEqual(1 + slack);
    expect(refusals).toBe(0);
  });

  it('twenty answers in one channel share what it takes', async () => {
    const many = { answers: 20, characters: 1_800, rate: 320, roundTripMs };
    const { wholeMean, wholeMost, refusals } = await simulate(many);
    expect(wholeMean).toBeLessThanOrEqual(5 + slack);
    expect(wholeMost).toBeLessThanOrEqual(10 + 4 * slack);
    expect(refusals).toBe(0);
  });

  it('no end waits for what growing has used up, whatever its moment', async () => {
    for (let characters = 300; characters < 6_000; characters += 290) {
      const { wholeMost, refusals } = await simulate({ answers: 1, characters, rate: 320, roundTripMs });
      expect(wholeMost, `${characters} characters`).toBeLessThanOrEqual(0.2 + slack);
      expect(refusals).toBe(0);
    }
  });
});
