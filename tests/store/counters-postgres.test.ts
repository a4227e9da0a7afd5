/** Counters on Postgres while it fails, and with bounds that are reached. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startPostgres, type TestPostgres } from '../../lab/counterparts/postgres.ts';
import { startTcpProxy } from '../../lab/counterparts/tcp-proxy.ts';
import { StoreError } from '../../src/core/errors.ts';
import type { Booking } from '../../src/core/money/booking.ts';
import { bookAddition } from '../../src/store/books/book-addition.ts';
import { createBooks } from '../../src/store/books/books.ts';
import { openStore } from '../../src/store/open.ts';
import type { Addition, Store } from '../../src/store/store.ts';
import { openPair } from './on-postgres.ts';

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres[Symbol.asyncDispose]());

const opened: Store[] = [];
const kept = <S extends Store[]>(...stores: S): S => {
  opened.push(...stores);
  return stores;
};
afterEach(async () => {
  await Promise.all(opened.splice(0).map((store) => store.close()));
});

const reserve = (key: string, n: number): Addition => ({
  key,
  add: { reserved: n },
  bounds: [{ fields: ['reserved'], most: 100 }],
});
const WAITING_FOR_LOCKS = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'";

describe('a take on Postgres', () => {
  it('whose connection is lost while it waits has changed nothing', async () => {
    const [store, other] = kept(...(await openPair(postgres)));
    await store.take([reserve('b', 1)], []);
    await store.exclusive('holder', async (rows) => {
      await rows.hold('b');
      const taking = other.take([reserve('a', 1), reserve('b', 1)], [{ key: 'r', value: 1 }]);
      taking.catch(() => {});
      await expect.poll(() => postgres.query(WAITING_FOR_LOCKS)).toHaveLength(1);
      await postgres.query(WAITING_FOR_LOCKS.replace('1', 'pg_terminate_backend(pid)'));
      await expect(taking).rejects.toThrow(StoreError);
    });
    expect(await other.readMany(['a', 'b', 'r'])).toEqual([undefined, { reserved: 1 }, undefined]);
  });

  it('whose reply is lost has taken effect wholly or not at all', async () => {
    const url = await postgres.database();
    await using proxy = await startTcpProxy(Number(new URL(url).port));
    const [cut, other] = kept(
      await openStore(url.replace(/:\d+\//, `:${proxy.port}/`)),
      await openStore(url),
    );
    const taking = Array.from({ length: 40 }, (_, i) =>
      cut.take([reserve('a', 1), reserve('b', 2)], [{ key: `r|${i}`, value: 1 }]).catch(() => 'lost'),
    );
    await taking[0];
    proxy.freeze();
    const outcomes = await Promise.all(taking);
    const rows = (await other.keys('r|')).length;
    expect(await other.readMany(['a', 'b'])).toEqual([{ reserved: rows }, { reserved: 2 * rows }]);
    expect(rows).toBeGreaterThanOrEqual(outcomes.filter((outcome) => outcome === true).length);
    proxy.thaw();
  });

  it('waits for a task that adds, and counts what it added', async () => {
    const [store, other] = kept(...(await openPair(postgres)));
    await store.take([reserve('a', 90)], []);
    let taking: Promise<boolean> | undefined;
    await store.exclusive('n', async (rows) => {
      await rows.hold('a');
      taking = other.take([reserve('c', 1), reserve('a', 8)], []);
      await expect.poll(() => postgres.query(WAITING_FOR_LOCKS)).toHaveLength(1);
      rows.add([{ key: 'a', add: { reserved: 5 } }]);
    });
    expect(await taking).toBe(false);
    expect(await other.readMany(['a', 'c'])).toEqual([{ reserved: 95 }, undefined]);
  });

  it('writes rows as Keyv does, and reads those that Keyv wrote', async () => {
    const url = await postgres.database();
    const [store] = kept(await openStore(url));
    await store.write([{ key: 'keyv', value: { a: 1 }, ttl: 60_000 }]);
    await store.take(
      [
        { key: 'keyv', add: { a: 1 } },
        { key: 'new', add: { a: 1 }, ttl: 60_000 },
      ],
      [{ key: 'e', value: 'e' }],
    );
    await store.take([{ key: 'new', add: { b: 1 } }], []);
    const found = await postgres.query('SELECT key, value, namespace, expires FROM parley ORDER BY key', url);
    expect(found.map(({ value, ...row }) => ({ ...row, value: JSON.parse(String(value)) }))).toEqual([
      { key: 'e', namespace: null, expires: null, value: { value: 'e' } },
      ...(['keyv', 'new'] as const).map((key, i) => {
        const expires = found[i + 1]?.expires;
        const value = key === 'keyv' ? { a: 2 } : { a: 1, b: 1 };
        return { key, namespace: null, expires, value: { value, expires: Number(expires) } };
      }),
    ]);
  });

  it('writes nothing, and is no error in the log of Postgres, while a bound is reached', async () => {
    const url = await postgres.database();
    const [store] = kept(await openStore(url));
    await store.take([reserve('a', 100)], []);
    /** The number of the newest transaction that has written. */
    const newest = async () =>
      Number((await postgres.query('SELECT txid_snapshot_xmax(txid_current_snapshot()) AS n', url))[0]?.n);
    const before = await newest();
    for (let i = 0; i < 20; i++) expect(await store.take([reserve('a', 1)], [])).toBe(false);
    expect(await newest()).toBe(before);
  });
});

describe('forgetting in the books on Postgres', () => {
  it('loses nothing that another process books meanwhile', async () => {
    const [store, other] = kept(...(await openPair(postgres)));
    const spender = { tenant: 'discord:1', person: 'discord:ada', roles: [], conversation: 'discord:1:1' };
    const usage = { input: 3, cached: 0, output: 1, reasoning: 0 };
    const book = (i: number) => {
      const booking: Booking = {
        kind: 'answer',
        payer: 'operator',
        baseUrl: '',
        model: `m${i % 7}`,
        at: 0,
        usage,
        cost: 5,
      };
      return (i % 2 ? store : other).exclusive(`turn ${i % 5}`, async (rows) =>
        rows.add([bookAddition(spender, booking, '2026-11-30')]),
      );
    };
    const [books, others] = [store, other].map((one) => createBooks({ store: one, isPersonal: () => false }));
    await Promise.all([
      ...Array.from({ length: 150 }, (_, i) => book(i)),
      books?.forgetPerson('discord:ada'),
      others?.forgetTenant('discord:1'),
    ]);
    await books?.forgetPerson('discord:ada');
    const rows = (await others?.ofTenant('discord:1', '2026-11')) ?? [];
    expect(new Set(rows.map(({ person }) => person))).toEqual(new Set(['']));
    expect(rows.reduce((sum, { requests }) => sum + requests, 0)).toBe(150);
    expect(rows.reduce((sum, { cost }) => sum + cost, 0)).toBe(750);
  });
});
