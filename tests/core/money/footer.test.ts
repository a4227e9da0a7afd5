/** The line under an answer. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Booking } from '../../../src/core/money/booking.ts';
import { footerOf, isFooter } from '../../../src/core/money/shown/footer.ts';

const bookingOf = (more: Partial<Booking> = {}): Booking => ({
  kind: 'answer',
  payer: 'operator',
  baseUrl: 'https://api.openai.com/v1',
  model: 'gpt-6-luna-2026-10-01',
  at: 0,
  usage: { input: 12_345, cached: 8_000, output: 600, reasoning: 400 },
  cost: 3_400_000,
  priced: 'table',
  ...more,
});
const answered = { answer: 'Yes.', model: 'gpt-6-luna' };
const { usage } = bookingOf();

it('is off unless somebody chose it, and never below a turn without an answer', () => {
  const turn = { ...answered, bookings: [bookingOf()] };
  expect(footerOf(turn, undefined)).toBeUndefined();
  expect(footerOf(turn, 'off')).toBeUndefined();
  expect(footerOf({ ...turn, answer: ' \n' }, 'cost')).toBeUndefined();
  expect(footerOf(answered, 'cost')).toBeUndefined();
});

it('of an answer from before there were books has its tokens, and never says that it was for nothing', () => {
  const line = footerOf({ ...answered, usage }, 'cost');
  expect(line).toBe('`gpt-6-luna` · 12,345 tokens in · 8,000 cached · 600 out · no price known');
});

it('has the model as billed, the tokens and the cost of all calls of the turn', () => {
  const bookings = [
    bookingOf({
      kind: 'transcription',
      model: 'scribe',
      usage: { input: 10, cached: 0, output: 5, reasoning: 0 },
      cost: 600_000,
    }),
    bookingOf(),
  ];
  const tokens = '`gpt-6-luna-2026-10-01` · 12,355 tokens in · 8,000 cached · 605 out';
  expect(footerOf({ ...answered, bookings }, 'tokens')).toBe(tokens);
  expect(footerOf({ ...answered, bookings }, 'cost')).toBe(`${tokens} · $0.0040`);
});

it('says where no price is known, and where it is an estimate or not all', () => {
  const { cost: _, priced: __, ...unpriced } = bookingOf();
  const costOf = (bookings: Booking[]) =>
    footerOf({ ...answered, bookings }, 'cost')
      ?.split(' · ')
      .at(-1);
  expect(costOf([unpriced])).toBe('no price known');
  expect(costOf([bookingOf(), unpriced])).toBe('at least $0.0034');
  expect(costOf([bookingOf({ estimated: true })])).toBe('about $0.0034');
  expect(costOf([bookingOf({ cost: 0 })])).toBe('$0.00');
});

it('is made of the usage alone below turns from before there were books', () => {
  expect(footerOf({ ...answered, usage }, 'tokens')).toBe(
    '`gpt-6-luna` · 12,345 tokens in · 8,000 cached · 600 out',
  );
  expect(footerOf({ ...answered, usage }, 'cost')).toMatch(/ · no price known$/);
});

it('is one line of bounded length that is known again, whatever a provider calls its model', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (model) => {
      const line = footerOf({ ...answered, bookings: [bookingOf({ model })] }, 'cost') ?? '';
      expect(line.split('\n')).toHaveLength(1);
      expect(line.length).toBeLessThan(160);
      expect((line.match(/`/g) ?? []).length).toBeLessThanOrEqual(2);
      expect(isFooter(line)).toBe(true);
      expect(isFooter(line.replaceAll('`', ''))).toBe(true);
    }),
  );
});
