/**
 * The line of Parley's at the end of a person's message that tells the model when it was sent. It stays the same in all
 * later prompts, so that they begin with the ones before.
 */
import { createRecent } from '../../recent.ts';
import { timeLine } from '../../sentences/prompts.ts';
import type { Message } from '../../types.ts';

/** A message that is answered later than this has the time of its answer, ms. */
const LATE_MS = 3_600_000;
/** Zones whose formats are kept, since making one is slow. */
const MOST_ZONES = 100;
/** The last instant of a JavaScript date. */
const LATEST = 8.64e15;

const formats = createRecent<string, Intl.DateTimeFormat>(MOST_ZONES);

/** @param timeZone IANA; one that does not exist counts as UTC */
export const timeLineOf = ({ at }: Pick<Message, 'at'>, timeZone: string) => timeLineAt(at, timeZone);

function timeLineAt(at: number, timeZone: string): string {
  const format = formatOf(timeZone);
  const instant = Number.isNaN(at) ? 0 : Math.min(Math.max(at, 0), LATEST);
  const part = new Map(format.formatToParts(instant).map(({ type, value }) => [type, value]));
  return timeLine({
    weekday: part.get('weekday') ?? '',
    date: `${part.get('year')}-${part.get('month')}-${part.get('day')}`,
    time: `${part.get('hour')}:${part.get('minute')}`,
    zone: format.resolvedOptions().timeZone,
  });
}

/** The line of the message that is to be answered. */
export const timeLineOfNewest = ({ at }: Pick<Message, 'at'>, timeZone: string, now = Date.now()) =>
  timeLineAt(now - at > LATE_MS ? now : at, timeZone);

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const format = formatIn(timeZone) ?? formatIn('UTC') ?? new Intl.DateTimeFormat();
  formats.set(timeZone, format);
  return format;
}

function formatIn(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat('en-GB', {
      weekday: 'long',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
      timeZone,
    });
  } catch {
    return undefined;
  }
}
