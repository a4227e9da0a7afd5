/** Keeps the books: a counter for each day, tenant, person, model, kind and payer. */
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import type { Booking } from '../../core/money/booking.ts';
import {
  type BookRow,
  type Books,
  type BooksForgetting,
  NO_MODEL,
  OTHER_MODELS,
} from '../../core/money/books.ts';
import type { Spender } from '../../core/money/spender.ts';
import { createRecent } from '../../core/recent.ts';
import type { TenantId } from '../../core/types.ts';
import { type Counter, isNothing } from '../additions.ts';
import { readUsedKey, type UsedRow, usedIn, usedKey } from '../keys.ts';
import type { Addition, ExclusiveRows, Store } from '../store.ts';

const DAY_MS = 86_400_000;
/** How long a day's sums are kept, ms: 13 months, and some days. */
export const BOOKS_MS = 400 * DAY_MS;
/** Characters of a model's name. It comes from a provider, and is part of a key. */
const MODEL_CHARACTERS = 100;
/** Names of models that a tenant may have on a day. A provider could name another one with each answer. */
const MOST_MODELS = 50;
/** Days of tenants whose models are known to this process. */
const MOST_DAYS = 2_000;
/** The most of a figure of one booking, so that a million absurd ones can still be added exactly. */
const MOST = 2 ** 33;
const MOST_COST = 2 ** 43;
/** Rows read at once. Between two, the event loop gets its turn. */
const READ_BATCH = 200;
/** Rows renamed in one transaction, which locks them. */
const RENAME_BATCH = 40;
/** Passes over a batch. Each makes what the one before could not, since somebody added to a row meanwhile. */
const MOST_PASSES = 5;

/** The names under which models stand in the books. */
export type ModelNames = (tenant: TenantId, day: string, model: string) => string;

/** @param most names for each tenant and day, in this process. Later ones are `OTHER_MODELS`. */
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

/** Adds a booking to the sums of its day. @param day such as `2026-11-30`, in the time zone of the tenant */
export function bookAddition(
  { tenant, person }: Spender,
  { model, kind, payer, usage, cost, fees = 0, estimated }: Booking,
  day: string,
): Addition {
  const { input, cached, cacheWrite = 0, output, reasoning } = usage;
  const tokens = { input, cached, cacheWrite, output, reasoning };
  const figures = Object.entries(tokens).map(([field, n]) => [field, bounded(n, MOST)] as const);
  const counted = { cost: bounded((cost ?? 0) + fees, MOST_COST), unpriced: +(cost === undefined) };
  const add = { requests: 1, ...Object.fromEntries(figures), ...counted, estimated: +(estimated ?? false) };
  return {
    key: usedKey({ tenant, person, day, model: nameOf(model), kind, payer }),
    add: Object.fromEntries(Object.entries(add).filter(([, n]) => n !== 0)),
    ttl: BOOKS_MS,
  };
}

/** A figure as the books take it: they refuse what is not whole, and no booking may fail for an absurd figure. */
const bounded = (n: number, most: number) => (n > 0 ? Math.min(Math.ceil(n), most) : 0);

export function createBooks(store: Store): Books {
  async function under(prefix: string, month?: string): Promise<BookRow[]> {
    const keys = (await store.keys(prefix)).filter((key) => month === undefined || isIn(key, month));
    const found: BookRow[] = [];
    for (let i = 0; i < keys.length; i += READ_BATCH) {
      const some = keys.slice(i, i + READ_BATCH);
      const counters = await store.readMany<Counter>(some);
      for (const [j, key] of some.entries()) {
        const counter = counters[j];
        if (counter && !isNothing(counter)) found.push(rowOf(key, counter));
      }
      await turnOfTheLoop();
    }
    return found;
  }
  return {
    ofTenant: (tenant, month) => under(usedIn(tenant, month)),
    ofPerson: (tenant, person, month) => under(usedIn(tenant, month, person)),
    all: (month) => under(usedIn(), month),
  };
}

const isIn = (key: string, month: string) => readUsedKey(key).day.startsWith(`${month}-`);

const NOTHING = {
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

const rowOf = (key: string, counter: Counter): BookRow => ({ ...NOTHING, ...counter, ...readUsedKey(key) });

export interface BooksForgettingOptions {
  store: Store;
  /** Whether a tenant is one person's own, so that its id names them. */
  isPersonal(tenant: TenantId): boolean;
}

export function createBooksForgetting({ store, isPersonal }: BooksForgettingOptions): BooksForgetting {
  /** @param anonymous the row that takes the sums */
  async function rename(keys: string[], anonymous: (row: UsedRow) => UsedRow): Promise<number> {
    const named = keys.flatMap((key) => {
      const to = usedKey(anonymous(readUsedKey(key)));
      return to === key ? [] : [{ key, to }];
    });
    for (let i = 0; i < named.length; i += RENAME_BATCH) {
      const batch = named.slice(i, i + RENAME_BATCH);
      for (let pass = 0; pass < MOST_PASSES && (await moveSums(store, batch)); pass++);
      await turnOfTheLoop();
    }
    return named.length;
  }
  return {
    async person(person) {
      if (person === '') return 0;
      const keys = (await store.keys(usedIn())).filter((key) => readUsedKey(key).person === person);
      return rename(keys, (row) => ({ ...row, person: '' }));
    },
    async tenant(tenant) {
      const to = isPersonal(tenant) ? tenant.slice(0, tenant.indexOf(':') + 1) : tenant;
      return rename(await store.keys(usedIn(tenant)), (row) => ({ ...row, person: '', tenant: to }));
    },
  };
}

/**
 * Moves sums from rows to others in one transaction, and removes rows that hold nothing any more. Returns whether
 * sums were moved: their rows are removed by the next call, so that no crash comes between the sums of two rows.
 */
function moveSums(store: Store, batch: { key: string; to: string }[]): Promise<boolean> {
  return store.exclusive('books', async (rows: ExclusiveRows) => {
    let isMoved = false;
    for (const { key, to } of batch) {
      // Held, so that nothing is added to it before it is removed.
      const sums = await rows.hold<Counter>(key);
      if (!sums) continue;
      if (isNothing(sums)) {
        await rows.remove([key]);
        continue;
      }
      const taken = Object.fromEntries(Object.entries(sums).map(([field, n]) => [field, -n]));
      rows.add([
        { key: to, add: sums, ttl: leftOf(key, rows.now) },
        { key, add: taken },
      ]);
      isMoved = true;
    }
    return isMoved;
  });
}

/** How long the sums of a row are still kept, ms. */
function leftOf(key: string, now: number): number {
  const day = Date.parse(readUsedKey(key).day);
  return Math.max(DAY_MS, (Number.isNaN(day) ? now : day) + BOOKS_MS - now);
}
