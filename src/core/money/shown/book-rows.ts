/** The part of the books that reports read. */
import type { TenantId } from '../../types.ts';
import type { BookingKind, Nano, Payer } from '../booking.ts';

/** The sums of a day that have all of these in common: tenant, person, model, kind and payer. */
export interface BookRow {
  /** Such as `2026-11-30`. */
  day: string;
  tenant: TenantId;
  /** Empty: nobody in particular. */
  person: string;
  model: string;
  kind: BookingKind;
  payer: Payer;
  requests: number;
  /** Tokens. `cached` and `cacheWrite` are part of `input`, and `reasoning` is part of `output`. */
  input: number;
  cached: number;
  cacheWrite: number;
  output: number;
  reasoning: number;
  /** The cost of the requests with a price. */
  cost: Nano;
  /** Requests without a price. */
  unpriced: number;
  /** Requests whose tokens are estimated. */
  estimated: number;
}

export interface BookReader {
  /** @param month such as `2026-11` */
  ofTenant(tenant: TenantId, month: string): Promise<BookRow[]>;
  ofPerson(tenant: TenantId, person: string, month: string): Promise<BookRow[]>;
}
