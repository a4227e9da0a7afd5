/** English words for times. */
import { plural } from './plural.ts';

/** The time to try again. @param ms undefined where nobody knows */
export function afterMs(ms: number | undefined): string {
  if (ms === undefined) return 'in a moment';
  const seconds = Math.max(1, Math.ceil(ms / 1000));
  if (seconds < 90) return plural(seconds, { one: 'in a second', other: `in ${seconds} seconds` });
  return seconds < 5_400 ? `in ${Math.ceil(seconds / 60)} minutes` : `in ${Math.ceil(seconds / 3_600)} hours`;
}

export const days = (count: number) => plural(count, { one: 'one day', other: `${count} days` });
