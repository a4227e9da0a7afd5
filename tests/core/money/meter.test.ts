import Keyv from 'keyv';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Choice } from '../../../src/core/models/catalog/choose.ts';
import type { MeteredRequest } from '../../../src/core/models/model.ts';
import { accountsOf } from '../../../src/core/money/limits.ts';
import type { OwnMeter } from '../../../src/core/money/metering/meter.ts';
import type { CallCause } from '../../../src/core/money/metering/spending.ts';
import type { TenantSettings } from '../../../src/core/settings.ts';
import { createBooks } from '../../../src/store/books/books.ts';
import { createKeyvStore } from '../../../src/store/keyv-store.ts';
import type { Store } from '../../../src/store/store.ts';
import { moneyOn, NO_PRICES, nano, SIMPLE_PRICES } from './on-store.ts';

const CHOICE: Choice = {
  source: 'operator',
  model: 'm',
  provider: { baseUrl: 'https://models.example/v1' },
};
const SPENDER = { tenant: 'discord:1', person: 'discord:ada', roles: [], conversation: 'discord:1:2' };
const OPERATOR = { timeZone: 'UTC' };
/** 100 tokens of input at most: 260 bytes, and 8 tokens for each of two messages. */
const REQUEST: MeteredRequest = { instructions: '', messages: [{ role: 'user', text: 'x'.repeat(252) }] };
const INPUT = 100;
const never = new AbortController().signal;

let store: Store;
beforeEach(() => {
  store = createKeyvStore(new Keyv());
});
afterEach(() => {
  vi.useRealTimers();
});

function causeOf(settings: Partial<TenantSettings> = {}, rest: Partial<CallCause> = {}): CallCause {
  return { kind: 'answer', spender: SPENDER, settings: { keys: {}, ...settings }, choice: CHOICE, ...rest };
}

/** Money with simple prices, and a cause whose tenant may spend so much a day. */
function limitedTo(amount: number, mostOutput = 1_000) {
  const money = moneyOn(store, { prices: SIMPLE_PRICES, mostOutput });
  return { ...money, cause: causeOf({ dayLimit: nano(amount) }) };
}

const usage = (input: number, output: number) => ({ input, cached: 0, output, reasoning: 0 });

/** One call that the provider bills like this. Returns the most tokens that it might have written. */
async function call(meter: OwnMeter, billed = usage(INPUT, 10)): Promise<number | undefined> {
  const most = await meter.begin(REQUEST, never);
  meter.end({ isBilled: true, usage: billed });
  return most;
}

async function tenantDay(settings: Partial<TenantSettings> = {}) {
  const accounts = accountsOf({ spender: SPENDER, settings, operator: OPERATOR, at: Date.now() });
  const levels = await moneyOn(store).ledger.levels(accounts);
  const place = accounts.findIndex(({ id }) => id.startsWith('tenant|') && id.split('|')[2]?.length === 10);
  const level = levels[place];
  if (!level) throw new Error('no such account');
  return {
    spent: level.spentOperator + level.spentOwn,
    reserved: level.reservedOperator + level.reservedOwn,
  };
}

const booked = async () => createBooks({ store, isPersonal: () => false }).all();

