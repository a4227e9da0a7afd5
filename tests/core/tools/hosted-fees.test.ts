/** Fees of tools that the provider runs: reserved before, and booked as the provider told them. */
import { describe, expect, it } from 'vitest';
import { ModelError, type ModelRequest } from '../../../src/core/models/model.ts';
import type { OfferedTools } from '../../../src/core/models/tool.ts';
import { mostInput } from '../../../src/core/money/bounds.ts';
import { bookingOfDead } from '../../../src/core/money/metering/reservation.ts';
import { feesOf } from '../../../src/core/money/prices/hosted-fees.ts';
import { CHOICE, INPUT, never, openBank, settle, usage } from '../money/bank.ts';

const CENT = 10_000_000;
const SEARCH: OfferedTools = { functions: [], hosted: ['web_search'], mostHosted: 5, choice: 'auto' };
const REQUEST: Pick<ModelRequest, 'instructions' | 'messages' | 'tools'> = {
  instructions: '',
  messages: [{ role: 'user', text: 'x'.repeat(252) }],
  tools: SEARCH,
};

describe('fees of hosted tools', () => {
  it('are reserved for as many searches as may be made, and booked for those that were', async () => {
    const bank = openBank();
    const { spending, cause } = bank.limitedTo(10 * CENT);
    const meter = spending.meterOf(cause);
    await meter.begin(REQUEST, never);
    expect((await bank.today()).reserved).toBeGreaterThan(5 * CENT);
    meter.end({ isBilled: true, usage: usage(INPUT, 10), billed: { hosted: { searches: 2 } } });
    await settle(meter, spending);
    expect(meter.bookings()).toMatchObject([{ cost: INPUT + 100, fees: 2 * CENT }]);
    expect(await bank.today()).toEqual({ spent: INPUT + 100 + 2 * CENT, reserved: 0 });
    expect(await bank.booked()).toMatchObject([{ cost: INPUT + 100 + 2 * CENT }]);
  });

  it('that a limit has no room for are refused before anything is asked', async () => {
    const { spending, cause } = openBank().limitedTo(4 * CENT);
    await expect(spending.meterOf(cause).begin(REQUEST, never)).rejects.toThrow(ModelError);
  });

  it('are none where the model may call nothing, or the provider told that it searched for nothing', async () => {
    const { spending, cause } = openBank().limitedTo(10 * CENT);
    const meter = spending.meterOf(cause);
    await meter.begin({ ...REQUEST, tools: { ...SEARCH, choice: 'none' } }, never);
    meter.end({ isBilled: true, usage: usage(INPUT, 10) });
    await settle(meter, spending);
    await meter.begin(REQUEST, never);
    meter.end({ isBilled: true, usage: usage(INPUT, 10) });
    await settle(meter, spending);
    expect(meter.bookings().map(({ fees }) => fees)).toEqual([undefined, undefined]);
  });

  it('of an answer that was cut count in full, and so do those of a process that died', async () => {
    const { spending, cause } = openBank().limitedTo(10 * CENT);
    const meter = spending.meterOf(cause);
    await meter.begin(REQUEST, never);
    const reservation = meter.charge()?.reservation ?? expect.unreachable();
    expect(meter.bookings()).toMatchObject([{ fees: 5 * CENT, estimated: true }]);
    expect(bookingOfDead(reservation, reservation.at).cost).toBeGreaterThanOrEqual(5 * CENT);
  });

  it('are not added to a figure of the provider, which has them', async () => {
    const { spending, cause } = openBank().limitedTo(10 * CENT);
    const meter = spending.meterOf(cause);
    await meter.begin(REQUEST, never);
    const billed = { cost: 3 * CENT, hosted: { searches: 2 } };
    meter.end({ isBilled: true, usage: usage(INPUT, 10), billed });
    expect(meter.charge()?.booking).toMatchObject({ cost: 3 * CENT });
    expect(meter.charge()?.booking).not.toHaveProperty('fees');
  });

  it('count tokens of pictures at their own price', () => {
    expect(feesOf({ pictures: { input: 1_000, output: 1_000 } })).toBe(8_000_000 + 30_000_000);
  });

  it('leave room in the input for what searches find', () => {
    const call = { baseUrl: CHOICE.provider?.baseUrl ?? '', model: 'm' };
    const without = mostInput({ ...REQUEST, tools: { ...SEARCH, choice: 'none' } }, call);
    expect(mostInput(REQUEST, call) - without).toBe(40_000);
  });
});
