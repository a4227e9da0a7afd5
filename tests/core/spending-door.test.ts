/** Questions of people who have nothing left to spend. */
import { describe, expect, it } from 'vitest';
import { DISCORD_WORDS } from '../../src/adapters/discord/vocabulary.ts';
import { createSpendingDoor } from '../../src/core/access/spending-door.ts';
import { StoreError } from '../../src/core/errors.ts';
import type { Choice } from '../../src/core/models/catalog/choose.ts';
import type { Limit } from '../../src/core/money/limits.ts';

const LIMIT: Limit = {
  counts: 'all',
  most: 500_000_000,
  of: 'person',
  period: 'day',
  setBy: 'admin',
  renewsAt: Date.parse('2026-11-30T23:00:00Z'),
  timeZone: 'Europe/Berlin',
};
const QUESTION = {
  tenant: 'chat:one',
  person: 'chat:ada',
  author: 'ada',
  roles: ['gold'],
  settings: { keys: {} },
  reader: 'member' as const,
};

function doorWith(source: Choice['source'], limit?: Limit | Error) {
  const asked: unknown[] = [];
  const audited: unknown[] = [];
  const door = createSpendingDoor({
    spending: {
      async reached(...asking) {
        asked.push(asking);
        if (limit instanceof Error) throw limit;
        return limit;
      },
    },
    models: { describe: () => ({ source, model: 'm', provider: { baseUrl: 'https://a.example/v1' } }) },
    audit: (...line) => void audited.push(line),
    words: DISCORD_WORDS,
  });
  return { door, asked, audited };
}

describe('a question at the door', () => {
  it('is refused with how much, of what, until when and who can help, and is noted without a name', async () => {
    const { door, audited } = doorWith('operator', LIMIT);
    expect(await door.refusalOf(QUESTION)).toBe(
      'Your $0.50 for today on this server is not enough for another answer: ask again tomorrow at 00:00 (Europe/Berlin), or sooner if an admin raises it with `/limits`.',
    );
    expect(audited).toEqual([
      ['refused', { tenant: 'chat:one', person: 'ada', reason: 'limit', what: 'person-day' }],
    ]);
  });

  it('may be asked where nothing is spent, and is noted nowhere', async () => {
    const { door, audited, asked } = doorWith('operator');
    expect(await door.refusalOf(QUESTION)).toBeUndefined();
    expect(audited).toEqual([]);
    const { tenant, person, roles, settings } = QUESTION;
    expect(asked).toEqual([
      [{ tenant, person, roles }, settings, expect.objectContaining({ model: 'm' }), 0],
    ]);
  });

  it('meets the limits of who pays: the operator, or the owner of the key', async () => {
    for (const source of ['own', 'operator'] as const) {
      const { door, asked } = doorWith(source);
      await door.refusalOf(QUESTION);
      expect(asked).toEqual([[expect.anything(), expect.anything(), expect.objectContaining({ source }), 0]]);
    }
  });

  it.each(['demo', 'none'] as const)('costs nothing where %s answers', async (source) => {
    const { door, asked } = doorWith(source, LIMIT);
    expect(await door.refusalOf(QUESTION)).toBeUndefined();
    expect(asked).toEqual([]);
  });

  it('counts the text that its model will read', async () => {
    const { door, asked } = doorWith('operator');
    await door.refusalOf({ ...QUESTION, text: 'word '.repeat(3_000) });
    const [, , , input] = asked[0] as [unknown, unknown, unknown, number];
    expect(input).toBeGreaterThanOrEqual(3_000);
  });

  it('passes where an earlier answer may serve it for nothing; a button or a command does not', async () => {
    const { door } = doorWith('operator', LIMIT);
    const settings = { ...QUESTION.settings, cachedHours: 24 };
    expect(await door.refusalOf({ ...QUESTION, settings, text: 'again?' })).toBeUndefined();
    expect(await door.refusalOf({ ...QUESTION, settings })).toMatch(/^Your \$0\.50 for today/);
  });

  it('waits where the store is away, rather than pass', async () => {
    const { door } = doorWith('operator', new StoreError('away'));
    await expect(door.refusalOf(QUESTION)).rejects.toThrow(StoreError);
  });
});
