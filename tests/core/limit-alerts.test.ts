/** Sentences to the admins of a tenant about a limit that is nearly or fully spent. */
import pino from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DISCORD_WORDS } from '../../src/adapters/discord/vocabulary.ts';
import { StoreError } from '../../src/core/errors.ts';
import { nanoOf } from '../../src/core/money/amounts.ts';
import { type AdminsPlace, createLimitAlerts } from '../../src/core/money/limit-alerts.ts';
import { accountsOf, type Limit, type OperatorLimits } from '../../src/core/money/limits.ts';
import type { TenantSettings } from '../../src/core/settings.ts';

const TENANT = 'chat:one';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-11-30T12:00:00Z') });
});
afterEach(() => {
  vi.useRealTimers();
});

interface World {
  settings?: Partial<TenantSettings>;
  operator?: OperatorLimits;
  /** Dollars. */
  spent?: (limit: Limit) => number;
  /** Places in which nobody can be told. */
  closed?: AdminsPlace[];
}

function world(given: World = {}) {
  const told: [AdminsPlace, string][] = [];
  /** By name, until when it is taken. */
  const claimed = new Map<string, number>();
  const log: string[] = [];
  const state = { operator: { timeZone: 'UTC' }, spent: () => 0, closed: [], isAway: false, ...given };
  const alerts = () =>
    createLimitAlerts({
      settings: { read: async () => ({ keys: {}, limitsSetBy: 'ada', ...state.settings }) },
      spending: {
        async states(spender, settings) {
          if (state.isAway) throw new StoreError('away');
          const { operator } = state;
          return accountsOf({ spender, settings, operator, at: Date.now() }).flatMap(({ limits }) =>
            limits.map((limit) => ({ limit, spent: nanoOf(state.spent(limit)) })),
          );
        },
      },
      claims: {
        async take(name, ms) {
          if ((claimed.get(name) ?? 0) > Date.now()) return false;
          claimed.set(name, Date.now() + ms);
          return true;
        },
        async hold(name, ms) {
          claimed.set(name, Date.now() + ms);
        },
      },
      tellAdminsOf: (tenant) =>
        tenant === TENANT
          ? async (_, place, text) => {
              if (state.closed.some((one) => JSON.stringify(one) === JSON.stringify(place))) return false;
              told.push([place, text]);
              return true;
            }
          : undefined,
      vocabularyOf: () => DISCORD_WORDS,
      log: pino({}, { write: (line: string) => void log.push(line) }),
    });
  /** In another process each time. */
  const check = async (tenant = TENANT) => {
    const one = alerts();
    one.check(tenant);
    await one.stop();
  };
  const refused = async (limit: Pick<Limit, 'period' | 'setBy'>) => {
    const one = alerts();
    one.refused(TENANT, { ...limit, of: 'tenant', counts: 'all', most: 1, renewsAt: 0, timeZone: 'UTC' });
    await one.stop();
  };
  return { state, told, log, alerts, check, refused, texts: () => told.map(([, text]) => text) };
}

