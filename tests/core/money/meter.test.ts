import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CHOICE, call, causeOf, INPUT, never, openBank, REQUEST, settle, usage } from './bank.ts';
import { moneyOn, SIMPLE_PRICES } from './on-store.ts';

let bank: ReturnType<typeof openBank>;
beforeEach(() => {
  bank = openBank();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a call', () => {
  it('is charged once, however often that is tried', async () => {
    const { spending, cause } = bank.limitedTo(1_000_000);
    const meter = spending.meterOf(cause);
    await call(meter);
    const charge = meter.charge();
    if (!charge) throw new Error('nothing to charge');
    await Promise.all([spending.settle(charge), spending.settle(charge)]);
    await spending.settle(charge);
    expect(await bank.today()).toEqual({ spent: INPUT + 100, reserved: 0 });
    expect(await bank.booked()).toMatchObject([{ requests: 1 }]);
  });

  it('that is tried again is two bookings, the first charged before the second is made', async () => {
    const { spending, cause } = bank.limitedTo(1_000_000);
    const meter = spending.meterOf(cause);
    await call(meter);
    await meter.begin(REQUEST, never);
    expect(await bank.today()).toMatchObject({ spent: INPUT + 100 });
    meter.end({ isBilled: true, usage: usage(INPUT, 20) });
    await settle(meter, spending);
    expect(meter.bookings()).toHaveLength(2);
    expect(await bank.today()).toEqual({ spent: 2 * INPUT + 300, reserved: 0 });
  });

  it('that the provider refused costs nothing, and holds nothing any more', async () => {
    const { spending, cause } = bank.limitedTo(1_000_000);
    const meter = spending.meterOf(cause);
    await meter.begin(REQUEST, never);
    meter.end({ isBilled: false });
    await settle(meter, spending);
    expect(await bank.today()).toEqual({ spent: 0, reserved: 0 });
    expect(await bank.booked()).toEqual([]);
  });

  it('that was cut is booked by an upper estimate, never above what was reserved', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const { spending, cause } = bank.limitedTo(1_000_000);
    const meter = spending.meterOf(cause);
    await meter.begin(REQUEST, never);
    meter.wrote('x'.repeat(300));
    await settle(meter, spending);
    expect(meter.bookings()).toMatchObject([{ estimated: true, usage: { input: INPUT, output: 100 } }]);
    const slow = spending.meterOf(cause);
    await slow.begin(REQUEST, never);
    vi.setSystemTime(Date.now() + 3_600_000);
    await settle(slow, spending);
    expect(slow.bookings()).toMatchObject([{ estimated: true, usage: { output: 1_000 } }]);
  });

  it('that was cut is booked by what the provider told so far, and an upper estimate of what came after', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const { spending, cause } = bank.limitedTo(1_000_000);
    const early = spending.meterOf(cause);
    await early.begin(REQUEST, never);
    early.wrote('x'.repeat(300));
    early.end({ isBilled: true, soFar: { ...usage(40, 0), cached: 30 } });
    expect(early.bookings()).toMatchObject([
      { estimated: true, usage: { input: 40, cached: 30, output: 100 } },
    ]);
    await settle(early, spending);
    const late = spending.meterOf(cause);
    await late.begin(REQUEST, never);
    late.end({ isBilled: true, soFar: usage(40, 70) });
    expect(late.bookings()).toMatchObject([{ estimated: true, usage: { input: 40, output: 70 } }]);
    await settle(late, spending);
  });

  it('that thought again between two texts, and was cut, is booked with what it can have thought', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const { spending, cause } = bank.limitedTo(1_000_000);
    const meter = spending.meterOf(cause);
    await meter.begin(REQUEST, never);
    for (const ms of [0, 1_000, 200]) {
      vi.setSystemTime(Date.now() + ms);
      meter.wrote('x'.repeat(300));
    }
    await settle(meter, spending);
    expect(meter.bookings()).toMatchObject([{ estimated: true, usage: { output: 300 + 500 } }]);
  });

  it('that ends after midnight is charged to the day on which it began', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 10, 30, 23, 59) });
    const { spending, cause } = bank.limitedTo(1_000_000);
    const meter = spending.meterOf(cause);
    await meter.begin(REQUEST, never);
    vi.setSystemTime(Date.UTC(2026, 11, 1, 0, 1));
    meter.end({ isBilled: true, usage: usage(INPUT, 10) });
    await settle(meter, spending);
    expect(await bank.today()).toEqual({ spent: 0, reserved: 0 });
    expect(await bank.booked()).toMatchObject([{ day: '2026-11-30' }]);
    vi.setSystemTime(Date.UTC(2026, 10, 30, 12));
    expect(await bank.today()).toEqual({ spent: INPUT + 100, reserved: 0 });
  });

  it('costs no less than nothing where the clock goes back meanwhile', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 10, 30, 12) });
    const { spending, cause } = bank.limitedTo(1_000_000);
    const meter = spending.meterOf(cause);
    await meter.begin(REQUEST, never);
    meter.wrote('x'.repeat(300));
    vi.setSystemTime(Date.UTC(2026, 10, 30, 11));
    await settle(meter, spending);
    expect(meter.bookings()).toMatchObject([{ usage: { output: 100 }, cost: INPUT + 1_000 }]);
    expect(await bank.today()).toEqual({ spent: INPUT + 1_000, reserved: 0 });
  });

  it('is paid by whoever’s key it was begun with, even if that changes before its end', async () => {
    const { spending } = moneyOn(bank.store, { prices: SIMPLE_PRICES });
    const choice = { ...CHOICE };
    const meter = spending.meterOf(causeOf({}, { choice }));
    await meter.begin(REQUEST, never);
    choice.source = 'own';
    meter.end({ isBilled: true, usage: usage(INPUT, 10) });
    await settle(meter, spending);
    expect(await bank.booked()).toMatchObject([{ payer: 'operator', cost: INPUT + 100 }]);
  });

  it('is booked under the model that the provider names, at the price of the one that was asked for if need be', async () => {
    const prices = {
      costOf: ({ model }: { model: string }) =>
        model === 'm' ? ({ cost: 7, priced: 'table' } as const) : undefined,
      mostOf: () => 7,
    };
    const { spending } = moneyOn(bank.store, { prices });
    const meter = spending.meterOf(causeOf());
    await meter.begin(REQUEST, never);
    meter.end({ isBilled: true, usage: usage(INPUT, 10), billed: { model: 'm-2026-09-22' } });
    await settle(meter, spending);
    expect(meter.bookings()).toMatchObject([{ model: 'm-2026-09-22', cost: 7 }]);
  });

  it('costs what the provider says', async () => {
    const { spending, cause } = bank.limitedTo(1_000_000);
    const meter = spending.meterOf(cause);
    await meter.begin(REQUEST, never);
    meter.end({ isBilled: true, usage: usage(INPUT, 10), billed: { cost: 12_345 } });
    await settle(meter, spending);
    expect(meter.bookings()).toMatchObject([{ cost: 12_345, priced: 'provider' }]);
    expect(await bank.today()).toEqual({ spent: 12_345, reserved: 0 });
  });
});
