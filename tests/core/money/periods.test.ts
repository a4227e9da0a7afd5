/** Days and months of time zones, with their changes of clocks. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findTimeZone, periodOf } from '../../../src/core/money/periods.ts';
import '../../same-properties.ts';

const at = (iso: string) => Date.parse(iso);
const named = (iso: string, kind: 'day' | 'month', zone: string) => {
  const { name, endsAt } = periodOf(at(iso), kind, zone);
  return [name, new Date(endsAt).toISOString()];
};

describe('the day and the month of an instant', () => {
  it.each([
    ['2026-11-30T23:30:00Z', 'day', 'UTC', '2026-11-30', '2026-12-01T00:00:00.000Z'],
    ['2026-11-30T23:30:00Z', 'month', 'UTC', '2026-11', '2026-12-01T00:00:00.000Z'],
    ['2026-11-30T23:30:00Z', 'month', 'Europe/Berlin', '2026-12', '2026-12-31T23:00:00.000Z'],
    ['2026-12-31T10:00:00Z', 'day', 'Pacific/Kiritimati', '2027-01-01', '2027-01-01T10:00:00.000Z'],
    ['2026-12-31T10:00:00Z', 'month', 'Pacific/Kiritimati', '2027-01', '2027-01-31T10:00:00.000Z'],
    ['2026-12-31T10:00:00Z', 'day', 'Pacific/Pago_Pago', '2026-12-30', '2026-12-31T11:00:00.000Z'],
    ['2026-11-30T18:14:59.999Z', 'day', 'Asia/Kathmandu', '2026-11-30', '2026-11-30T18:15:00.000Z'],
    ['2026-11-30T18:15:00Z', 'day', 'Asia/Kathmandu', '2026-12-01', '2026-12-01T18:15:00.000Z'],
    // Days of 23 and of 25 hours.
    ['2026-03-29T12:00:00Z', 'day', 'Europe/Berlin', '2026-03-29', '2026-03-29T22:00:00.000Z'],
    ['2026-10-24T22:00:00Z', 'day', 'Europe/Berlin', '2026-10-25', '2026-10-25T23:00:00.000Z'],
    ['2026-10-25T00:30:00Z', 'month', 'Europe/Berlin', '2026-10', '2026-10-31T23:00:00.000Z'],
    // Clocks that go from 23:59 to 01:00: the day begins at 01:00.
    ['2024-04-25T20:00:00Z', 'day', 'Africa/Cairo', '2024-04-25', '2024-04-25T22:00:00.000Z'],
    ['2024-04-25T22:00:00Z', 'day', 'Africa/Cairo', '2024-04-26', '2024-04-26T21:00:00.000Z'],
    // Clocks that go from 00:00 back to 23:00: the day has 25 hours.
    ['2024-10-31T20:30:00Z', 'day', 'Africa/Cairo', '2024-10-31', '2024-10-31T22:00:00.000Z'],
    ['2024-10-31T21:30:00Z', 'month', 'Africa/Cairo', '2024-10', '2024-10-31T22:00:00.000Z'],
    // Samoa had no 30th of December.
    ['2011-12-30T09:59:59Z', 'day', 'Pacific/Apia', '2011-12-29', '2011-12-30T10:00:00.000Z'],
    ['2011-12-30T10:00:00Z', 'day', 'Pacific/Apia', '2011-12-31', '2011-12-31T10:00:00.000Z'],
    ['2028-02-29T12:00:00Z', 'month', 'UTC', '2028-02', '2028-03-01T00:00:00.000Z'],
  ] as const)('%s is in the %s of %s that is %s', (iso, kind, zone, name, end) => {
    expect(named(iso, kind, zone)).toEqual([name, end]);
  });

  it('counts in UTC where the zone that was stored does not exist', () => {
    expect(periodOf(at('2026-11-30T23:30:00Z'), 'day', 'Mars/Olympus')).toMatchObject({
      name: '2026-11-30',
      timeZone: 'UTC',
    });
  });

  it('is the same whatever was asked before, also after clocks that jumped back', () => {
    const late = named('2026-12-02T00:00:00Z', 'day', 'Europe/Paris');
    const early = named('2026-11-30T22:59:59Z', 'day', 'Europe/Paris');
    expect(early).toEqual(['2026-11-30', '2026-11-30T23:00:00.000Z']);
    expect(named('2026-12-02T00:00:00Z', 'day', 'Europe/Paris')).toEqual(late);
    expect(named('2026-12-01T00:00:00Z', 'day', 'Europe/Paris')[0]).toBe('2026-12-01');
  });

  it('takes an instant that no clock shows', () => {
    for (const instant of [Number.NaN, -1, Number.NEGATIVE_INFINITY])
      expect(periodOf(instant, 'day', 'UTC').name).toBe('1970-01-01');
    for (const instant of [8.64e15, Number.POSITIVE_INFINITY])
      expect(periodOf(instant, 'month', 'UTC').endsAt).toBeGreaterThan(8.6e15);
  });

  it('holds in every zone: one name until the end, another one after it, and no longer than it may be', () => {
    const zones = fc.constantFrom(...Intl.supportedValuesOf('timeZone'));
    // Some zones had a day twice before 2012.
    const instants = fc.integer({ min: at('2012-01-01T00:00:00Z'), max: at('2040-01-01T00:00:00Z') });
    const kinds = fc.constantFrom('day' as const, 'month' as const);
    fc.assert(
      fc.property(
        zones,
        instants,
        kinds,
        fc.double({ min: 0, max: 1, noNaN: true }),
        (zone, now, kind, part) => {
          const { name, endsAt } = periodOf(now, kind, zone);
          const local = new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short' }).format(now);
          expect(local.startsWith(name)).toBe(true);
          expect(endsAt - now).toBeGreaterThan(0);
          expect(endsAt - now).toBeLessThanOrEqual((kind === 'day' ? 26 : 31 * 24 + 2) * 3_600_000);
          const within = now + Math.floor((endsAt - 1 - now) * part);
          expect(periodOf(within, kind, zone)).toMatchObject({ name, endsAt });
          expect(periodOf(endsAt, kind, zone).name > name).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('a time zone that a person enters', () => {
  it.each([
    ['Europe/Berlin', 'Europe/Berlin'],
    [' europe/berlin ', 'Europe/Berlin'],
    ['america/port of spain', 'America/Port_Of_Spain'],
    ['europe/kyiv', 'Europe/Kyiv'],
    ['utc', 'UTC'],
    ['+05:45', '+05:45'],
  ])('takes %s as %s', (typed, zone) => {
    expect(findTimeZone(typed)?.toLowerCase()).toBe(zone.toLowerCase());
    expect(periodOf(0, 'day', findTimeZone(typed) ?? '').timeZone).toBe(periodOf(0, 'day', zone).timeZone);
  });

  it.each([
    [''],
    ['Mars/Olympus'],
    ['Europe'],
    ['Berlin'],
    ['UTC+2'],
    ['\0'],
    ['x'.repeat(10_000)],
    ['__proto__'],
  ])('refuses %j', (typed) => {
    expect(findTimeZone(typed)).toBeUndefined();
  });

  it('writes names of zones as people know them', () => {
    expect(findTimeZone('EUROPE/BERLIN')).toBe('Europe/Berlin');
    expect(findTimeZone('america/port of spain')).toBe('America/Port_of_Spain');
    expect(findTimeZone('asia/kathmandu')).toBe('Asia/Kathmandu');
  });
});
