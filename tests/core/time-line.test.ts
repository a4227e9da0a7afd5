/** The line that tells the model when a message was sent. */
import { describe, expect, it } from 'vitest';
import { timeLineOf, timeLineOfNewest } from '../../src/core/turn/asking/time-line.ts';
import { contextBytes } from '../../src/core/turn/context-size.ts';
import { messageOf } from '../fixtures.ts';
import { startConversing } from './conversing.ts';

const AT = Date.UTC(2026, 10, 30, 22, 31, 59);
const HOUR = 3_600_000;

describe('the time of a message', () => {
  it.each([
    ['Europe/Berlin', '[sent Monday 2026-11-30 23:31 Europe/Berlin]'],
    ['Asia/Kolkata', '[sent Tuesday 2026-12-01 04:01 Asia/Calcutta]'],
    ['UTC', '[sent Monday 2026-11-30 22:31 UTC]'],
    ['Nowhere/Land', '[sent Monday 2026-11-30 22:31 UTC]'],
  ])('in %s', (zone, line) => {
    expect(timeLineOf({ at: AT }, zone)).toBe(line);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, -1])('is a line where the platform says %d', (at) => {
    expect(timeLineOf({ at }, 'UTC')).toMatch(/^\[sent /);
  });

  it('is the time of the answer where that comes more than an hour later', () => {
    expect(timeLineOfNewest({ at: AT }, 'UTC', AT + HOUR)).toBe(timeLineOf({ at: AT }, 'UTC'));
    expect(timeLineOfNewest({ at: AT }, 'UTC', AT + HOUR + 60_000)).toBe(
      '[sent Monday 2026-11-30 23:32 UTC]',
    );
  });
});

describe('the time in a prompt', () => {
  it('stands at the end of each message of a person, in the tenant’s zone, and stays in later prompts', async () => {
    const talk = startConversing({ settings: { timeZone: 'Asia/Tokyo' } });
    const at = Date.now();
    for (const text of ['one', 'two', 'three']) await talk.ask(text, { at });
    const times = talk.timed.map(({ messages }) => messages.map(({ time }) => time));
    const line = timeLineOf({ at }, 'Asia/Tokyo');
    expect(times.at(-1)).toEqual([line, undefined, line, undefined, line]);
    for (const earlier of times) expect(times.at(-1)?.slice(0, earlier.length)).toEqual(earlier);
  });

  it('counts in the size of a turn', () => {
    const empty = {
      message: { ...messageOf('a', ''), author: { id: 'a', name: '' } },
      answer: '',
      end: null,
    };
    expect(contextBytes(empty)).toBeGreaterThan(timeLineOf({ at: AT }, 'America/New_York').length);
  });
});
