/** The port of prices. */
import type { Usage } from '../types.ts';
import type { Nano, PriceSource } from './booking.ts';

/** A model at a provider. */
export interface Priced {
  baseUrl: string;
  model: string;
  /** The service tier that was billed; absent: the standard one. */
  tier?: string;
}

export interface Prices {
  /** Undefined: no price is known. @param at when the call was made (ms since 1970) */
  costOf(call: Priced, usage: Usage, at: number): { cost: Nano; priced: PriceSource } | undefined;
  /** The most that such a call can cost, all of its input written to the provider's cache. */
  mostOf(call: Priced, tokens: { input: number; output: number }, at: number): Nano | undefined;
}
