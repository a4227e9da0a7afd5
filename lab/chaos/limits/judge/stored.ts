/** Reads what Parleys have stored: open calls while they run, and all of the books once they have ended. */
import { DatabaseSync } from 'node:sqlite';
import type { Booking } from '../../../../src/core/money/booking.ts';
import type { BookRow } from '../../../../src/core/money/books.ts';
import type { Level } from '../../../../src/core/money/metering/ledger.ts';
import type { Reservation } from '../../../../src/core/money/metering/reservation.ts';
import { createBooks } from '../../../../src/store/books/books.ts';
import { ALL_LANES, accountKey, OPEN_CALLS } from '../../../../src/store/keys.ts';
import { isOpen } from '../../../../src/store/ledger/ledger.ts';
import { openStore } from '../../../../src/store/open.ts';
import { sqlitePath } from '../../../../src/store/sqlite/open-sqlite.ts';
import type { Store } from '../../../../src/store/store.ts';
import type { TestPostgres } from '../../../counterparts/postgres.ts';
import { tokensIn } from '../../people/answers.ts';

export interface Stored {
  accounts: { id: string; level: Level }[];
  /** Ids of calls that nobody has charged. */
  open: string[];
  books: BookRow[];
  turns: StoredTurn[];
}

/** A turn as it was kept last. */
export interface StoredTurn {
  token: string;
  end: string | null;
  bookings: Booking[];
}

const TURNS = 't|';
const BATCH = 200;

export async function readStored(storeUrl: string): Promise<Stored> {
  const store = await openStore(storeUrl);
  try {
    const accounts = await rowsBelow<Level>(store, accountKey(''));
    const turns = await rowsBelow<{ message?: { text: string }; end: string | null; bookings?: Booking[] }>(
      store,
      TURNS,
    );
    const open = await rowsBelow<Reservation | null>(store, OPEN_CALLS);
    return {
      accounts: accounts.map(({ key, value }) => ({ id: key.slice(accountKey('').length), level: value })),
      open: open.filter(({ value }) => isOpen(value)).map(({ key }) => key),
      books: await createBooks({ store, isPersonal: () => false }).all(),
      turns: turns.flatMap(({ value: { message, end, bookings = [] } }) => {
        const [token] = tokensIn(message?.text ?? '');
        return token === undefined ? [] : [{ token, end, bookings }];
      }),
    };
  } finally {
    await store.close();
  }
}

async function rowsBelow<T>(store: Store, prefix: string): Promise<{ key: string; value: T }[]> {
  const keys = await store.keys(prefix);
  const rows: { key: string; value: T }[] = [];
  for (let i = 0; i < keys.length; i += BATCH) {
    const some = keys.slice(i, i + BATCH);
    for (const [j, value] of (await store.readMany<T>(some)).entries())
      if (value !== undefined) rows.push({ key: some[j] ?? '', value });
  }
  return rows;
}

/** The number of turns that are not shown yet, and of calls that are not charged yet, beside running Parleys. */
export async function unsettled(
  storeUrl: string,
  postgres: TestPostgres | undefined,
): Promise<{ lanes: number; calls: number }> {
  const read = async (prefix: string) => {
    const select = (table: string) => `SELECT value FROM ${table} WHERE key LIKE '${prefix}%'`;
    if (!postgres) return fromFile(sqlitePath(storeUrl), select('keyv'));
    const { TABLE } = await import('../../../../src/store/postgres/rows.ts');
    return postgres.query(select(TABLE), storeUrl);
  };
  const isOpenRow = ({ value }: Record<string, unknown>) => {
    const parsed = JSON.parse(String(value)) as { value: Reservation | null };
    return isOpen(parsed.value);
  };
  return { lanes: (await read(ALL_LANES)).length, calls: (await read(OPEN_CALLS)).filter(isOpenRow).length };
}

function fromFile(path: string, select: string): Record<string, unknown>[] {
  const db = new DatabaseSync(path, { readOnly: true });
  try {
    return db.prepare(select).all();
  } finally {
    db.close();
  }
}
