import { beforeEach, describe, expect, it } from 'vitest';
import { StoreError } from '../../../src/core/errors.ts';
import type { Choice } from '../../../src/core/models/catalog/choose.ts';
import type { ModelError } from '../../../src/core/models/model.ts';
import { CHOICE, call, causeOf, INPUT, never, openBank, REQUEST, settle, usage } from './bank.ts';
import { moneyOn, NO_PRICES, nano, SIMPLE_PRICES } from './on-store.ts';

let bank: ReturnType<typeof openBank>;
beforeEach(() => {
  bank = openBank();
});

describe('a limit', () => {
  it('lets a call write what is left, where that is less than it usually may', async () => {
    const { spending, cause } = bank.limitedTo(INPUT + 10 * 600);
    expect(await spending.run(cause, (meter) => meter.begin(REQUEST, never))).toBe(600);
  });

  it('refuses a call for which too little for an answer is left, and says which limit it is', async () => {
    const { spending, cause } = bank.limitedTo(INPUT + 10 * 499);
    await expect(spending.run(cause, (meter) => meter.begin(REQUEST, never))).rejects.toMatchObject({
      failure: { kind: 'limit', limit: { of: 'tenant', period: 'day', setBy: 'admin' } },
    });
    expect(await bank.today()).toEqual({ spent: 0, reserved: 0 });
  });

  it('of 0 refuses every call, and one that was lowered below what is spent refuses the next', async () => {
    const { spending, cause } = bank.limitedTo(1_000_000);
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

  it('counts a call whose charge the store could not take at first, and its result is not lost', async () => {
    let isAway = true;
    const exclusive: typeof bank.store.exclusive = async (...given) => {
      if (!isAway) return bank.store.exclusive(...given);
      isAway = false;
      throw new StoreError('down');
    };
    const { spending } = moneyOn({ ...bank.store, exclusive }, { prices: SIMPLE_PRICES, mostOutput: 1_000 });
    const made = await spending.run(causeOf({ dayLimit: nano(1_000_000) }), async (meter) => {
      await meter.begin(REQUEST, never);
      meter.end({ isBilled: true, usage: usage(INPUT, 10) });
      return 'a picture';
    });
    expect(made).toBe('a picture');
    expect(await bank.today()).toEqual({ spent: INPUT + 10 * 10, reserved: 0 });
  });

  it('is waited for while another call holds the rest of it, and the wait ends when that is charged', async () => {
    const { spending, cause } = bank.limitedTo(2 * INPUT + 10 * 1_200);
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
    expect(await bank.today()).toEqual({ spent: 2 * INPUT + 10 * 100, reserved: 0 });
  });

  it.each<[string, number, unknown]>([
    ['lowered', 1_000, 'limit'],
    ['raised', 1_000_000, 1_000],
  ])('that was %s meanwhile holds for a call that waited', async (_, dayLimit, expected) => {
    const limitsOf = async () => ({ dayLimit: nano(dayLimit) });
    const { spending } = moneyOn(bank.store, { prices: SIMPLE_PRICES, mostOutput: 1_000, limitsOf });
    const cause = causeOf({ dayLimit: nano(INPUT + 10 * 1_000) });
    const first = spending.meterOf(cause);
    await first.begin(REQUEST, never);
    const second = spending
      .run(cause, (meter) => meter.begin(REQUEST, never))
      .catch((error: unknown) => (error as ModelError).failure.kind);
    first.end({ isBilled: true, usage: usage(INPUT, 10) });
    await settle(first, spending);
    expect(await second).toBe(expected);
  });

  it('is waited for no longer once the answer is stopped', async () => {
    const { spending, cause } = bank.limitedTo(INPUT + 10 * 1_000);
    const first = spending.meterOf(cause);
    await first.begin(REQUEST, never);
    const stop = new AbortController();
    const second = spending.run(cause, (meter) => meter.begin(REQUEST, stop.signal));
    stop.abort();
    await expect(second).rejects.toMatchObject({ failure: { kind: 'late' } });
  });

  it('is never passed by 64 calls at once, whatever they turn out to cost', async () => {
    const most = 40_000;
    const { spending, cause } = bank.limitedTo(most);
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
    expect(await bank.today()).toEqual({ spent: billed, reserved: 0 });
    expect((await bank.booked()).reduce((sum, { cost }) => sum + cost, 0)).toBe(billed);
  });

  it('refuses a model whose price nobody knows; without a limit its tokens are booked, and no cost', async () => {
    const { spending } = moneyOn(bank.store, { prices: NO_PRICES });
    await expect(
      spending.run(causeOf({ dayLimit: 1 }), (meter) => meter.begin(REQUEST, never)),
    ).rejects.toMatchObject({ failure: { kind: 'unpriced' } });
    const meter = spending.meterOf(causeOf());
    expect(await call(meter)).toBeUndefined();
    await settle(meter, spending);
    expect(await bank.booked()).toMatchObject([{ requests: 1, input: INPUT, cost: 0, unpriced: 1 }]);
  });

  it('of the operator does not hold for a key of the tenant’s own, and the tenant’s own limit does', async () => {
    const { spending } = moneyOn(bank.store, { prices: SIMPLE_PRICES, limits: { spendDay: 0 } });
    const own: Choice = { ...CHOICE, source: 'own' };
    const cause = causeOf({}, { choice: own });
    expect(await spending.run(cause, (meter) => meter.begin(REQUEST, never))).toBeUndefined();
    await expect(
      spending.run(causeOf({ dayLimit: 0 }, { choice: own }), (meter) => meter.begin(REQUEST, never)),
    ).rejects.toMatchObject({ failure: { kind: 'limit' } });
  });
});
