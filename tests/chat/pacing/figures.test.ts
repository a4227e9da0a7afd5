/** An answer as a reader sees it, in virtual time: 5 messages and 5 edits in 5 s for a channel, a model of 320 characters/s. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createPlatform } from '../show/fake-platform.ts';
import { simulate } from './simulation.ts';

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

  it.each([false, true])(
    'twenty answers in one channel share what it takes (serial: %s)',
    async (isSerial) => {
      const platform = createPlatform({ way: () => roundTripMs / 2, isSerial });
      const many = { answers: 20, characters: 1_800, rate: 320, roundTripMs, platform };
      const { wholeMean, wholeMost, refusals } = await simulate(many);
      expect(wholeMean).toBeLessThanOrEqual(5 + slack);
      expect(wholeMost).toBeLessThanOrEqual(10 + 6 * slack);
      expect(refusals).toBe(0);
    },
  );

  it('no end ever waits because growing messages used up the calls', async () => {
    for (let characters = 300; characters < 6_000; characters += 290) {
      const { wholeMost, refusals } = await simulate({ answers: 1, characters, rate: 320, roundTripMs });
      expect(wholeMost, `${characters} characters`).toBeLessThanOrEqual(0.2 + slack);
      expect(refusals).toBe(0);
    }
  });

  it('twenty answers of which every fifth edit and some calls fail are all whole, one message each', async () => {
    let count = 0;
    const platform = createPlatform({
      way: () => roundTripMs / 2,
      fault({ kind }) {
        count++;
        if (count % 23 === 0) return 'limited';
        if (count % 19 === 0) return 'lost';
        return kind === 'edit' && count % 5 === 0 ? 'fails' : undefined;
      },
    });
    const many = { answers: 20, characters: 1_800, rate: 320, roundTripMs, platform };
    const { wholeMean, wholeMost, refusals } = await simulate(many);
    expect(platform.messages.size).toBe(20);
    expect(wholeMean).toBeLessThanOrEqual(8);
    expect(wholeMost).toBeLessThanOrEqual(20);
    expect(refusals).toBe(0);
  });
});
