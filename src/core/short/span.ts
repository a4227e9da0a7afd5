/** Reads how much of a conversation somebody wants: a number of messages, or a time since when. */
import { periodOf } from '../money/periods.ts';

/** The newest messages, or those since a time (ms since 1970). */
export type Span = { last: number } | { since: number };

export const USUAL_LAST = 50;
export const MOST_LAST = 300;
/** The longest form is a date with a time and a word before it. */
export const SPAN_CHARACTERS = 40;

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const UNITS: Record<string, number> = { m: MINUTE_MS, h: HOUR_MS, d: DAY_MS, w: 7 * DAY_MS };
const DAYS_AGO: Record<string, number> = { today: 0, heute: 0, yesterday: 1, gestern: 1 };
const FIRST_WORDS = /^(?:(?:since|last|the last|seit|letzte[nr]?|die letzten)\s+)+/;
const OF_MESSAGES = /\s(?:messages?|nachrichten)$/;
const COUNT = /^\d{1,6}$/;
const AGO =
  /^(\d{1,4})\s*(m|min|minutes?|minuten?|h|hours?|stunden?|d|days?|tage?n?|w|weeks?|wochen?)(?:\s+ago)?$/;
const DATE = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[t ](\d{1,2}):(\d{2}))?$/;
const GERMAN_DATE = /^(\d{1,2})\.(\d{1,2})\.(\d{4})?(?:\s+(\d{1,2}):(\d{2}))?$/;

/**
 * Undefined for a text of no such form, and for a time that is still to come.
 * @param typed such as `100`, `2h`, `yesterday`, `2026-11-28 14:00`; empty for the usual number
 * @param now ms since 1970
 */
export function readSpan(typed: string, now: number, timeZone: string): Span | undefined {
  if (typed.length > SPAN_CHARACTERS) return undefined;
  const text = typed.trim().toLowerCase().replace(FIRST_WORDS, '').replace(OF_MESSAGES, '').trim();
  if (text === '') return { last: USUAL_LAST };
  if (COUNT.test(text)) return countOf(Number(text));
  const since = sinceOf(text, now, timeZone);
  return since === undefined || since > now || since < 0 ? undefined : { since };
}

const countOf = (count: number): Span | undefined =>
  count < 1 ? undefined : { last: Math.min(count, MOST_LAST) };

function sinceOf(text: string, now: number, timeZone: string): number | undefined {
  const days = Object.hasOwn(DAYS_AGO, text) ? DAYS_AGO[text] : undefined;
  if (days !== undefined) return startOfDay(dayBefore(now, days, timeZone), timeZone);
  const [, count, unit = ''] = AGO.exec(text) ?? [];
  if (count !== undefined) return now - Number(count) * unitOf(unit);
  const [, year, month, day, hour, minute] = DATE.exec(text) ?? [];
  if (year !== undefined) return timeOf([year, month, day], [hour, minute], timeZone);
  const german = GERMAN_DATE.exec(text);
  if (!german) return undefined;
  const [, ofDay, ofMonth, ofYear, ...time] = german;
  const thisYear = periodOf(now, 'day', timeZone).name.slice(0, '2026'.length);
  return timeOf([ofYear ?? thisYear, ofMonth, ofDay], time, timeZone);
}

/** The German words for units begin with other letters than the English ones. */
function unitOf(unit: string): number {
  if (unit.startsWith('s')) return HOUR_MS;
  if (unit.startsWith('t')) return DAY_MS;
  return UNITS[unit.charAt(0)] ?? HOUR_MS;
}

function timeOf(
  date: (string | undefined)[],
  [hour = '0', minute = '0']: (string | undefined)[],
  timeZone: string,
): number | undefined {
  const [year = '', month = '', day = ''] = date;
  const name = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  // A day that does not exist, such as 30 February, is another one in the calendar.
  const instant = Date.parse(`${name}T00:00:00Z`);
  if (Number.isNaN(instant) || new Date(instant).toISOString().slice(0, name.length) !== name)
    return undefined;
  if (Number(hour) > 23 || Number(minute) > 59) return undefined;
  return startOfDay(name, timeZone) + Number(hour) * HOUR_MS + Number(minute) * MINUTE_MS;
}

/** The name of the day that was so many days ago. */
function dayBefore(now: number, days: number, timeZone: string): string {
  let start = startOfDay(periodOf(now, 'day', timeZone).name, timeZone);
  for (let day = 0; day < days; day++)
    start = startOfDay(periodOf(start - 1, 'day', timeZone).name, timeZone);
  return periodOf(start, 'day', timeZone).name;
}

/** The first instant of a day in a time zone. @param name such as `2026-11-30` */
function startOfDay(name: string, timeZone: string): number {
  // No time zone is further from UTC than 14 hours.
  let at = Math.max(0, Date.parse(`${name}T00:00:00Z`) - DAY_MS);
  for (let step = 0; step < 4; step++) {
    const day = periodOf(at, 'day', timeZone);
    if (day.name >= name) return at;
    at = day.endsAt;
  }
  return at;
}
