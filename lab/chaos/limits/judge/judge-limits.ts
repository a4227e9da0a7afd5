/** Judges a run of limits: the provider's bill against the limits, the books and the accounts. */

import type { ProviderCall } from '../people/provider.ts';
import { booksProblems, turnProblems } from './bookings.ts';
import { type LimitUse, overspent, type Rules, usesOf } from './limit-uses.ts';
import { matched } from './matching.ts';
import type { LimitProblem } from './problem.ts';
import type { Stored } from './stored.ts';

export interface LimitFindings {
  problems: LimitProblem[];
  uses: LimitUse[];
  /** Bookings of kept turns that are exact, and estimated ones. */
  exact: number;
  estimated: number;
  /** Nano-dollars. */
  billed: number;
  booked: number;
}

export interface LimitEvidence {
  calls: ProviderCall[];
  stored: Stored;
  /** The lines of the operator's CSV. */
  csv: string[];
  rules: Rules;
}

export function judgeLimits({ calls, stored, csv, rules }: LimitEvidence): LimitFindings {
  const bookings = matched(stored.turns, calls);
  const uses = usesOf(calls, bookings, rules);
  const problems = [
    ...overspent(uses),
    ...openProblems(stored),
    ...turnProblems(bookings),
    ...booksProblems({ calls, stored, bookings, csv, rules }),
  ];
  return {
    problems,
    uses,
    exact: bookings.filter(({ booking }) => !booking.estimated).length,
    estimated: bookings.filter(({ booking }) => booking.estimated).length,
    billed: calls.reduce((sum, { bill }) => sum + bill, 0),
    booked: stored.books.reduce((sum, { cost }) => sum + cost, 0),
  };
}

function openProblems({ open, accounts }: Stored): LimitProblem[] {
  const held = accounts.filter(
    ({ level }) => (level.reservedOperator ?? 0) !== 0 || (level.reservedOwn ?? 0) !== 0,
  );
  return [
    ...open.map((key): LimitProblem => ({ counter: 'OPEN', why: key })),
    ...held.map(
      ({ id, level }): LimitProblem => ({ counter: 'OPEN', why: `${id} ${JSON.stringify(level)}` }),
    ),
  ];
}
