/** Turns a booking into an addition to the books. */
import type { Booking } from '../../core/money/booking.ts';
import { NO_MODEL, OTHER_MODELS } from '../../core/money/books.ts';
import type { Spender } from '../../core/money/spender.ts';
import { sumOfBooking } from '../../core/money/sum.ts';
import { createRecent } from '../../core/recent.ts';
import type { TenantId } from '../../core/types.ts';
import { usedKey } from '../keys.ts';
import type { Addition } from '../store.ts';

/** How long a day's sums are kept, ms: 13 months, and some days. */
export const BOOKS_MS = 400 * 86_400_000;
/** Characters of a model's name. It comes from a provider, and is part of a key. */
const MODEL_CHARACTERS = 100;
/** Names of models that a tenant may have on a day. A provider could name another one with each answer. */
const MOST_MODELS = 50;
/** Days of tenants whose models are known to this process. */
const MOST_DAYS = 2_000;
/** The most of a figure of one booking, so that a million absurd ones can still be added exactly. */
const MOST = 2 ** 33;
const MOST_COST = 2 ** 43;

/** The names under which models stand in the books. */
export type ModelNames = (tenant: TenantId, day: string, model: string) => string;

/** @param most names for each tenant and day. Later ones are `OTHER_MODELS`. */
export function createModelNames(most = MOST_MODELS): ModelNames {
  const known = createRecent<string, Set<string>>(MOST_DAYS);
  return (tenant, day, model) => {
    const key = `${day}|${tenant}`;
    const names = known.get(key) ?? new Set();
    known.set(key, names);
    const name = nameOf(model);
    if (!names.has(name) && names.size >= most) return OTHER_MODELS;
    names.add(name);
    return name;
  };
}

/** A name of bounded length, in one line. */
function nameOf(model: string): string {
  const line = model
    .slice(0, 2 * MODEL_CHARACTERS)
    .replaceAll(/[\s\p{Cc}\p{Cf}]+/gu, ' ')
    .trim();
  return line.slice(0, MODEL_CHARACTERS).toWellFormed() || NO_MODEL;
}

/** The names that this process has given. */
const namesHere = createModelNames();

/** Adds a booking to the sums of its day. @param day such as `2026-11-30`, in the time zone of the tenant */
export function bookAddition(
  { tenant, person }: Spender,
  booking: Booking,
  day: string,
  names = namesHere,
): Addition {
  const { kind, payer } = booking;
  const model = names(tenant, day, booking.model);
  const figures = Object.entries(sumOfBooking(booking)).map(
    ([field, n]) => [field, bounded(n, field === 'cost' ? MOST_COST : MOST)] as const,
  );
  return {
    key: usedKey({ tenant, person, day, model, kind, payer }),
    add: Object.fromEntries(figures.filter(([, n]) => n !== 0)),
    ttl: BOOKS_MS,
  };
}

/** A figure as the books take it: they refuse what is not whole, and no booking may fail for an absurd figure. */
const bounded = (n: number, most: number) => (n > 0 ? Math.min(Math.ceil(n), most) : 0);
