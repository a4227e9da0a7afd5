/** The scale of an axis: round numbers from zero. */

export interface Scale {
  /** The value at the end of the axis. */
  end: number;
  ticks: { value: number; shown: string }[];
}

const MOST_TICKS = 5;
const ROUND = [1, 2, 5, 10];
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

/** @param highest the highest value; with 0 the axis is empty */
export function scaleOf(highest: number, unit: 'dollars' | 'tokens'): Scale {
  const most = highest > 0 ? highest : 1;
  const rough = most / (MOST_TICKS - 1);
  // Half a token cannot be used.
  const power = 10 ** Math.max(unit === 'tokens' ? 0 : -9, Math.floor(Math.log10(rough)));
  const step = power * (ROUND.find((one) => one * power >= rough) ?? 10);
  const count = Math.ceil(most / step);
  const decimals = Math.max(0, Math.ceil(-Math.log10(step)));
  const digits = decimals === 1 ? 2 : decimals;
  const dollars = new Intl.NumberFormat('en', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  const show = (value: number) => (unit === 'dollars' ? `$${dollars.format(value)}` : compact.format(value));
  const ticks = Array.from({ length: count + 1 }, (_, index) => index * step);
  return { end: step * count, ticks: ticks.map((value) => ({ value, shown: show(value) })) };
}
