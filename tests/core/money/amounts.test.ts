import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dollarsOf, nanoOf, shownDollars } from '../../../src/core/money/amounts.ts';

describe('an amount', () => {
  it.each([
    [0, '$0.00'],
    [1, '$0.000000001'],
    [42, '$0.000000042'],
    [3_449_000, '$0.0034'],
    [3_000_000, '$0.0030'],
    [9_949_999, '$0.0099'],
    [9_960_000, '$0.01'],
    [10_000_000, '$0.01'],
    [14_999_999, '$0.01'],
    [1_230_000_000, '$1.23'],
    [999_999_999, '$1.00'],
    [1_234_500_000_000, '$1,234.50'],
  ])('of %d nano-dollars reads as %s', (nano, shown) => {
    expect(shownDollars(nano)).toBe(shown);
  });

  it('above 0 never reads as nothing, and is within a twentieth of what it is', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9_000_000_000_000_000 }), (nano) => {
        const read = Number(shownDollars(nano).replace(/[$,]/g, ''));
        expect(read).toBeGreaterThan(0);
        // Two digits below a cent; two decimals above it.
        const slack = nano < 10_000_000 ? dollarsOf(nano) / 18 : 0.005;
        expect(Math.abs(read - dollarsOf(nano))).toBeLessThanOrEqual(slack + 1e-9);
      }),
    );
  });

  it.each([
    [0.1, 100_000_000],
    [0.3, 300_000_000],
    [2.5, 2_500_000_000],
    [1e-9, 1],
  ])('of %d dollars is counted in whole nano-dollars', (dollars, nano) => {
    expect(nanoOf(dollars)).toBe(nano);
    expect(dollarsOf(nano)).toBe(dollars);
  });
});
