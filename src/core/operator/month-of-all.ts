/** The books of a month, summed up for operators: by person, by place, and by everything else without names. */
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import type { Payer } from '../money/booking.ts';
import type { BookRow } from '../money/books.ts';
import { NO_SUM, type Sum, sumOf } from '../money/sum.ts';
import type { TenantId } from '../types.ts';

/** The sum of one person, or of one place. */
export interface NamedSum {
  /** A person as the books name them, or a tenant. */
  key: string;
  sum: Sum;
}

export interface MonthOfAll {
  total: Sum;
  byPayer: Record<Payer, Sum>;
  /** The rows without people and tenants. Rows that are alike are one. */
  rows: BookRow[];
  /** The dearest first, then the one with the most tokens. Nobody in particular is ''. */
  people: NamedSum[];
  /** Tenants, in the same order. Those of people are one for each platform, such as `web:`. */
  places: NamedSum[];
}

/** Rows between two turns of the event loop. */
const BATCH = 1_000;

/** @param isPersonal whether a tenant is one person's own */
export async function monthOfAll(
  rows: BookRow[],
  isPersonal: (tenant: TenantId) => boolean,
): Promise<MonthOfAll> {
  const byPayer: Record<Payer, Sum> = { operator: NO_SUM, own: NO_SUM };
  const [alike, people, places] = [
    new Map<string, BookRow>(),
    new Map<string, Sum>(),
    new Map<string, Sum>(),
  ];
  for (const [i, row] of rows.entries()) {
    if (i % BATCH === BATCH - 1) await turnOfTheLoop();
    const { day, tenant, person, model, kind, payer } = row;
    byPayer[payer] = sumOf([byPayer[payer], row]);
    add(people, person, row);
    add(places, isPersonal(tenant) ? `${tenant.split(':', 1).join()}:` : tenant, row);
    const key = JSON.stringify([day, model, kind, payer]);
    const sum = sumOf([alike.get(key) ?? NO_SUM, row]);
    alike.set(key, { ...sum, day, model, kind, payer, tenant: '', person: '' });
  }
  return {
    total: sumOf([byPayer.operator, byPayer.own]),
    byPayer,
    rows: [...alike.values()],
    people: inOrder(people),
    places: inOrder(places),
  };
}

function add(sums: Map<string, Sum>, key: string, one: Sum): void {
  sums.set(key, sumOf([sums.get(key) ?? NO_SUM, one]));
}

function inOrder(sums: Map<string, Sum>): NamedSum[] {
  const tokensOf = ({ input, output }: Sum) => input + output;
  return [...sums]
    .map(([key, sum]) => ({ key, sum }))
    .sort((a, b) => b.sum.cost - a.sum.cost || tokensOf(b.sum) - tokensOf(a.sum) || (a.key < b.key ? -1 : 1));
}
