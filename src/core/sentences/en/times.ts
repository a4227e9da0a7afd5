/** English words for times. */
import { plural } from './plural.ts';

/** The time to try again. @param ms undefined where nobody knows */
export function afterMs(ms: number | undefined): string {
  if (ms === undefined) return 'in a moment';
  const seconds = Math.max(1, Math.ceil(ms / 1000));
  if (seconds < 90) return plural(seconds, { one: 'in a second', other: `in ${seconds} seconds` });
  return seconds < 5_400 ? `in ${Math.ceil(seconds / 60)} minutes` : `in ${Math.ceil(seconds / 3_600)} hours`;
}

/** A date with its time. @param at ms since 1970. @param timeZone IANA; one that does not exist counts as UTC */
export function dateAndTime(at: number, timeZone = 'UTC'): string {
  const options = { dateStyle: 'medium', timeStyle: 'short' } as const;
  const named = (zone: string) =>
    `${new Date(at).toLocaleString('en-GB', { ...options, timeZone: zone })} (${zone})`;
  try {
    return named(timeZone);
  } catch {
    return named('UTC');
  }
}

export const days = (count: number) => plural(count, { one: 'one day', other: `${count} days` });
