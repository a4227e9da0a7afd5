/** Calendar days and months of a time zone. */
import { createRecent } from '../recent.ts';

export type PeriodKind = 'day' | 'month';

export interface Period {
  /** Such as `2026-11-30` or `2026-11`, by the clocks of the time zone. */
  name: string;
  /** The first instant that is no longer in it (ms since 1970). */
  endsAt: number;
  /** The time zone's own name: the same for all of its spellings. */
  timeZone: string;
}

export const UTC = 'UTC';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Longer than any month with a change of clocks. */
const MONTH_MS = 32 * DAY_MS;
/** The latest instant of JavaScript's calendar (ECMAScript, time values), less the search for an end. */
const LATEST = 8.64e15 - 2 * MONTH_MS;
/** Zones kept in memory. A formatter holds some tens of kilobytes. */
const MOST_ZONES = 100;
/** The longest name among IANA's zones has 32 characters. */
const ZONE_CHARACTERS = 64;

interface Clock {
  timeZone: string;
  /** The wall clock at an instant, as if it were UTC (ms). */
  wallAt(at: number): number;
  /** The periods computed last. Every instant from `from` until `endsAt` is in it. */
  last: Partial<Record<PeriodKind, Period & { from: number }>>;
}

const clocks = createRecent<string, Clock>(MOST_ZONES);

/**
 * The name of a time zone as people write it, or undefined where there is no such zone.
 * @param typed such as `europe/berlin`
 */
export function findTimeZone(typed: string): string | undefined {
  const name = typed.trim().replaceAll(' ', '_');
  const clock = clockOf(name);
  if (!clock) return undefined;
  if (clock.timeZone.toLowerCase() === name.toLowerCase()) return clock.timeZone;
  // An older or a newer name of the zone, such as Europe/Kyiv for Europe/Kiev: people see the one they chose.
  return name.replaceAll(/(?<![a-z])[a-z]/gi, (letter) => letter.toUpperCase());
}

/**
 * The day or month in which an instant lies.
 * @param at ms since 1970
 * @param zone one that does not exist, such as after an update of the zones, counts as UTC
 */
export function periodOf(at: number, kind: PeriodKind, zone: string): Period {
  const clock = clockOf(zone) ?? clockOf(UTC);
  if (!clock) throw new Error('this JavaScript knows no UTC');
  const instant = Number.isNaN(at) ? 0 : Math.min(Math.max(Math.floor(at), 0), LATEST);
  const last = clock.last[kind];
  if (last && last.from <= instant && instant < last.endsAt) return last;
  const name = nameAt(clock, kind, instant);
  const period = { name, endsAt: endOf(clock, kind, instant, name), timeZone: clock.timeZone, from: instant };
  clock.last[kind] = period;
  return period;
}

/** @param day such as `2026-11-30` */
export const monthOf = (day: string): string => day.slice(0, '2026-11'.length);

function nameAt(clock: Clock, kind: PeriodKind, at: number): string {
  const [day = ''] = new Date(clock.wallAt(at)).toISOString().split('T');
  return kind === 'day' ? day : monthOf(day);
}

/** The first midnight after the period, or the first instant after it where the clocks skip that midnight. */
function endOf(clock: Clock, kind: PeriodKind, at: number, name: string): number {
  const wall = clock.wallAt(at);
  const date = new Date(wall);
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
  const midnight = kind === 'day' ? Date.UTC(year, month, day + 1) : Date.UTC(year, month + 1);
  const isIn = (instant: number) => nameAt(clock, kind, instant) === name;
  const nearly = midnight - (wall - at);
  const end = midnight - (clock.wallAt(nearly) - nearly);
  if (end > at && !isIn(end) && isIn(end - 1)) return end;
  let [inside, outside] = [at, at + (kind === 'day' ? 2 * DAY_MS : MONTH_MS)];
  while (outside - inside > 1) {
    const middle = Math.floor((inside + outside) / 2);
    if (isIn(middle)) inside = middle;
    else outside = middle;
  }
  return outside;
}

/** Undefined: there is no such zone. */
function clockOf(zone: string): Clock | undefined {
  const known = clocks.get(zone);
  if (known) return known;
  const format = formatOf(zone);
  if (!format) return undefined;
  const clock = { timeZone: format.resolvedOptions().timeZone, wallAt: wallBy(format), last: {} };
  clocks.set(zone, clock);
  return clock;
}

function formatOf(timeZone: string): Intl.DateTimeFormat | undefined {
  if (timeZone.length > ZONE_CHARACTERS) return undefined;
  try {
    return new Intl.DateTimeFormat('en-u-ca-iso8601-nu-latn-hc-h23', {
      timeZone,
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch {
    return undefined;
  }
}

function wallBy(format: Intl.DateTimeFormat): Clock['wallAt'] {
  return (at) => {
    const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
    const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0;
    const wall = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'));
    // Zones differ from UTC by whole seconds.
    return wall + part('second') * 1_000 + (at % 1_000);
  };
}
