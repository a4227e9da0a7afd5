/** Time zones whose midnight comes when a run wants it. */

const MINUTE_MS = 60_000;
const DAY_MINUTES = 24 * 60;
/** The largest offset from UTC that a zone may have, in minutes. */
const MOST_OFFSET = 13 * 60;

/** A time zone in which a day begins at that instant, to the minute. */
export function zoneWithMidnightAt(at: number): string {
  const minute = Math.round(at / MINUTE_MS) % DAY_MINUTES;
  const before = -minute;
  const offset = before < -MOST_OFFSET ? before + DAY_MINUTES : before;
  const two = (n: number) => String(n).padStart(2, '0');
  const size = Math.abs(offset);
  return `${offset < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

/** The day at an instant in a zone such as `+05:07`, as `2026-11-30`. */
export function dayAt(at: number, zone: string): string {
  return new Date(at + offsetMs(zone)).toISOString().slice(0, '2026-11-30'.length);
}

/** Time since the midnight before, ms. */
export function sinceMidnight(at: number, zone: string): number {
  return (at + offsetMs(zone)) % (DAY_MINUTES * MINUTE_MS);
}

function offsetMs(zone: string): number {
  const [hours = 0, minutes = 0] = zone.slice(1).split(':').map(Number);
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * MINUTE_MS;
}
