import { describe, expect, it } from 'vitest';
import { groupsByAge } from '../../../src/adapters/web/page/sidebar/ages.ts';

const now = new Date(2026, 2, 30, 1, 30).getTime();
const day = (year: number, month: number, date: number, hour = 12) =>
  new Date(year, month - 1, date, hour).getTime();
const at = (time: number, pinned = false) => ({ id: String(time), title: '', at: time, pinned });

describe('the list of conversations', () => {
  it('is in groups by the reader’s days, with pinned ones first', () => {
    const groups = groupsByAge(
      [
        at(day(2020, 1, 1), true),
        at(day(2026, 3, 30, 0)),
        at(day(2026, 3, 29, 23)),
        at(day(2026, 3, 29, 0)),
        at(day(2026, 3, 28)),
        at(day(2026, 3, 23, 0)),
        at(day(2026, 3, 22)),
        at(day(2026, 2, 28, 0)),
        at(day(2026, 2, 27)),
        at(day(2026, 2, 1)),
        at(day(2025, 12, 31)),
        at(1e300),
      ].sort((a, b) => Number(b.pinned) - Number(a.pinned) || b.at - a.at),
      now,
    );
    expect(groups.map(({ name, conversations }) => [name, conversations.length])).toEqual([
      ['Pinned', 1],
      // Clocks of other machines may be ahead.
      ['Today', 2],
      ['Yesterday', 2],
      ['Last 7 days', 2],
      ['Last 30 days', 2],
      ['February 2026', 2],
      ['December 2025', 1],
    ]);
  });
});
