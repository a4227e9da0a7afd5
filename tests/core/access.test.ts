import { describe, expect, it } from 'vitest';
import { DISCORD_WORDS } from '../../src/adapters/discord/vocabulary.ts';
import { mayAsk } from '../../src/core/access/access.ts';
import { en } from '../../src/core/sentences/en.ts';

const asker = (rest: Partial<Parameters<typeof mayAsk>[1]> = {}) => ({
  channels: ['c', 'parent'],
  roles: ['r'],
  isAdmin: false,
  ...rest,
});

describe('who may ask', () => {
  it('everyone everywhere, where nothing is chosen or a list is empty', () => {
    expect(mayAsk({ keys: {} }, asker())).toBe('yes');
    expect(mayAsk({ keys: {}, channels: [], roles: [] }, asker({ roles: [] }))).toBe('yes');
  });

  it('in a chosen channel and in the threads of it, and in no other, not even an admin', () => {
    expect(mayAsk({ keys: {}, channels: ['c'] }, asker())).toBe('yes');
    expect(mayAsk({ keys: {}, channels: ['x', 'parent'] }, asker())).toBe('yes');
    expect(mayAsk({ keys: {}, channels: ['x'] }, asker())).toBe('channel');
    expect(mayAsk({ keys: {}, channels: ['x'] }, asker({ isAdmin: true }))).toBe('channel');
  });

  it('with one of the chosen roles, or as an admin', () => {
    expect(mayAsk({ keys: {}, roles: ['q', 'r'] }, asker())).toBe('yes');
    expect(mayAsk({ keys: {}, roles: ['q'] }, asker())).toBe('role');
    expect(mayAsk({ keys: {}, roles: ['q'] }, asker({ roles: [], isAdmin: true }))).toBe('yes');
  });

  it('admins alone, where that is chosen, whatever roles others have', () => {
    expect(mayAsk({ keys: {}, whoMayAsk: 'admins', roles: ['r'] }, asker())).toBe('admins');
    expect(mayAsk({ keys: {}, whoMayAsk: 'admins' }, asker({ isAdmin: true }))).toBe('yes');
  });

  it('and the others read why not', () => {
    for (const access of ['channel', 'role', 'admins'] as const) {
      expect(en.notices.notAnswered(access, DISCORD_WORDS)).toMatch(/^Parley .*\.$/);
    }
  });
});
