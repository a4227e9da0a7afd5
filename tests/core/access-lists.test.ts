/** The operator's lists: who is let in by what the environment and the commands say together. */
import { describe, expect, it } from 'vitest';
import { type AccessList, noLists, standingOf } from '../../src/core/access/access-lists.ts';

const lists = (server: Partial<AccessList>) => ({
  ...noLists(),
  server: { allowed: [], blocked: [], ...server },
});

describe('standingOf', () => {
  it.each<[string, Partial<AccessList>, Partial<AccessList>, string]>([
    ['all are in where nothing is said', {}, {}, 'in'],
    ['one that the environment allows is in', { allowed: ['1'] }, {}, 'in'],
    ['one that a command allows is in', {}, { allowed: ['1'] }, 'in'],
    [
      'one that a command allows beside others of the environment is in',
      { allowed: ['2'] },
      { allowed: ['1'] },
      'in',
    ],
    ['others are out where the environment names some', { allowed: ['2'] }, {}, 'not allowed'],
    ['others are out where a command names some', {}, { allowed: ['2'] }, 'not allowed'],
    ['blocked wins over allowed in one list', { allowed: ['1'], blocked: ['1'] }, {}, 'blocked'],
    ['a block of the environment wins over a command', { blocked: ['1'] }, { allowed: ['1'] }, 'blocked'],
    ['a block by a command wins over the environment', { allowed: ['1'] }, { blocked: ['1'] }, 'blocked'],
    ['a block of another says nothing', { blocked: ['2'] }, { blocked: ['11', '3'] }, 'in'],
  ])('%s', (_, configured, kept, standing) => {
    expect(standingOf([lists(configured), lists(kept)], 'server', ['1'])).toBe(standing);
  });

  it('holds somebody by each of their ids', () => {
    const one = { ...noLists(), person: { allowed: ['slack:T1:U1'], blocked: ['slack:T2:U1'] } };
    expect(standingOf([one], 'person', ['slack:T1:U1'])).toBe('in');
    expect(standingOf([one], 'person', ['slack:T1:U1', 'slack:T2:U1'])).toBe('blocked');
  });
});
