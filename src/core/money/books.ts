/** The books: the sums of all bookings, by day, tenant, person, model, kind and payer. */
import type { TenantId } from '../types.ts';
import type { BookingKind, Payer } from './booking.ts';
import type { Sum } from './sum.ts';

/** The bookings of one day that are alike. */
export interface BookRow extends Sum {
  /** Such as `2026-11-30`. */
  day: string;
  /** A platform with nothing behind its colon, such as `discord:`: of people whose tenant was forgotten. */
  tenant: TenantId;
  /** As `Spender.person`; empty: nobody in particular, or people who were forgotten. */
  person: string;
  /** `OTHER_MODELS`: models beyond those that a tenant may have by name on a day. */
  model: string;
  kind: BookingKind;
  payer: Payer;
}

export const OTHER_MODELS = 'other';

/** In a model's place where a provider told none. */
export const NO_MODEL = 'unknown';

/** All throw StoreError. Months are such as `2026-11`. Rows come in no particular order. */
export interface BookReader {
  ofTenant(tenant: TenantId, month: string): Promise<BookRow[]>;
  ofPerson(tenant: TenantId, person: string, month: string): Promise<BookRow[]>;
}

/**
 * Takes names out of the books. The sums stay. If a crash interrupts a call, calling again finishes it. Each returns
 * the number of rows that had the name. All throw StoreError.
 */
export interface BooksForgetting {
  forgetPerson(person: string): Promise<number>;
  /** Takes out all people of a tenant. If the tenant is one person's own, its id goes too. */
  forgetTenant(tenant: TenantId): Promise<number>;
}

export interface Books extends BookReader, BooksForgetting {
  /** Rows of all tenants. @param month absent: all that are kept */
  all(month?: string): Promise<BookRow[]>;
}
