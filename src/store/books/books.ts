/** Reads the books: a counter for each day, tenant, person, model, kind and payer. Takes names out of them. */
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import type { BookReader, BookRow, Books, BooksForgetting } from '../../core/money/books.ts';
import type { Reservation } from '../../core/money/metering/reservation.ts';
import type { Spender } from '../../core/money/spender.ts';
import { NO_SUM } from '../../core/money/sum.ts';
import type { TenantId } from '../../core/types.ts';
import { type Counter, isNothing } from '../additions.ts';
import { transcriptName } from '../branches/branch-list.ts';
import { OPEN_CALLS, readUsedKey, type UsedRow, usedIn, usedKey } from '../keys.ts';
import { CHARGED_DEAD_MS } from '../ledger/ledger.ts';
import type { ExclusiveRows, Store } from '../store.ts';
import { BOOKS_MS } from './book-addition.ts';

const DAY_MS = 86_400_000;
/** Rows read at once. Between two, the event loop gets its turn. */
const READ_BATCH = 200;
/** Rows renamed in one transaction, which locks them. */
const RENAME_BATCH = 100;
/** Passes over a batch. Each makes what the one before could not, since somebody added to a row meanwhile. */
const MOST_PASSES = 5;

export interface BooksOptions {
  store: Store;
  /** Whether a tenant is one person's own, so that its id names them. */
  isPersonal(tenant: TenantId): boolean;
}

export function createBooks(options: BooksOptions): Books {
  return { ...createReader(options.store), ...createForgetting(options) };
}

function createReader(store: Store): BookReader & Pick<Books, 'all'> {
  async function under(prefix: string, month?: string): Promise<BookRow[]> {
    const keys = await store.keys(prefix);
    const found: BookRow[] = [];
    for (let i = 0; i < keys.length; i += READ_BATCH) {
      const some = keys.slice(i, i + READ_BATCH).filter((key) => month === undefined || isIn(key, month));
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

const rowOf = (key: string, counter: Counter): BookRow => ({ ...NO_SUM, ...counter, ...readUsedKey(key) });

function createForgetting({ store, isPersonal }: BooksOptions): BooksForgetting {
  /** @param anonymous the row that takes the sums */
  async function rename(keys: string[], anonymous: (row: UsedRow) => UsedRow): Promise<number> {
    let count = 0;
    for (let i = 0; i < keys.length; i += RENAME_BATCH) {
      const batch = keys.slice(i, i + RENAME_BATCH).flatMap((key) => {
        const to = usedKey(anonymous(readUsedKey(key)));
        return to === key ? [] : [{ key, to }];
      });
      count += batch.length;
      for (let pass = 0; pass < MOST_PASSES && batch.length > 0 && (await moveSums(store, batch)); pass++);
      await turnOfTheLoop();
    }
    return count;
  }
  /** Calls that are not charged yet will be charged to nobody in particular. */
  async function renameOpen(
    isMeant: (spender: Spender) => boolean,
    anonymous: Partial<Spender>,
  ): Promise<void> {
    const keys = await store.keys(OPEN_CALLS);
    for (const [i, found] of (await store.readMany<Reservation | null>(keys)).entries()) {
      const key = keys[i];
      if (!found || key === undefined || !isMeant(found.spender)) continue;
      await store.exclusive(transcriptName(found.spender.conversation), async (rows) => {
        const open = await rows.read<Reservation | null>(key);
        const value = open && { ...open, spender: { ...open.spender, ...anonymous } };
        if (value) await rows.write([{ key, value, ...(value.charged && { ttl: CHARGED_DEAD_MS }) }]);
      });
    }
  }
  return {
    async forgetPerson(person) {
      if (person === '') return 0;
      await renameOpen((spender) => spender.person === person, { person: '', roles: [] });
      return rename(await store.keys(usedIn()), (row) =>
        row.person === person ? { ...row, person: '' } : row,
      );
    },
    async forgetTenant(tenant) {
      const to = isPersonal(tenant) ? tenant.slice(0, tenant.indexOf(':') + 1) : tenant;
      await renameOpen((spender) => spender.tenant === tenant, { person: '', roles: [], tenant: to });
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
    // Held, so that nothing is added to a row before it is removed.
    const held = await Promise.all(batch.map(({ key }) => rows.hold<Counter>(key)));
    for (const [i, { key, to }] of batch.entries()) {
      const sums = held[i];
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
