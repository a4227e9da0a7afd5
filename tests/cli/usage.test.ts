/** `npm start -- usage`: what the operator reads of the books, and that a spreadsheet gets all of them. */
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { booksAsCsv } from '../../src/cli/operator/books-csv.ts';
import { runOperatorCommand } from '../../src/cli/operator/commands.ts';
import type { OperatorServices } from '../../src/cli/operator/operator-command.ts';
import type { BookRow } from '../../src/core/money/books.ts';
import { usedKey } from '../../src/store/keys.ts';
import { openStore } from '../../src/store/open.ts';
import { anyCharacter } from '../any-character.ts';
import { emptyFolder } from '../fixtures.ts';
import { operateHere, operateIn, startHere } from '../security/operated.ts';

const COLUMNS =
  'day,platform,tenant,person,model,kind,payer,requests,input,cached,cache_written,output,reasoning,cost_usd,estimated';

const rowOf = (more: Partial<BookRow> = {}): BookRow => ({
  day: '2026-11-30',
  tenant: 'discord:1',
  person: 'discord:42',
  model: 'gpt-6-luna',
  kind: 'answer',
  payer: 'operator',
  requests: 2,
  input: 12_345,
  cached: 12_000,
  cacheWrite: 100,
  output: 200,
  reasoning: 50,
  cost: 3_400_000,
  unpriced: 0,
  estimated: 0,
  ...more,
});

/** The command on these books. */
async function used(rows: BookRow[], ...args: string[]): Promise<string> {
  const services = {
    books: { all: async (month?: string) => rows.filter(({ day }) => !month || day.startsWith(month)) },
    thisMonth: () => '2026-11',
  } as OperatorServices;
  const reply = await runOperatorCommand(services, ['usage', ...args]);
  return 'text' in reply ? reply.text : reply.problem;
}

/** The cells of each line (RFC 4180). */
function cellsOf(csv: string): string[][] {
  const lines: string[][] = [[]];
  for (const [, quoted, plain, end] of csv.matchAll(/(?:"((?:[^"]|"")*)"|([^",\n]*))(,|\n|$)/g)) {
    lines.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain ?? '');
    if (end === '\n') lines.push([]);
    if (end === '') break;
  }
  return lines;
}

describe('the books as CSV', () => {
  it('have these columns, and a line for each row of the books', () => {
    expect(booksAsCsv([])).toBe(COLUMNS);
    const rows = [
      rowOf({ cost: 1_000_000_001, estimated: 1 }),
      rowOf({ tenant: 'web:', person: '', kind: 'summary', payer: 'own', cost: 0, unpriced: 2 }),
      rowOf({ tenant: 'discord:2', cost: 0 }),
    ];
    expect(booksAsCsv(rows).split('\n')).toEqual([
      COLUMNS,
      '2026-11-30,discord,discord:1,discord:42,gpt-6-luna,answer,operator,2,12345,12000,100,200,50,1.000000001,1',
      '2026-11-30,discord,discord:2,discord:42,gpt-6-luna,answer,operator,2,12345,12000,100,200,50,0.000000000,0',
      '2026-11-30,web,,,gpt-6-luna,summary,own,2,12345,12000,100,200,50,,0',
    ]);
  });

  it.each(['=1+1', '+1', '-1', '@cf/meta/llama', '\t=1', '\r=1', '=HYPERLINK("http://a","b")'])(
    'hold no formula, such as a model named %j',
    (model) => {
      const [, line = []] = cellsOf(booksAsCsv([rowOf({ model })]));
      expect(line).toHaveLength(15);
      expect(line[4]).toBe(`'${model}`);
    },
  );

  it('keep any text in its cell, and add up to the nano-dollar', () => {
    const text = fc.string({ unit: anyCharacter }).map((chosen) => `m${chosen}`);
    const cost = fc.nat({ max: 2 ** 45 });
    const row = fc.record({ model: text, person: text, cost });
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 8 }), (rows) => {
        const [, ...lines] = cellsOf(booksAsCsv(rows.map(rowOf)));
        const read = lines.map((cells) => ({
          model: cells[4],
          person: cells[3],
          cost: Number((cells[13] ?? '').replace('.', '')),
        }));
        const inOrder = (list: object[]) => list.map((one) => JSON.stringify(one)).sort();
        expect(inOrder(read)).toEqual(
          inOrder(rows.map(({ model, person, cost }) => ({ model, person, cost }))),
        );
      }),
    );
  });
});

