/** Groups of the books: by day, person, model and kind, and by payer. */
import type { Payer } from '../booking.ts';
import type { BookRow } from '../books.ts';
import { type Sum, sumOf } from '../sum.ts';

export const GROUPINGS = ['day', 'person', 'model', 'kind'] as const;
export type Grouping = (typeof GROUPINGS)[number];

export interface Group {
  /** The day, the person, the model or the kind. */
  key: string;
  sum: Sum;
}

/** Days in their order; other groups with the dearest first, then the one with the most tokens. */
export function groupsOf(rows: BookRow[], by: Grouping): Group[] {
  const byKey = Map.groupBy(rows, (row) => row[by]);
  const groups = [...byKey].map(([key, own]) => ({ key, sum: sumOf(own) }));
  if (by === 'day') return groups.sort((a, b) => (a.key < b.key ? -1 : 1));
  return groups.sort((a, b) => b.sum.cost - a.sum.cost || tokensOf(b.sum) - tokensOf(a.sum));
}

export function sumsByPayer(rows: BookRow[]): Record<Payer, Sum> {
  const sumOfPayer = (payer: Payer) => sumOf(rows.filter((row) => row.payer === payer));
  return { operator: sumOfPayer('operator'), own: sumOfPayer('own') };
}

/** Tokens in and out. Cached ones are among those in, and reasoning among those out. */
export const tokensOf = ({ input, output }: Sum): number => input + output;

/** The days of a month (`2026-11`), up to and with its last one or `until`. */
export function daysOf(month: string, until?: string): string[] {
  const [year = 0, number = 1] = month.split('-').map(Number);
  const count = new Date(Date.UTC(year, number, 0)).getUTCDate();
  const days = Array.from({ length: count }, (_, day) => `${month}-${String(day + 1).padStart(2, '0')}`);
  return until?.startsWith(month) ? days.filter((day) => day <= until) : days;
}
