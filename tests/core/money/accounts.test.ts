/** The accounts that a call is charged to, and the limits on them. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dollarsOf } from '../../../src/core/money/amounts.ts';
import { type AccountsOptions, accountsOf } from '../../../src/core/money/limits.ts';
import '../../same-properties.ts';

const AT = Date.parse('2026-11-30T23:30:00Z');
const spender = { tenant: 'discord:1', person: 'discord:7', roles: [] };
const usual: AccountsOptions = { spender, settings: {}, operator: { timeZone: 'UTC' }, at: AT };

const idsOf = (options: Partial<AccountsOptions> = {}) =>
  accountsOf({ ...usual, ...options }).map(({ id }) => id);
const limitsOf = (options: Partial<AccountsOptions>) =>
  accountsOf({ ...usual, ...options }).flatMap(({ id, limits }) =>
    limits.map(({ counts, most, of, setBy }) => ({ id, counts, dollars: dollarsOf(most), of, setBy })),
  );

describe('the accounts of a call', () => {
  it('are counted where nothing is limited yet', () => {
    expect(idsOf()).toEqual([
      'installation|2026-11-30|UTC',
      'installation|2026-11|UTC',
      'tenant|discord:1|2026-11-30|UTC',
      'tenant|discord:1|2026-11|UTC',
      'person|discord:7|2026-11-30|UTC',
      'member|discord:1|discord:7|2026-11-30|UTC',
    ]);
    expect(limitsOf({})).toEqual([]);
  });

  it('hold no person where a call is for nobody in particular', () => {
    expect(idsOf({ spender: { ...spender, person: '' } })).toHaveLength(4);
  });

  it('are others in the time zone of a tenant, but not for the operator', () => {
    const settings = { timeZone: 'Europe/Berlin', dayLimit: 3 };
    const operator = { timeZone: 'UTC', tenantDay: 2 };
    expect(idsOf({ settings, operator })).toEqual([
      'installation|2026-11-30|UTC',
      'installation|2026-11|UTC',
      'tenant|discord:1|2026-11-30|UTC',
      'tenant|discord:1|2026-11|UTC',
      'tenant|discord:1|2026-12-01|Europe/Berlin',
      'tenant|discord:1|2026-12|Europe/Berlin',
      'person|discord:7|2026-11-30|UTC',
      'member|discord:1|discord:7|2026-12-01|Europe/Berlin',
    ]);
    expect(limitsOf({ settings, operator })).toMatchObject([
      { id: 'tenant|discord:1|2026-11-30|UTC', dollars: 2 },
      { id: 'tenant|discord:1|2026-12-01|Europe/Berlin', dollars: 3 },
    ]);
  });

  it('are the same for another spelling of the operator’s zone', () => {
    expect(idsOf({ settings: { timeZone: 'Etc/UTC' } })).toEqual(idsOf());
  });

  it('count in the operator’s zone where the tenant has none', () => {
    expect(idsOf({ operator: { timeZone: 'Asia/Tokyo' } })).toContain(
      'tenant|discord:1|2026-12-01|Asia/Tokyo',
    );
  });

  it('count in UTC where a stored zone is gone', () => {
    expect(idsOf({ settings: { timeZone: 'Mars/Olympus' } })).toEqual(idsOf());
  });

  it('differ for different owners, and stay short', () => {
    const id = fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.constantFrom('a', 'a|b', 'b'),
    );
    fc.assert(
      fc.property(id, id, id, id, (tenant, person, otherTenant, otherPerson) => {
        fc.pre(person !== '' && otherPerson !== '' && (tenant !== otherTenant || person !== otherPerson));
        const one = idsOf({ spender: { tenant, person, roles: [] } });
        const other = idsOf({ spender: { tenant: otherTenant, person: otherPerson, roles: [] } });
        const same = one.filter((account) => other.includes(account)).map((account) => account.split('|')[0]);
        expect(new Set(one).size).toBe(6);
        expect(same).not.toContain('member');
        expect(same.includes('tenant')).toBe(tenant === otherTenant);
        expect(same.includes('person')).toBe(person === otherPerson);
        for (const account of [...one, ...other]) {
          expect(account.length).toBeLessThan(300);
          expect(account).toMatch(/^[\w|:.@/+-]+$/);
        }
      }),
    );
  });
});

describe('the limits on them', () => {
  const operator = {
    timeZone: 'UTC',
    spendDay: 50,
    spendMonth: 500,
    tenantDay: 5,
    tenantMonth: 100,
    personDay: 1,
  };
  const settings = { dayLimit: 4, monthLimit: 40, personDayLimit: 0.5, roleDayLimits: { gold: 2, tin: 0.1 } };

  it('are the operator’s for what the operator pays, and the admins’ for everything', () => {
    const told = limitsOf({ operator, settings }).map(
      ({ id, dollars, ...limit }) => `${id}: ${limit.setBy}, ${limit.of}, ${limit.counts}, ${dollars}`,
    );
    expect(told).toEqual([
      'installation|2026-11-30|UTC: operator, installation, operator, 50',
      'installation|2026-11|UTC: operator, installation, operator, 500',
      'tenant|discord:1|2026-11-30|UTC: operator, tenant, operator, 5',
      'tenant|discord:1|2026-11-30|UTC: admin, tenant, all, 4',
      'tenant|discord:1|2026-11|UTC: operator, tenant, operator, 100',
      'tenant|discord:1|2026-11|UTC: admin, tenant, all, 40',
      'person|discord:7|2026-11-30|UTC: operator, person, operator, 1',
      'member|discord:1|discord:7|2026-11-30|UTC: admin, person, all, 0.5',
    ]);
  });

  it('are the admins’ alone where the tenant’s key pays', () => {
    expect(new Set(limitsOf({ operator, settings, payer: 'own' }).map(({ setBy }) => setBy))).toEqual(
      new Set(['admin']),
    );
    expect(idsOf({ operator, settings, payer: 'own' })).toEqual(idsOf({ operator, settings }));
  });

  it.each([
    [['gold'], { of: 'role', dollars: 2 }],
    [['tin'], { of: 'role', dollars: 0.1 }],
    [['tin', 'gold'], { of: 'role', dollars: 2 }],
    [['deleted'], { of: 'person', dollars: 0.5 }],
    [['toString', '__proto__'], { of: 'person', dollars: 0.5 }],
    [[], { of: 'person', dollars: 0.5 }],
  ])('of a person with the roles %j are %j', (roles, limit) => {
    const own = limitsOf({ settings, spender: { ...spender, roles } });
    expect(own.filter(({ id }) => id.startsWith('member'))).toMatchObject([limit]);
  });

  it('of 0 stand', () => {
    expect(limitsOf({ settings: { dayLimit: 0 } })).toMatchObject([{ dollars: 0, of: 'tenant' }]);
  });

  it('tell when they are renewed, and in which time zone', () => {
    const [account] = accountsOf({ ...usual, settings: { dayLimit: 1, timeZone: 'Asia/Kathmandu' } }).filter(
      ({ limits }) => limits.length > 0,
    );
    expect(account?.limits).toMatchObject([
      { renewsAt: Date.parse('2026-12-01T18:15:00Z'), timeZone: 'Asia/Kathmandu', period: 'day' },
    ]);
  });

  it('are whole nano-dollars', () => {
    const limits = accountsOf({ ...usual, settings: { dayLimit: 0.1 + 0.2, monthLimit: 1_000_000 } });
    expect(limits.flatMap((account) => account.limits.map(({ most }) => most))).toEqual([300_000_000, 1e15]);
  });
});