describe('admins', () => {
  it('are told at 80 % and at 100 %, each once in a period, over all processes', async () => {
    const one = world({ settings: { dayLimit: 1 } });
    for (const spent of [0.79, 0.8, 0.9, 0.99, 1, 1.2]) {
      one.state.spent = () => spent;
      await one.check();
    }
    expect(one.texts()).toEqual([
      'This server has spent $0.80 of its $1.00 for today. It begins anew tomorrow at 00:00 (UTC). An admin can raise this limit with `/limits`.',
      'This server has spent $1.00 of its $1.00 for today, so there is not enough left for another answer. It begins anew tomorrow at 00:00 (UTC). An admin can raise this limit with `/limits`.',
    ]);
    vi.setSystemTime(Date.parse('2026-12-01T00:00:00Z'));
    await one.check();
    expect(one.told).toHaveLength(3);
  });

  it('are told of a limit that is passed at once only that it is fully spent', async () => {
    const one = world({ settings: { monthLimit: 1 }, spent: () => 1 });
    await one.check();
    one.state.spent = () => 0.9;
    await one.check();
    expect(one.texts()).toEqual([expect.stringMatching(/for this month, so .* on 1 December at 00:00/)]);
  });

  it('are told again where the limit is raised and that one is spent too', async () => {
    const one = world({ settings: { dayLimit: 1 }, spent: () => 1 });
    await one.check();
    one.state.settings = { dayLimit: 1.2 };
    await one.check();
    expect(one.texts().at(-1)).toContain('$1.00 of its $1.20 for today. It begins');
  });

  it('are told of the operator’s limit of a tenant, and whom it takes to raise it', async () => {
    const one = world({ operator: { timeZone: 'UTC', tenantDay: 1, spendDay: 1 }, spent: () => 1 });
    await one.check();
    expect(one.texts()).toEqual([
      'This server has spent $1.00 of its $1.00 for today, so there is not enough left for another answer. It begins anew tomorrow at 00:00 (UTC). Whoever runs Parley can raise this limit, or an admin can set an API key of your own with `/key set`.',
    ]);
  });

  it('are told where they chose, else who set the limit, and nobody else', async () => {
    const [channel, person] = [{ channel: '7' }, { person: 'ada' }];
    const settings = { dayLimit: 1, limitsChannel: '7' };
    const both = world({ settings, spent: () => 1 });
    await both.check();
    expect(both.told.map(([place]) => place)).toEqual([channel]);
    const closed = world({ settings, spent: () => 1, closed: [channel] });
    await closed.check();
    expect(closed.told.map(([place]) => place)).toEqual([person]);
    const nobody = world({ settings, spent: () => 1, closed: [channel, person] });
    await nobody.check();
    expect(nobody.told).toEqual([]);
    expect(nobody.log.join()).toContain('no admin could be told');
  });

  it('are told later where the platform was away, and not at each answer until then', async () => {
    const person = { person: 'ada' };
    const one = world({ settings: { dayLimit: 1 }, spent: () => 1, closed: [person] });
    for (let i = 0; i < 3; i++) await one.check();
    expect(one.log).toHaveLength(1);
    one.state.closed = [];
    vi.setSystemTime(Date.parse('2026-11-30T12:10:01Z'));
    for (let i = 0; i < 3; i++) await one.check();
    expect(one.texts()).toEqual([expect.stringContaining('$1.00 of its $1.00 for today, so')]);
  });

  it('are told when a question is refused, although less than all is spent', async () => {
    const one = world({ settings: { dayLimit: 1 }, spent: () => 0.6 });
    await one.check();
    expect(one.told).toEqual([]);
    await one.refused({ period: 'day', setBy: 'admin' });
    await one.refused({ period: 'day', setBy: 'admin' });
    expect(one.texts()).toEqual([expect.stringContaining('$0.60 of its $1.00 for today, so there is not')]);
    await one.refused({ period: 'month', setBy: 'operator' });
    expect(one.told).toHaveLength(1);
  });

  it('are not told of limits of people, of 0, or on platforms without admins', async () => {
    const one = world({ settings: { dayLimit: 0, personDayLimit: 1 }, spent: () => 5 });
    await one.check();
    await one.check('web:session');
    expect(one.told).toEqual([]);
  });
});

describe('looking at limits', () => {
  it('is done once for many calls at once, and once more for those since', async () => {
    const one = world({ settings: { dayLimit: 1 } });
    let looks = 0;
    one.state.spent = () => {
      looks++;
      return 0;
    };
    const alerts = one.alerts();
    for (let i = 0; i < 50; i++) alerts.check(TENANT);
    await alerts.stop();
    expect(looks).toBe(2);
  });

  it('fails in the log alone while the store is away', async () => {
    const one = world({ settings: { dayLimit: 1 }, spent: () => 1 });
    one.state.isAway = true;
    await one.check();
    expect(one.log.join()).toContain('limits not looked at');
    one.state.isAway = false;
    await one.check();
    expect(one.told).toHaveLength(1);
  });
});
