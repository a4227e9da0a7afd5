/** The index of words in Postgres: a tsvector of the words as they are, since the store cuts texts into words itself. */

import type { FoundPlace } from '../../core/search/conversation-index.ts';
import { type QueryWord, WORDS_VERSION, type WordForm } from '../../core/search/words.ts';
import type { Query } from '../postgres/rows.ts';
import { MOST_OF_A_WORD, type WordIndex, weightOf } from './word-index.ts';

export const WORDS_TABLE = 'public.parley_words';
/** A lock number of its own, for several processes that start at once. */
const LOCK = 7_072_617_266;
const CREATE = `
  CREATE TABLE IF NOT EXISTS ${WORDS_TABLE} (
    tenant TEXT NOT NULL, conversation TEXT NOT NULL, seq BIGINT NOT NULL, at BIGINT NOT NULL, words TSVECTOR NOT NULL,
    PRIMARY KEY (conversation, seq)
  );
  CREATE TABLE IF NOT EXISTS public.parley_words_facts (name TEXT PRIMARY KEY);
  CREATE INDEX IF NOT EXISTS parley_words_newest ON ${WORDS_TABLE} (tenant, at);
  CREATE INDEX IF NOT EXISTS parley_words_words ON ${WORDS_TABLE} USING GIN (words)`;
const PUT = `INSERT INTO ${WORDS_TABLE} (tenant, conversation, seq, at, words)
  VALUES ($1, $2, $3, $4, array_to_tsvector($5::text[]))
  ON CONFLICT (conversation, seq) DO UPDATE SET tenant = $1, at = $4, words = EXCLUDED.words`;
const FIND = `SELECT conversation, seq FROM ${WORDS_TABLE} WHERE tenant = $1 AND words @@ $2::tsquery
  ORDER BY at DESC, seq DESC LIMIT $3`;
/** Takes the newest places of each word, and adds up what the words weigh: `weightOf` of their number of places. */
const FIND_SOME = `
  WITH words_of AS MATERIALIZED (
    SELECT word, conversation, seq, at FROM unnest($2::text[]) WITH ORDINALITY AS sought(query, word), LATERAL (
      SELECT conversation, seq, at FROM ${WORDS_TABLE} WHERE tenant = $1 AND words @@ sought.query::tsquery
      ORDER BY at DESC, seq DESC LIMIT ${MOST_OF_A_WORD}
    ) AS having_it
  ),
  counts AS (SELECT word, count(*) AS places FROM words_of GROUP BY word)
  SELECT conversation, seq,
    (SELECT json_object_agg(word, places) FROM counts) AS counts
  FROM words_of JOIN counts USING (word) GROUP BY conversation, seq
  ORDER BY sum(ln(1 + ${MOST_OF_A_WORD} / places::float8)) DESC, max(at) DESC, seq DESC LIMIT $3`;
/** An index with words of another version is searched until it is filled again. */
const FILLED = `filled ${WORDS_VERSION}`;

export async function openPostgresIndex(query: Query): Promise<WordIndex> {
  const [found] = await query<{ there: boolean }>(
    `SELECT to_regclass('public.parley_words_words') IS NOT NULL AS there`,
  );
  if (!found?.there) await query(`SELECT pg_advisory_xact_lock(${LOCK}); ${CREATE}`);
  return {
    async put({ tenant, conversation, seq, at }, words) {
      await query(PUT, [tenant, conversation, seq, Math.floor(at), words]);
    },
    async remove({ conversation, seq }) {
      await query(`DELETE FROM ${WORDS_TABLE} WHERE conversation = $1 AND seq = $2`, [conversation, seq]);
    },
    async find(tenant, words, limit) {
      const rows = await query<FoundPlace>(FIND, [tenant, words.words.map(tsqueryOf).join(' & '), limit]);
      return rows.map(({ conversation, seq }) => ({ conversation, seq: Number(seq) }));
    },
    async findSome(tenant, { words }, limit) {
      type Row = FoundPlace & { counts: Record<string, number> };
      const rows = await query<Row>(FIND_SOME, [tenant, words.map(tsqueryOf), limit]);
      return {
        places: rows.map(({ conversation, seq }) => ({ conversation, seq: Number(seq) })),
        weights: words.map((_, index) => weightOf(rows[0]?.counts[index + 1] ?? 0)),
      };
    },
    isFilled: async () =>
      (await query('SELECT 1 FROM public.parley_words_facts WHERE name = $1', [FILLED])).length > 0,
    async filled() {
      await query('INSERT INTO public.parley_words_facts VALUES ($1) ON CONFLICT DO NOTHING', [FILLED]);
    },
    // Its table is vacuumed with that of the store.
    erase: async () => {},
    close: async () => {},
  };
}

/** Each word is a quoted lexeme, so that nothing in it is an operator (postgresql.org/docs/18/datatype-textsearch.html). */
function tsqueryOf({ forms }: QueryWord): string {
  const quoted = (word: string) => `'${word.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
  const formOf = ({ words, begins }: WordForm) => {
    const parts = words.map(quoted);
    if (begins !== undefined) parts.push(`${quoted(begins)}:*`);
    return `(${parts.join(' & ')})`;
  };
  return `(${forms.map(formOf).join(' | ')})`;
}
