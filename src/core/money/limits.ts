/** Accounts that calls are charged to, and the limits on them. */
import { createHash } from 'node:crypto';
import type { Choices } from '../settings.ts';
import type { TenantId } from '../types.ts';
import { nanoOf } from './amounts.ts';
import type { Nano, Payer } from './booking.ts';
import { type PeriodKind, periodOf } from './periods.ts';
import type { Spender } from './spender.ts';

/** A sum over a calendar period, such as what one server spent on one day. */
export interface Account {
  /** Unique, and the same in every process: such as `tenant|discord:1|2026-11-30|UTC`. */
  id: string;
  /** Empty: nothing limits it yet. It is counted all the same, so that a limit that is set later holds at once. */
  limits: Limit[];
  /** How long it is kept (ms). */
  ttl: number;
}

export interface Limit {
  /** `operator`: calls that the operator pays for count; `all`: all calls do. */
  counts: 'operator' | 'all';
  most: Nano;
  /** The thing that is limited. `role`: a person, by the limit of one of their roles. */
  of: 'person' | 'role' | 'tenant' | 'installation';
  period: PeriodKind;
  /** Who can raise it. */
  setBy: 'operator' | 'admin';
  /** When the period ends (ms since 1970). */
  renewsAt: number;
  /** The time zone of the period (IANA). */
  timeZone: string;
}

/** The operator's limits, in dollars. Absent: no limit. */
export interface OperatorLimits {
  spendDay?: number | undefined;
  spendMonth?: number | undefined;
  tenantDay?: number | undefined;
  tenantMonth?: number | undefined;
  personDay?: number | undefined;
  timeZone: string;
}

/** The part of a tenant's settings that limits money. */
export type TenantLimits = Pick<
  Choices,
  'dayLimit' | 'monthLimit' | 'personDayLimit' | 'roleDayLimits' | 'timeZone'
>;

export interface AccountsOptions {
  spender: LimitedSpender;
  /** `own`: only limits that count such calls are on the accounts. Absent: all limits are. */
  payer?: Payer;
  settings: TenantLimits;
  operator: OperatorLimits;
  /** ms since 1970 */
  at: number;
}

/** The part of a spender that limits concern. */
export type LimitedSpender = Pick<Spender, 'tenant' | 'person' | 'roles'>;

/** The spender whom only the limits of a whole tenant concern. */
export const nobodyIn = (tenant: TenantId): LimitedSpender => ({ tenant, person: '', roles: [] });

/** A limit with what is spent of it. */
export interface LimitState {
  limit: Limit;
  spent: Nano;
}

/** The port of what is spent of limits now. Every call throws `StoreError` when the store fails. */
export interface SpendingStates {
  /** Every limit that concerns a spender, whoever pays. */
  states(spender: LimitedSpender, settings: TenantLimits): Promise<LimitState[]>;
}

/** The most dollars that a limit may have: in nano-dollars, sums below it are exact. */
export const MOST_DOLLARS = 1_000_000;

const DAY_MS = 24 * 3_600_000;
/** Longer than the period and a week, in which calls that a crash left open are settled. */
const TTL: Record<PeriodKind, number> = { day: 9 * DAY_MS, month: 39 * DAY_MS };
/** Owners of other forms or longer ones are hashed. Ids of platforms have this form, and fewer characters. */
const OWNER = /^[\w:.@-]{1,80}$/;

/**
 * The accounts of a call. The operator's limits are counted in the operator's time zone, and the admins' in the
 * tenant's. Where those zones differ, a tenant's day is an account of its own in each.
 */
export function accountsOf(options: AccountsOptions): Account[] {
  const { payer, settings, operator, at } = options;
  const accounts = new Map<string, Account>();
  for (const { owner, period, dollars, of, setBy } of standingRules(options)) {
    const zone = setBy === 'admin' ? (settings.timeZone ?? operator.timeZone) : operator.timeZone;
    const { name, endsAt, timeZone } = periodOf(at, period, zone);
    const id = [...owner, name, timeZone].join('|');
    const account = accounts.get(id) ?? { id, limits: [], ttl: TTL[period] };
    accounts.set(id, account);
    if (dollars === undefined || (setBy === 'operator' && payer === 'own')) continue;
    account.limits.push({
      counts: setBy === 'operator' ? 'operator' : 'all',
      most: nanoOf(dollars),
      of,
      period,
      setBy,
      renewsAt: endsAt,
      timeZone: zone,
    });
  }
  return [...accounts.values()];
}

interface Rule extends Pick<Limit, 'of' | 'period' | 'setBy'> {
  owner: readonly string[];
  /** Undefined: counted, not limited. */
  dollars: number | undefined;
}

/** The limits that concern a spender, from the widest. */
function standingRules({ spender, settings, operator }: AccountsOptions): Rule[] {
  const { tenant, person } = spender;
  const installation = { of: 'installation', setBy: 'operator', owner: ['installation'] } as const;
  const ofTenant = { of: 'tenant', owner: ['tenant', plain(tenant)] } as const;
  const rules: Rule[] = [
    { ...installation, period: 'day', dollars: operator.spendDay },
    { ...installation, period: 'month', dollars: operator.spendMonth },
    { ...ofTenant, setBy: 'operator', period: 'day', dollars: operator.tenantDay },
    { ...ofTenant, setBy: 'operator', period: 'month', dollars: operator.tenantMonth },
    { ...ofTenant, setBy: 'admin', period: 'day', dollars: settings.dayLimit },
    { ...ofTenant, setBy: 'admin', period: 'month', dollars: settings.monthLimit },
  ];
  if (person === '') return rules;
  const ofRole = highestOfRoles(spender.roles, settings);
  return [
    ...rules,
    {
      owner: ['person', plain(person)],
      of: 'person',
      setBy: 'operator',
      period: 'day',
      dollars: operator.personDay,
    },
    {
      owner: ['member', plain(tenant), plain(person)],
      of: ofRole === undefined ? 'person' : 'role',
      setBy: 'admin',
      period: 'day',
      dollars: ofRole ?? settings.personDayLimit,
    },
  ];
}

function highestOfRoles(roles: string[], settings: TenantLimits): number | undefined {
  const { roleDayLimits = {} } = settings;
  const limits = roles.flatMap((role) =>
    Object.hasOwn(roleDayLimits, role) ? (roleDayLimits[role] ?? []) : [],
  );
  return limits.length > 0 ? Math.max(...limits) : undefined;
}

/** An id that is safe within the id of an account. */
function plain(id: string): string {
  return OWNER.test(id) ? id : `hash${createHash('sha256').update(id).digest('base64url')}`;
}
