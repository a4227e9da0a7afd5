/** Amounts of money: dollars as people write them, whole nano-dollars as Parley counts them. */
import type { Nano } from './booking.ts';

/** Nano-dollars of a dollar. */
export const NANOS = 1_000_000_000;
const CENT = NANOS / 100;

/** Whole nano-dollars of an amount in dollars, rounded to the nearest. */
export const nanoOf = (dollars: number): Nano => Math.round(dollars * NANOS);

/** For files and figures. Sums are made of nano-dollars, since sums of dollars are not exact. */
export const dollarsOf = (nano: Nano): number => nano / NANOS;

/**
 * An amount as people read it, such as `$0.0034` or `$1,234.50`: below a cent with two significant digits, else with
 * two decimals. An amount above 0 never reads as $0.00.
 */
export function shownDollars(nano: Nano): string {
  return `$${nano > 0 && nano < CENT ? smallDollars(nano) : CENTS.format(dollarsOf(nano))}`;
}

const CENTS = new Intl.NumberFormat('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/** Rounds within the digits of the whole number, since a division would make an exponent of a small one. */
function smallDollars(nano: Nano): string {
  const digits = String(nano).length;
  const step = 10 ** Math.max(0, digits - 2);
  const rounded = Math.round(nano / step) * step;
  if (rounded >= CENT) return '0.01';
  const decimals = String(rounded).padStart(9, '0');
  // A step of 1 nano-dollar leaves all nine decimals, and a larger one leaves zeros behind the two digits.
  return `0.${decimals.slice(0, 9 - Math.log10(step))}`;
}
