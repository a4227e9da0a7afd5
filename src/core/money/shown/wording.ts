/** Sums of the books in words and digits. */
import { en } from '../../sentences/en.ts';
import { dollarsOf, shownDollars } from '../amounts.ts';
import type { Sum } from '../sum.ts';
import { tokensOf } from './groups.ts';

const { amounts, notes, tokens } = en.usage;

const whole = new Intl.NumberFormat('en');
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

/** Every digit, such as `12,345`. */
export const inFull = (count: number): string => whole.format(count);
/** As `12.3K`. */
export const inShort = (count: number): string => compact.format(count);

/** Whether any of it has a price, or fees. */
export const isPriced = ({ requests, unpriced, cost }: Sum): boolean => unpriced < requests || cost > 0;

/** The cost. Requests without a price are never shown as free. */
export function amountOf(sum: Sum): string {
  if (!isPriced(sum)) return amounts.NO_PRICE;
  const dollars = shownDollars(sum.cost);
  if (sum.unpriced > 0) return amounts.atLeast(dollars);
  return sum.estimated > 0 ? amounts.about(dollars) : dollars;
}

export const tokensIn = ({ input, cached, output }: Sum): string =>
  tokens({ input: inShort(input), cached: inShort(cached), output: inShort(output) });

/** Why some of the amounts are no exact ones. */
export const notesOn = ({ unpriced, estimated }: Sum): string[] => [
  ...(unpriced > 0 ? [notes.unpriced(unpriced)] : []),
  ...(estimated > 0 ? [notes.estimated(estimated)] : []),
];

/** The height of a bar: dollars, or tokens where nothing has a price. */
export const heightOf = (sum: Sum, unit: 'dollars' | 'tokens'): number =>
  unit === 'dollars' ? dollarsOf(sum.cost) : tokensOf(sum);

const monthName = new Intl.DateTimeFormat('en-GB', { month: 'long', year: 'numeric', timeZone: 'UTC' });
const dayName = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });

/** @param month such as `2026-11` */
export const nameOfMonth = (month: string): string => monthName.format(new Date(`${month}-01T00:00:00Z`));
/** @param day such as `2026-11-30` */
export const nameOfDay = (day: string): string => dayName.format(new Date(`${day}T00:00:00Z`));
