/** The books: what they sum up, and that a person's name goes while the sums stay. */
import fc from 'fast-check';
import Keyv from 'keyv';
import { describe, expect, it } from 'vitest';
import { breakableStore } from '../../lab/counterparts/breakable-store.ts';
import type { Booking } from '../../src/core/money/booking.ts';
import type { BookRow } from '../../src/core/money/books.ts';
import type { Reservation } from '../../src/core/money/metering/reservation.ts';
import type { Spender } from '../../src/core/money/spender.ts';
import { bookAddition, createModelNames } from '../../src/store/books/book-addition.ts';
import { createBooks } from '../../src/store/books/books.ts';
import { readUsedKey, usedIn, usedKey } from '../../src/store/keys.ts';
import { createKeyvStore } from '../../src/store/keyv-store.ts';
import { createLedger } from '../../src/store/ledger/ledger.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/store.ts';
import { anyCharacter } from '../any-character.ts';
import { longestTurn } from '../cpu-time.ts';
import { emptyFolder } from '../fixtures.ts';

const DAY = '2026-11-30';
const MONTH = '2026-11';
const spenderOf = (tenant: string, person: string): Spender => ({
  tenant,
  person,
  roles: [],
  conversation: `${tenant}:1`,
});
const ADA = spenderOf('discord:1', 'discord:ada');
const bookingOf = (more: Partial<Booking> = {}): Booking => ({
  kind: 'answer',
  payer: 'operator',
  baseUrl: 'https://api.openai.com/v1',
  model: 'gpt-6-luna',
  at: Date.parse(DAY),
  usage: { input: 100, cached: 80, cacheWrite: 5, output: 10, reasoning: 4 },
  cost: 1_000,
  priced: 'table',
  ...more,
});
const ROW = { day: DAY, model: 'gpt-6-luna', kind: 'answer', payer: 'operator' } as const;
const isPersonal = (tenant: string) => tenant.startsWith('discord:@') || tenant.startsWith('web:');

function setUp(store: Store = createKeyvStore(new Keyv())) {
  const book = (spender: Spender, booking = bookingOf(), day = DAY) =>
    store.exclusive('turn', async (rows) => rows.add([bookAddition(spender, booking, day, names)]));
  const names = createModelNames(1_000);
  return { store, book, books: createBooks({ store, isPersonal }) };
}

/** The sums of rows, whoever they belong to. */
const sumsOf = (rows: BookRow[]) =>
  rows.reduce(
    (sums, { requests, cost, input }) => ({
      requests: sums.requests + requests,
      cost: sums.cost + cost,
      input: sums.input + input,
    }),
    { requests: 0, cost: 0, input: 0 },
  );
const peopleOf = (rows: BookRow[]) => [...new Set(rows.map(({ person }) => person))].sort();

