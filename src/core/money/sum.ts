/** Sums of bookings: calls, tokens and cost. */
import type { Booking, Nano } from './booking.ts';

export interface Sum {
  /** Calls. */
  requests: number;
  /** Tokens in, of which `cached` were read from the provider's prompt cache, and `cacheWrite` written to it. */
  input: number;
  cached: number;
  cacheWrite: number;
  /** Tokens out, of which `reasoning` were never shown. */
  output: number;
  reasoning: number;
  /** The cost of the calls whose price is known, with the fees of tools. */
  cost: Nano;
  /** Calls without a known price. */
  unpriced: number;
  /** Calls whose usage is an estimate. */
  estimated: number;
}

export const NO_SUM: Readonly<Sum> = {
  requests: 0,
  input: 0,
  cached: 0,
  cacheWrite: 0,
  output: 0,
  reasoning: 0,
  cost: 0,
  unpriced: 0,
  estimated: 0,
};

export function sumOf(sums: Sum[]): Sum {
  return sums.reduce<Sum>(
    (sum, one) => ({
      requests: sum.requests + one.requests,
      input: sum.input + one.input,
      cached: sum.cached + one.cached,
      cacheWrite: sum.cacheWrite + one.cacheWrite,
      output: sum.output + one.output,
      reasoning: sum.reasoning + one.reasoning,
      cost: sum.cost + one.cost,
      unpriced: sum.unpriced + one.unpriced,
      estimated: sum.estimated + one.estimated,
    }),
    NO_SUM,
  );
}

/** One booking as a sum. */
export function sumOfBooking({
  usage,
  cost,
  fees = 0,
  estimated,
}: Pick<Booking, 'usage' | 'cost' | 'fees' | 'estimated'>): Sum {
  const { input, cached, cacheWrite = 0, output, reasoning } = usage;
  return {
    requests: 1,
    input,
    cached,
    cacheWrite,
    output,
    reasoning,
    cost: (cost ?? 0) + fees,
    unpriced: cost === undefined ? 1 : 0,
    estimated: estimated ? 1 : 0,
  };
}
