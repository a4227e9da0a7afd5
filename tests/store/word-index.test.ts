/** The index of words: the same on SQLite and Postgres. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPostgres, type TestPostgres } from '../../lab/counterparts/postgres.ts';
import { differentWords, queryWords } from '../../src/core/search/words.ts';
import { openStore } from '../../src/store/open.ts';
import type { WordIndex } from '../../src/store/search/word-index.ts';
import type { Store } from '../../src/store/store.ts';
import { openAlone } from './on-postgres.ts';

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());

const onSqlite = () => openStore(`sqlite://${join(mkdtempSync(join(tmpdir(), 'words-')), 's.sqlite')}`);

describe.each([
  ['sqlite', onSqlite],
  ['postgres', () => openAlone(postgres)],
])('the index of words on %s', (_, open: () => Promise<Store>) => {
  let store: Store;
  let index: WordIndex;
  beforeAll(async () => {
    store = await open();
    if (!store.words) throw new Error('no index');
    index = store.words;
  });
  afterAll(() => store.close());

  const put = async (conversation: string, seq: number, text: string, at = seq) =>
    index.put({ tenant: conversation.split(':')[0] ?? '', conversation, seq, at }, [
      ...(await differentWords([text])),
    ]);
  const find = async (tenant: string, query: string, limit = 10) => {
    const words = queryWords(query);
    return words ? (await index.find(tenant, words, limit)).map(({ seq }) => seq) : [];
  };

  it('finds the newest places that have all words, the last one by its beginning', async () => {
    await put('a:1', 1, 'one two three');
    await put('a:1', 2, 'two three four');
    await put('a:2', 3, 'three four five', 1);
    expect((await find('a', 'three ')).toSorted()).toEqual([1, 2, 3]);
    expect(await find('a', 'three', 1)).toEqual([2]);
    expect(await find('a', 'two thr')).toEqual([2, 1]);
    expect(await find('a', 'thr two')).toEqual([]);
    expect(await find('a', 'one five')).toEqual([]);
  });

  it('finds the places with most of the words, rare words before frequent ones', async () => {
    for (let seq = 0; seq < 9; seq++) await put('s:1', seq, 'the oven is hot');
    await put('s:2', 10, 'the oven for the Gruyère', 1);
    await put('s:2', 11, 'the temperature', 2);
    await put('t:1', 12, 'Gruyère, oven, temperature');
    const some = async (query: string, limit = 10) => {
      const { places, weights } = await index.findSome('s', queryWords(query) ?? { words: [] }, limit);
      return { seqs: places.map(({ seq }) => seq), weights };
    };
    const { seqs, weights } = await some('the temperature of the oven with gruyere', 12);
    expect(seqs.slice(0, 2)).toEqual([10, 11]);
    expect(seqs).toHaveLength(11);
    const [the = 0, temperature = 0, of = 0, oven = 0, , gruyere = 0] = weights;
    expect(temperature).toBe(gruyere);
    expect(temperature).toBeGreaterThan(oven);
    expect(oven).toBeGreaterThan(the);
    expect(of).toBeGreaterThan(the);
    expect((await some('gruyere oven xyzzy', 1)).seqs).toEqual([10]);
    expect((await some('xyzzy plugh')).seqs).toEqual([]);
  });

  it.each([
    [
      'keeper’s bread',
      ["keeper's bread", 'keeper´s bread', 'ｋｅｅｐｅｒ＇ｓ bread', 'keepers bread', 'keeper bread'],
    ],
    ["l'École", ['école', 'l’école ', 'L＇ÉCOLE', 'ecole']],
    ['e-mail', ['email', 'e‑mail', 'e mail', 'E–Mail', 'mail']],
    ['email', ['e-mail', 'e‐mail']],
    ['co\u00adoperate', ['cooperate', 'co-operate', 'co\u200boperate']],
    ['key\u200bboard', ['keyboard', 'key\u2060board']],
    ['Straße', ['strasse', 'STRASSE', 'straße ', 'STRAẞE ']],
    ['Strasse', ['straße ']],
    ['ﬁle of Œuvres', ['file', 'oeuvres', 'œuvres ']],
    ['smørrebrød', ['smorrebrod ']],
    ['مَدْرَسَة', ['مدرسة ', 'مدرسه ', 'مـدرسة ']],
    ['שָׁלוֹם', ['שלום ']],
    ['צה״ל', ['צה"ל ', 'צהל ']],
    ['می‌خواهم', ['میخواهم ', 'مي‌خواهم ']],
    ['かがく ＡＢＣ', ['かがく ', 'abc ']],
    ['node.js and snake_case', ['node', 'nodejs', 'snake case', 'snake_case']],
    ['ΟΔΟΣ', ['οδος ', 'οδός ']],
  ])('finds %s however it is typed', async (text, queries) => {
    await put('v:1', 1, text);
    for (const query of queries) expect(await find('v', query), query).toEqual([1]);
    expect(await find('v', 'かかく ')).toEqual([]);
  });

  it('takes texts with more words than a row of Postgres can hold', async () => {
    const long = Array.from({ length: 12_000 }, (_, i) => `${'語'.repeat(3)}${i} ${'é'.repeat(59)}${i}`);
    await put('l:1', 1, long.join(' '));
    expect(await find('l', `${'e'.repeat(59)}0 `)).toEqual([1]);
  });

  it('keeps tenants apart, whose names begin alike, too', async () => {
    await put('p:1', 1, 'secret');
    await put('pp:1', 2, 'secret');
    expect(await find('p', 'secret')).toEqual([1]);
    expect(await find('pp', 'secret')).toEqual([2]);
    expect(await find('ppp', 'secret')).toEqual([]);
  });

  it('replaces and removes the words of a place', async () => {
    await put('r:1', 1, 'before');
    await put('r:1', 1, 'after');
    expect([await find('r', 'before'), await find('r', 'after')]).toEqual([[], [1]]);
    await index.remove({ conversation: 'r:1', seq: 1 });
    await index.remove({ conversation: 'r:1', seq: 1 });
    expect(await find('r', 'after')).toEqual([]);
  });

  it('takes any words, as a text and as a query', async () => {
    const texts = [
      `can't stop`,
      'a\\b c:d',
      `it''s "x"`,
      '9.99 $',
      'ﬁ Ångström',
      'naïve',
      'x'.repeat(5_000),
      '🦭',
    ];
    for (const [i, text] of texts.entries()) await put('h:1', i, text, 1);
    for (const [i, text] of texts.entries())
      if (queryWords(text)) expect(await find('h', text), text).toContain(i);
    for (const query of [`') | 'x`, "\\' & !a", 'a:* <-> b', '"', '{a b} : c ^d', 'NEAR(a b)'])
      expect(Array.isArray(await find('h', query)), query).toBe(true);
  });

  it('tells many places of one moment apart', async () => {
    for (let seq = 0; seq < 1_100; seq++)
      await index.put({ tenant: 'm', conversation: 'm:1', seq, at: 5 }, ['same']);
    expect(new Set(await find('m', 'same', 2_000)).size).toBe(1_100);
  });

  it('knows whether it is filled', async () => {
    expect(await index.isFilled()).toBe(false);
    await index.filled();
    await index.filled();
    expect(await index.isFilled()).toBe(true);
  });
});