describe('the books', () => {
  it('sum up calls by day, person, model, kind and payer', async () => {
    const { book, books } = setUp();
    await book(ADA);
    await book(ADA, bookingOf({ cost: 2_000, fees: 50 }));
    const { cost: _, priced: __, ...unpriced } = bookingOf();
    await book(ADA, { ...unpriced, estimated: true });
    await book(ADA, bookingOf({ kind: 'summary' }));
    await book(ADA, bookingOf({ payer: 'own' }), '2026-11-29');
    await book(ADA, bookingOf(), '2026-12-01');
    await book(spenderOf('discord:1', 'discord:bob'));
    await book(spenderOf('discord:12', 'discord:ada'));
    const rows = await books.ofPerson('discord:1', 'discord:ada', MONTH);
    expect(rows).toHaveLength(3);
    expect(rows).toContainEqual({
      day: DAY,
      tenant: 'discord:1',
      person: 'discord:ada',
      model: 'gpt-6-luna',
      kind: 'answer',
      payer: 'operator',
      requests: 3,
      input: 300,
      cached: 240,
      cacheWrite: 15,
      output: 30,
      reasoning: 12,
      cost: 3_050,
      unpriced: 1,
      estimated: 1,
    });
    expect(await books.ofTenant('discord:1', MONTH)).toHaveLength(4);
    expect(await books.ofTenant('discord:1', '2026-12')).toHaveLength(1);
    expect(await books.all(MONTH)).toHaveLength(5);
    expect(await books.all()).toHaveLength(6);
    expect(await books.ofTenant('discord:', MONTH)).toEqual([]);
  });

  it('keep any text apart in their keys', () => {
    const text = fc.string({ unit: anyCharacter });
    const row = fc.record({
      day: fc.constant(DAY),
      tenant: text,
      person: text,
      model: text,
      kind: fc.constantFrom('answer' as const, 'summary' as const),
      payer: fc.constantFrom('own' as const, 'operator' as const),
    });
    fc.assert(
      fc.property(row, row, (one, other) => {
        expect(readUsedKey(usedKey(one))).toEqual(one);
        expect(usedKey(one) === usedKey(other)).toBe(JSON.stringify(one) === JSON.stringify(other));
        expect(usedKey(one).startsWith(usedIn(other.tenant, MONTH, other.person))).toBe(
          one.tenant === other.tenant && one.person === other.person,
        );
      }),
    );
  });

  it('take any figures that a provider tells, and stay readable', async () => {
    const { book, books } = setUp();
    const absurd = [Number.NaN, Number.POSITIVE_INFINITY, -5, 1e300, 0.5];
    for (const n of absurd) {
      const usage = { input: n, cached: n, cacheWrite: n, output: n, reasoning: n };
      await book(ADA, bookingOf({ usage, cost: n }));
    }
    const [row] = await books.all();
    expect(row).toMatchObject({ requests: absurd.length, unpriced: 0 });
    expect(Object.values(row ?? {}).filter((n) => typeof n === 'number' && !Number.isSafeInteger(n))).toEqual(
      [],
    );
  });

  it('bound the length of a model name, and how many there are', async () => {
    const { store, book, books } = setUp();
    const names = createModelNames(3);
    await book(ADA, bookingOf({ model: 'x\n'.repeat(5_000) }));
    await book(ADA, bookingOf({ model: ' \u202e ' }));
    const models = (await books.all()).map(({ model }) => model);
    expect(models.toSorted()).toEqual(['unknown', expect.stringMatching(/^[x ]{99,100}$/)]);
    const inOrder = ['a', 'b', 'c', 'd', 'a', 'e'].map((model) => names('t', DAY, model));
    expect(inOrder).toEqual(['a', 'b', 'c', 'other', 'a', 'other']);
    for (let i = 0; i < 60; i++)
      await store.take([bookAddition(ADA, bookingOf({ model: `m${i}` }), DAY)], []);
    expect(await books.all()).toHaveLength(53);
    expect([names('t2', DAY, 'd'), names('t', '2026-12-01', 'd')]).toEqual(['d', 'd']);
  });
});

