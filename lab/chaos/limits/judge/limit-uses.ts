/** Adds up the provider's bill for each limit in each of its periods. */
import { type OperatorRules, type Question, ROLES, type Server } from '../cast.ts';
import { dayAt, sinceMidnight } from '../clock.ts';
import type { Places } from '../people/crowd.ts';
import type { ProviderCall } from '../people/provider.ts';
import type { Matched } from './matching.ts';
import type { LimitProblem } from './problem.ts';

export interface Rules {
  operator: OperatorRules;
  servers: Map<string, Server>;
  questions: Map<string, Question>;
  places: Places;
  /** After midnight, a call may still belong to the day before for this long, ms. */
  midnightMs: number;
}

/** A limit in one period, and the bill that counts in it. */
export interface LimitUse {
  kind: 'installation' | 'month' | 'tenant' | 'server' | 'person' | 'member' | 'role';
  name: string;
  /** Nano-dollars. */
  most: number;
  billed: number;
}

const NANOS = 1_000_000_000;

interface Rule {
  kind: LimitUse['kind'];
  owner: string;
  dollars: number | undefined;
  period: 'day' | 'month';
  zone: string;
}

/** Calls that may belong to either of two days count in neither. */
export function usesOf(calls: ProviderCall[], bookings: Matched[], rules: Rules): LimitUse[] {
  const begun = new Map(
    bookings.flatMap(({ booking, call }) => (call ? [[call.id, booking.at] as const] : [])),
  );
  const uses = new Map<string, LimitUse>();
  for (const { id, token, at, bill } of calls) {
    const question = rules.questions.get(token);
    if (!question || bill === 0) continue;
    const known = begun.get(id);
    for (const { kind, owner, dollars, period, zone } of rulesOf(question, rules)) {
      if (dollars === undefined) continue;
      if (known === undefined && sinceMidnight(at, zone) < rules.midnightMs) continue;
      const day = dayAt(known ?? at, zone);
      const name = `${kind} ${owner} ${period === 'day' ? day : day.slice(0, -'-30'.length)}`;
      const use = uses.get(name) ?? { kind, name, most: Math.round(dollars * NANOS), billed: 0 };
      use.billed += bill;
      uses.set(name, use);
    }
  }
  return [...uses.values()];
}

function rulesOf({ server: name, person }: Question, { operator, servers }: Rules): Rule[] {
  const server = servers.get(name);
  const zone = operator.timeZone;
  const own = server?.timeZone ?? zone;
  const ofRoles = ROLES.filter((role) => server?.members[role].includes(person)).flatMap(
    (role) => server?.roles[role] ?? [],
  );
  const ofRole = ofRoles.length > 0 ? Math.max(...ofRoles) : undefined;
  const day = { period: 'day' } as const;
  return [
    { kind: 'installation', owner: '', dollars: operator.spendDay, zone, ...day },
    { kind: 'month', owner: '', dollars: operator.spendMonth, period: 'month', zone },
    { kind: 'tenant', owner: name, dollars: operator.tenantDay, zone, ...day },
    { kind: 'person', owner: person, dollars: operator.personDay, zone, ...day },
    { kind: 'server', owner: name, dollars: server?.limits.dayLimit, zone: own, ...day },
    {
      kind: ofRole === undefined ? 'member' : 'role',
      owner: `${name} ${person}`,
      dollars: ofRole ?? server?.limits.personDayLimit,
      zone: own,
      ...day,
    },
  ];
}

export function overspent(uses: LimitUse[]): LimitProblem[] {
  return uses
    .filter(({ billed, most }) => billed > most)
    .map(({ name, billed, most }) => ({
      counter: 'OVERSPENT',
      why: `${name}: ${billed} of ${most} nano-dollars`,
    }));
}
