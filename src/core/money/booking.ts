/** The cost of one call of a provider: the unit of the books, of limits and of the figures that people see. */
import type { Usage } from './usage.ts';

/** Whole nano-dollars: sums of them are exact up to nine million dollars. */
export type Nano = number;

/** `picture`: one that a tool of Parley's made. `short`: a short version that a person asked for. `title`: of a conversation. `trial`: a request that tries new settings. */
export type BookingKind = 'answer' | 'transcription' | 'picture' | 'summary' | 'short' | 'title' | 'trial';

/** The owner of the key that pays: the operator, or the tenant or person who asks. */
export type Payer = 'operator' | 'own';

/** A call before it is made. */
export interface PlannedCall {
  kind: BookingKind;
  payer: Payer;
  baseUrl: string;
  model: string;
  /** An upper bound of the tokens that it reads. */
  input: number;
  /** The most fees of tools that the provider runs. Absent: none. */
  fees?: Nano;
}

/** The source of a cost: the provider's own figure, the operator's price file, or the table of a library. */
export type PriceSource = 'provider' | 'operator' | 'table';

/** The cost with the fees, as far as they are known. */
export const paidFor = ({ cost = 0, fees = 0 }: Pick<Booking, 'cost' | 'fees'>): Nano => cost + fees;

/** A call that has ended. */
export interface Booking extends Omit<PlannedCall, 'input' | 'fees'> {
  /** When it began (ms since 1970). */
  at: number;
  /** The model as the provider billed it is `model`. */
  usage: Usage;
  /** Fees of tools that the provider ran, besides `cost`. */
  fees?: Nano;
  /** The provider's service tier, such as `priority`. */
  tier?: string;
  /** Absent: unknown, never free. */
  cost?: Nano;
  /** Present if `cost` is. */
  priced?: PriceSource;
  /** The provider did not tell the usage, so it is an upper estimate. */
  estimated?: true;
}
