/** Says when a limit is renewed, by the clocks of its time zone. */
import { en } from '../sentences/en.ts';
import type { Limit } from './limits.ts';
import { findTimeZone, UTC } from './periods.ts';

/** Such as `tomorrow at 00:00 (Europe/Berlin)`. */
export function renewalOf(limit: Pick<Limit, 'period' | 'renewsAt' | 'timeZone'>): string {
  const timeZone = findTimeZone(limit.timeZone) ?? UTC;
  const said = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(en.limits.LOCALE, { ...options, timeZone }).format(limit.renewsAt);
  // Clocks may skip midnight, so the hour is the renewal's own.
  const time = said({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  return en.limits.renewal({ ...limit, timeZone }, time, said({ day: 'numeric', month: 'long' }));
}