describe('what the operator reads', () => {
  it('sums up by day and model, with a total and who paid', async () => {
    const rows = [
      rowOf(),
      rowOf({ person: 'discord:43', kind: 'summary' }),
      rowOf({ model: 'claude', payer: 'own', cost: 2_000_000_000, requests: 1 }),
      rowOf({ day: '2026-11-02', cost: 0, unpriced: 2, model: 'llama' }),
      rowOf({ day: '2026-12-01' }),
    ];
    expect(await used(rows)).toMatchInlineSnapshot(`
      "What was used in November 2026, by everybody together

      Day         Model       Requests  Tokens in  Cached  Tokens out            Cost
      2026-11-02  llama              2     12,345  12,000         200  no price known
      2026-11-30  claude             1     12,345  12,000         200           $2.00
                  gpt-6-luna         4     24,690  24,000         400         $0.0068
      In all                         7     49,380  48,000         800  at least $2.01

      Paid by you: at least $0.0068. Paid with keys that others set: $2.00.
      No price is known for 2 requests, so only their tokens are counted."
    `);
  });

  it('says what is estimated, and never that what has no price is free', async () => {
    const text = await used([rowOf({ cost: 0, unpriced: 2, estimated: 1 })], '--month=2026-11');
    expect(text).toContain('no price known');
    expect(text).toContain('No price is known for 2 requests');
    expect(text).toContain('the tokens of one request, so they are estimated');
    expect(text).not.toMatch(/\$0|Paid by/);
  });

  it('says so where nothing was used', async () => {
    expect(await used([], '--month', '2025-01')).toBe('Nothing was used in January 2025.');
    expect(await used([], '--csv')).toBe(COLUMNS);
  });

  it.each([['--month'], ['--month', '11'], ['--month', '2026-13'], ['2026-11'], ['--cvs'], ['--csv=yes']])(
    'is told how the command is written after %j',
    async (...args) => {
      expect(await used([rowOf()], ...args)).toMatch(
        /[.]\nUsage: npm start -- usage \[--month 2026-11\] \[--csv\]$/,
      );
    },
  );
});

describe('npm start -- usage', () => {
  async function booked(): Promise<string> {
    const folder = await emptyFolder();
    const store = await openStore(`sqlite://${join(folder, 'parley.sqlite')}`);
    const { day, tenant, person, model, kind, payer, ...counter } = rowOf();
    await store.take(
      [{ key: usedKey({ day, tenant, person, model, kind, payer }), add: { ...counter } }],
      [],
    );
    await store.close();
    return folder;
  }

  it('works beside a Parley that holds the store, and where none runs', async () => {
    const folder = await booked();
    const alone = await operateHere(folder, {}, 'usage', '--month', '2026-11', '--csv');
    expect(alone).toEqual({ code: 0, err: '', out: `${booksAsCsv([rowOf()])}\n` });
    await using parley = await startHere({}, folder);
    expect(await parley.operate('usage', '--month', '2026-11', '--csv')).toEqual(alone);
    expect((await parley.operate('usage', '--month', '2026-11')).out).toContain('$0.0034');
    expect((await parley.operate('usage', '--month', '2026-1')).code).toBe(1);
  });

  it('prints nothing but the CSV', async () => {
    const { out } = await operateIn(await booked(), {}, 'usage', '--month', '2026-11', '--csv');
    expect(out).toBe(`${booksAsCsv([rowOf()])}\n`);
  });
});