describe('forgetting in the books', () => {
  it('takes a person out of every server, and keeps the sums', async () => {
    const { book, books, store } = setUp();
    for (const tenant of ['discord:1', 'discord:2']) {
      for (const person of ['discord:ada', 'discord:bob', '']) await book(spenderOf(tenant, person));
    }
    await book(ADA, bookingOf(), '2026-10-01');
    const before = sumsOf(await books.all());
    expect(await books.forgetPerson('discord:ada')).toBe(3);
    expect(JSON.stringify(await store.keys(''))).not.toContain('ada');
    expect(sumsOf(await books.all())).toEqual(before);
    expect(peopleOf(await books.all())).toEqual(['', 'discord:bob']);
    expect(sumsOf(await books.ofPerson('discord:1', '', MONTH)).requests).toBe(2);
    expect(await books.forgetPerson('discord:ada')).toBe(0);
    expect(await books.forgetPerson('')).toBe(0);
  });

  it('takes everybody out of a server, and the name of a tenant that is one person too', async () => {
    const { book, books, store } = setUp();
    await book(ADA);
    await book(spenderOf('discord:12', 'discord:bob'));
    await book(spenderOf('discord:@ada', 'discord:ada'));
    await book(spenderOf('web:hash', 'web:hash'));
    const before = sumsOf(await books.all());
    for (const tenant of ['discord:1', 'discord:@ada', 'web:hash'])
      expect(await books.forgetTenant(tenant)).toBe(1);
    expect(JSON.stringify(await store.keys(''))).not.toMatch(/ada|hash/);
    expect(sumsOf(await books.all())).toEqual(before);
    expect((await books.all()).map(({ tenant, person }) => [tenant, person]).sort()).toEqual([
      ['discord:', ''],
      ['discord:1', ''],
      ['discord:12', 'discord:bob'],
      ['web:', ''],
    ]);
  });

  it('reaches calls that are charged later: by their process, or because it died', async () => {
    const { store, books } = setUp();
    const ledger = createLedger(store, async () => 'this process');
    const reserved = ['discord:1', 'discord:@ada', 'discord:2'].map((tenant): Reservation => {
      const { usage: _, cost: __, priced: ___, ...call } = bookingOf();
      const person = tenant === 'discord:2' ? 'discord:bob' : 'discord:ada';
      const planned = { ...call, input: 100 };
      return {
        id: tenant,
        at: 0,
        spender: spenderOf(tenant, person),
        call: planned,
        day: DAY,
        accounts: [],
        held: 0,
        output: 10,
      };
    });
    for (const reservation of reserved) expect(await ledger.reserve(reservation, [])).toBe(true);
    await books.forgetTenant('discord:@ada');
    await books.forgetPerson('discord:ada');
    for (const reservation of reserved) await ledger.settle({ reservation, booking: bookingOf() });
    expect((await books.all()).map(({ tenant, person }) => [tenant, person]).sort()).toEqual([
      ['discord:', ''],
      ['discord:1', ''],
      ['discord:2', 'discord:bob'],
    ]);
  });

  it('keeps the time that the sums have left', async () => {
    const { book, books, store } = setUp();
    await book(ADA, bookingOf(), new Date().toISOString().slice(0, 10));
    await books.forgetPerson('discord:ada');
    const [entry] = await store.entries(await store.keys(usedIn()));
    expect(entry?.ttl).toBeGreaterThan(397 * 86_400_000);
    expect(entry?.ttl).toBeLessThanOrEqual(400 * 86_400_000);
  });

  it('loses nothing that is booked meanwhile', async () => {
    const { book, books } = setUp();
    await Promise.all(
      Array.from({ length: 200 }, async (_, i) => {
        await book(ADA, bookingOf({ model: `m${i % 90}` }));
        if (i % 40 === 20) await books.forgetPerson('discord:ada');
      }),
    );
    expect(sumsOf(await books.all())).toEqual({ requests: 200, cost: 200_000, input: 20_000 });
    await books.forgetPerson('discord:ada');
    expect(peopleOf(await books.all())).toEqual(['']);
    expect(sumsOf(await books.all()).requests).toBe(200);
  });

  it.each(['before', 'after'] as const)(
    'is finished by calling again if the store is lost %s any of its changes',
    async (how) => {
      for (let changes = 0; changes < 8; changes++) {
        const real = createKeyvStore(new Keyv());
        const { book } = setUp(real);
        for (let i = 0; i < 60; i++) await book(ADA, bookingOf({ model: `m${i}` }));
        const breakable = breakableStore(real);
        let left = changes;
        const fragile: Store = {
          ...breakable,
          exclusive(name, task) {
            if (left-- === 0) breakable.fail(how);
            return breakable.exclusive(name, task);
          },
        };
        const first = setUp(fragile).books.forgetPerson('discord:ada');
        await first.catch(() => {});
        const { books } = setUp(real);
        expect(sumsOf(await books.all()).requests).toBe(60);
        await books.forgetPerson('discord:ada');
        expect(peopleOf(await books.all())).toEqual(['']);
        expect(sumsOf(await books.all())).toEqual({ requests: 60, cost: 60_000, input: 6_000 });
      }
    },
  );

  it('works on SQLite, with more rows than are changed at once', async () => {
    const { store, book, books } = setUp(await openStore(`sqlite://${await emptyFolder()}/parley.sqlite`));
    for (let i = 0; i < 100; i++) await book(ADA, bookingOf({ model: `m${i}` }));
    expect(await books.forgetPerson('discord:ada')).toBe(100);
    expect(sumsOf(await books.all()).requests).toBe(100);
    expect(peopleOf(await books.all())).toEqual(['']);
    await store.close();
  });

  it('holds up nothing else while it goes through many rows, also those of others', async () => {
    const ROWS = 100_000;
    const keys = Array.from({ length: ROWS }, (_, i) =>
      usedKey({ ...ROW, tenant: `discord:${i}`, person: i % 1_000 === 0 ? 'discord:ada' : `discord:${i}` }),
    );
    const { store } = setUp();
    const books = createBooks({ store: { ...store, keys: async () => keys }, isPersonal });
    expect(await longestTurn(async () => void (await books.forgetPerson('discord:ada')))).toBeLessThan(50);
    expect(await longestTurn(async () => void (await books.all('2020-01')))).toBeLessThan(50);
  });
});