describe('a limit', () => {
  it('lets a call write what is left, where that is less than it usually may', async () => {
    const { spending, cause } = limitedTo(INPUT + 10 * 600);
    expect(await spending.run(cause, (meter) => meter.begin(REQUEST, never))).toBe(600);
  });

  it('refuses a call for which too little for an answer is left, and says which limit it is', async () => {
    const { spending, cause } = limitedTo(INPUT + 10 * 499);
    await expect(spending.run(cause, (meter) => meter.begin(REQUEST, never))).rejects.toMatchObject({
      failure: { kind: 'limit', limit: { of: 'tenant', period: 'day', setBy: 'admin' } },
    });
    expect(await tenantDay()).toEqual({ spent: 0, reserved: 0 });
  });

  it('of 0 refuses every call, and one that was lowered below what is spent refuses the next', async () => {
    const { spending, cause } = limitedTo(1_000_000);
    const meter = spending.meterOf(cause);
    await call(meter);
    await spending.run(cause, call as (meter: unknown) => Promise<unknown>);
    for (const dayLimit of [0, nano(1)]) {
      const lowered = causeOf({ dayLimit });
      await expect(spending.run(lowered, (one) => one.begin(REQUEST, never))).rejects.toMatchObject({
        failure: { kind: 'limit' },
      });
    }
  });

  it('is waited for while another call holds the rest of it, and the wait ends when that is charged', async () => {
    const { spending, cause } = limitedTo(2 * INPUT + 10 * 1_200);
    const first = spending.meterOf(cause);
    expect(await first.begin(REQUEST, never)).toBe(1_000);
    let most: number | undefined;
    const second = spending.run(cause, async (meter) => {
      most = await meter.begin(REQUEST, never);
      meter.end({ isBilled: true, usage: usage(INPUT, 0) });
    });
    first.end({ isBilled: true, usage: usage(INPUT, 100) });
    const charge = first.charge();
    if (charge) await spending.settle(charge);
    await second;
    expect(most).toBe(1_000);
    expect(await tenantDay()).toEqual({ spent: 2 * INPUT + 10 * 100, reserved: 0 });
  });

  it('is waited for no longer once the answer is stopped', async () => {
    const { spending, cause } = limitedTo(INPUT + 10 * 1_000);
    const first = spending.meterOf(cause);
    await first.begin(REQUEST, never);
    const stop = new AbortController();
    const second = spending.run(cause, (meter) => meter.begin(REQUEST, stop.signal));
    stop.abort();
    await expect(second).rejects.toMatchObject({ failure: { kind: 'late' } });
  });

  it('is never passed by 64 calls at once, whatever they turn out to cost', async () => {
    const most = 40_000;
    const { spending, cause } = limitedTo(most);
    let billed = 0;
    const outcomes = await Promise.all(
      Array.from({ length: 64 }, (_, i) =>
        spending
          .run(cause, async (meter) => {
            const mayWrite = (await meter.begin(REQUEST, never)) ?? 0;
            await new Promise((resolve) => setImmediate(resolve));
            const written = Math.floor((mayWrite * (i % 5)) / 4);
            billed += INPUT + 10 * written;
            meter.end({ isBilled: true, usage: usage(INPUT, written) });
            return 'answered' as const;
          })
          .catch(() => 'refused' as const),
      ),
    );
    expect(billed).toBeLessThanOrEqual(most);
    expect(outcomes).toContain('refused');
    // The rest would have been too little for one more answer.
    expect(billed).toBeGreaterThan(most - INPUT - 10 * 500);
    expect(await tenantDay()).toEqual({ spent: billed, reserved: 0 });
    expect((await booked()).reduce((sum, { cost }) => sum + cost, 0)).toBe(billed);
  });

  it('refuses a model whose price nobody knows; without a limit its tokens are booked, and no cost', async () => {
    const { spending } = moneyOn(store, { prices: NO_PRICES });
    await expect(
      spending.run(causeOf({ dayLimit: 1 }), (meter) => meter.begin(REQUEST, never)),
    ).rejects.toMatchObject({ failure: { kind: 'unpriced' } });
    const meter = spending.meterOf(causeOf());
    expect(await call(meter)).toBeUndefined();
    await settle(meter, spending);
    expect(await booked()).toMatchObject([{ requests: 1, input: INPUT, cost: 0, unpriced: 1 }]);
  });

  it('of the operator does not hold for a key of the tenant’s own, and the tenant’s own limit does', async () => {
    const { spending } = moneyOn(store, { prices: SIMPLE_PRICES, limits: { spendDay: 0 } });
    const own: Choice = { ...CHOICE, source: 'own' };
    const cause = causeOf({}, { choice: own });
    expect(await spending.run(cause, (meter) => meter.begin(REQUEST, never))).toBeUndefined();
    await expect(
      spending.run(causeOf({ dayLimit: 0 }, { choice: own }), (meter) => meter.begin(REQUEST, never)),
    ).rejects.toMatchObject({ failure: { kind: 'limit' } });
  });
});

