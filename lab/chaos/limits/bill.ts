/** The arithmetic of a bill, apart from Parley's. */
import { PRICES } from './cast.ts';

export interface BilledUsage {
  /** All tokens read, of which some came from the cache, or were written to it. */
  input: number;
  cached: number;
  cacheWrite: number;
  /** All tokens written, of which some were thoughts. */
  output: number;
  reasoning: number;
}

const PICOS = 1_000_000;
const picos = (dollarsPerMillion: number) => BigInt(Math.round(dollarsPerMillion * PICOS));

/** Nano-dollars, rounded up once. */
export function billOf({ input, cached, cacheWrite, output }: BilledUsage): number {
  const sum =
    BigInt(input - cached - cacheWrite) * picos(PRICES.input) +
    BigInt(cached) * picos(PRICES.cached) +
    BigInt(cacheWrite) * picos(PRICES.cacheWritten) +
    BigInt(output) * picos(PRICES.output);
  return Number((sum + 999n) / 1_000n);
}
