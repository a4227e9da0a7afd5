/** Prices of tokens, and the arithmetic of them. */
import type { Nano } from '../booking.ts';
import type { Usage } from '../usage.ts';

/** Whole pico-dollars a token: a millionth of the price of a million tokens in dollars. */
type Pico = number;

/** A price that can depend on the length of the whole input. */
export interface Rate {
  base: Pico;
  /** In rising order. `price` holds for all tokens of a call whose input has more than `above` tokens. */
  tiers?: readonly { above: number; price: Pico }[];
}

export interface TokenPrice {
  /** Tokens that are neither read from the provider's cache nor written to it. */
  input: Rate;
  cached: Rate;
  cacheWritten: Rate;
  output: Rate;
  /** For the call itself (pico-dollars), however many tokens it has. */
  request?: Pico;
}

/** Pico-dollars a token of a price in dollars per million tokens. */
export const picoOf = (dollarsPerMillion: number): Pico => Math.round(dollarsPerMillion * 1_000_000);

/**
 * The cost of a call. Its tokens of each kind times their price are summed up exactly, in pico-dollars, and the sum is
 * multiplied by the factor. It is then rounded up, once, to whole nano-dollars.
 * @param halves the factor of the service tier in halves, so 2 for the standard one
 */
export function costAt(price: TokenPrice, usage: Usage, halves: number): Nano {
  const { input, cached, cacheWrite = 0, output } = usage;
  const plain = Math.max(0, input - cached - cacheWrite);
  return nanoSum(
    [
      [plain, rateAt(price.input, input)],
      [cached, rateAt(price.cached, input)],
      [cacheWrite, rateAt(price.cacheWritten, input)],
      [output, rateAt(price.output, input)],
      [1, price.request ?? 0],
    ],
    halves,
  );
}

/** The most that a call can cost, if each token of its input is of the dearest kind. Rounded as `costAt` is. */
export function mostAt(price: TokenPrice, tokens: { input: number; output: number }, halves: number): Nano {
  const { input, output } = tokens;
  const dearest = Math.max(
    ...[price.input, price.cached, price.cacheWritten].map((rate) => mostRate(rate, input)),
  );
  return nanoSum(
    [
      [input, dearest],
      [output, mostRate(price.output, input)],
      [1, price.request ?? 0],
    ],
    halves,
  );
}

const rateAt = ({ base, tiers = [] }: Rate, input: number): Pico =>
  tiers.findLast(({ above }) => input > above)?.price ?? base;

/** The input may turn out to be shorter than its upper bound, and a lower tier may be dearer. */
const mostRate = ({ base, tiers = [] }: Rate, input: number): Pico =>
  Math.max(base, ...tiers.filter(({ above }) => input > above).map(({ price }) => price));

/** Big integers, since a price times tokens can exceed what a number holds exactly. */
function nanoSum(parts: [count: number, price: Pico][], halves: number): Nano {
  const picos = parts.reduce((sum, [count, price]) => sum + BigInt(count) * BigInt(price), 0n);
  return Number((picos * BigInt(halves) + 1_999n) / 2_000n);
}
