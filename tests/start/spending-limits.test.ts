/** The operator's spending limits, as the environment gives them, and the warning where there are none. */
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { spendingAdvice, spendingLimitsOf } from '../../src/start/operator-limits.ts';
import { doctor } from '../harness/doctor.ts';

const DISCORD = { DISCORD_TOKEN: 'x.y.z', OPENAI_API_KEY: 'sk-canary', WEB: 'off' };
const advice = (env: Record<string, string>) => spendingAdvice(readConfig(env)).map(({ says }) => says);

describe('limits in the environment', () => {
  it('are off by default', () => {
    expect(spendingLimitsOf(readConfig({}))).toEqual({ timeZone: 'UTC' });
  });

  it('are dollars, and 0 is a limit', () => {
    const env = {
      SPEND_DAY: '0',
      SPEND_MONTH: '100',
      TENANT_DAY: '0.5',
      TENANT_MONTH: ' 7 ',
      PERSON_DAY: '0.05',
    };
    expect(spendingLimitsOf(readConfig({ ...env, TIME_ZONE: 'asia/kathmandu' }))).toEqual({
      spendDay: 0,
      spendMonth: 100,
      tenantDay: 0.5,
      tenantMonth: 7,
      personDay: 0.05,
      timeZone: 'Asia/Kathmandu',
    });
  });

  it.each([
    [{ SPEND_DAY: '-1' }, /^SPEND_DAY must be a number of dollars/],
    [{ SPEND_MONTH: '$5' }, /^SPEND_MONTH must be a number of dollars/],
    [{ TENANT_DAY: '1,50' }, /^TENANT_DAY must be a number of dollars/],
    [{ TENANT_MONTH: '1e3' }, /^TENANT_MONTH must be a number of dollars/],
    [{ PERSON_DAY: '1000001' }, /^PERSON_DAY must be at most 1000000 dollars/],
    [{ PERSON_DAY: 'Infinity' }, /^PERSON_DAY must be a number of dollars/],
    [
      { TIME_ZONE: 'Mars/Olympus' },
      /^TIME_ZONE must be a time zone such as Europe\/Berlin; "Mars\/Olympus" is none/,
    ],
    [{ TIME_ZONE: 'UTC+2' }, /^TIME_ZONE must be a time zone/],
  ])('are refused in %o', (env, says) => {
    expect(() => readConfig(env)).toThrow(says);
  });
});

describe('spending of others that no limit bounds', () => {
  it('is told where people of a chat platform or of a page for others use the operator’s key', () => {
    expect(advice(DISCORD)).toEqual([
      'anybody who can ask Parley on Discord can spend the money of OPENAI_API_KEY without a limit. Set SPEND_MONTH or SPEND_DAY',
    ]);
    expect(advice({ OPENAI_API_KEY: 'sk-canary', WEB_OPEN: 'on' })).toEqual([
      expect.stringContaining('on the page can spend'),
    ]);
    expect(advice({ ...DISCORD, WEB: 'on', HOST: '0.0.0.0' })).toEqual([
      expect.stringContaining('on Discord and the page can spend'),
    ]);
  });

  it('is told where only each person or server has a limit', () => {
    for (const limit of ['TENANT_DAY', 'TENANT_MONTH', 'PERSON_DAY'])
      expect(advice({ ...DISCORD, [limit]: '1' })).toEqual([expect.stringContaining('all of them together')]);
  });

  it.each([
    ['a limit bounds the sum of a day', { ...DISCORD, SPEND_DAY: '1' }],
    ['a limit bounds the sum of a month', { ...DISCORD, SPEND_MONTH: '0' }],
    ['the operator has no key', { ...DISCORD, OPENAI_API_KEY: '' }],
    ['only keys of servers pay', { ...DISCORD, OWN_KEY_ONLY: 'on' }],
    ['only the operator reaches the page', { OPENAI_API_KEY: 'sk-canary' }],
  ])('is not told where %s', (_, env) => {
    expect(advice(env)).toEqual([]);
  });

  it('is a warning of doctor', async () => {
    const { out } = await doctor({
      WEB_OPEN: 'on',
      OPENAI_API_KEY: 'sk-canary',
      OPENAI_BASE_URL: 'http://127.0.0.1:1',
    });
    expect(out).toMatch(/limits +warning +anybody who can ask Parley on the page can spend/);
  });
});