async function settle(meter: OwnMeter, spending: ReturnType<typeof moneyOn>['spending']): Promise<void> {
  const charge = meter.charge();
  if (charge) await spending.settle(charge);
}

describe('a call', () => {
  it('is charged once, however often that is tried', async () => {
    const { spending, cause } = limitedTo(1_000_000);
    const meter = spending.meterOf(cause);
    await call(meter);
    const charge = meter.charge();
    if (!charge) throw new Error('nothing to charge');
    await Promise.all([spending.settle(charge), spending.settle(charge)]);
    await spending.settle(charge);
    expect(await tenantDay()).toEqual({ spent: INPUT + 100, reserved: 0 });
    expect(await booked()).toMatchObject([{ requests: 1 }]);
  });

  it('that is tried again is two bookings, the first charged before the second is made', async () => {
    const { spending, cause } = limitedTo(1_000_000);
    const meter = spending.meterOf(cause);
    await call(meter);
    await meter.begin(REQUEST, never);
    expect(await tenantDay()).toMatchObject({ spent: INPUT + 100 });
    meter.end({ isBilled: true, usage: usage(INPUT, 20) });
    await settle(meter, spending);
    expect(meter.bookings()).toHaveLength(2);
    expect(await tenantDay()).toEqual({ spent: 2 * INPUT + 300, reserved: 0 });
  });

  it('that the provider refused costs nothing, and holds nothing any more', async () => {
    const { spending, cause } = limitedTo(1_000_000);
    const meter = spending.meterOf(cause);
    await meter.begin(REQUEST, never);
    meter.end({ isBilled: false });
    await settle(meter, spending);
    expect(await tenantDay()).toEqual({ spent: 0, reserved: 0 });
    expect(await booked()).toEqual([]);
  });

  it('that was cut is booked by an upper estimate, never above what was reserved', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const { spending, cause } = limitedTo(1_000_000);
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
    const { spending, cause } = limitedTo(1_000_000);
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

  it('that ends after midnight is charged to the day on which it began', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 10, 30, 23, 59) });
    const { spending, cause } = limitedTo(1_000_000);
    const meter = spending.meterOf(cause);
    await meter.begin(REQUEST, never);
    vi.setSystemTime(Date.UTC(2026, 11, 1, 0, 1));
    meter.end({ isBilled: true, usage: usage(INPUT, 10) });
    await settle(meter, spending);
    expect(await tenantDay()).toEqual({ spent: 0, reserved: 0 });
    expect(await booked()).toMatchObject([{ day: '2026-11-30' }]);
    vi.setSystemTime(Date.UTC(2026, 10, 30, 12));
    expect(await tenantDay()).toEqual({ spent: INPUT + 100, reserved: 0 });
  });

  it('is booked under the model that the provider names, at the price of the one that was asked for if need be', async () => {
    const prices = {
      costOf: ({ model }: { model: string }) =>
        model === 'm' ? ({ cost: 7, priced: 'table' } as const) : undefined,
      mostOf: () => 7,
    };
    const { spending } = moneyOn(store, { prices });
    const meter = spending.meterOf(causeOf());
    await meter.begin(REQUEST, never);
    meter.end({ isBilled: true, usage: usage(INPUT, 10), billed: { model: 'm-2026-09-22' } });
    await settle(meter, spending);
    expect(meter.bookings()).toMatchObject([{ model: 'm-2026-09-22', cost: 7 }]);
  });

  it('costs what the provider says', async () => {
    const { spending, cause } = limitedTo(1_000_000);
    const meter = spending.meterOf(cause);
    await meter.begin(REQUEST, never);
    meter.end({ isBilled: true, usage: usage(INPUT, 10), billed: { cost: 12_345 } });
    await settle(meter, spending);
    expect(meter.bookings()).toMatchObject([{ cost: 12_345, priced: 'provider' }]);
    expect(await tenantDay()).toEqual({ spent: 12_345, reserved: 0 });
  });
});
