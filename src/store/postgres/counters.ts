/** Counters in the table of Postgres: read, added to and written back by the database, in one statement. */
import { StoreError } from '../../core/errors.ts';
import { takeable, totalOf } from '../additions.ts';
import type { Addition, Entry, Store } from '../store.ts';
import { isDivisionByZero } from './errors.ts';
import { type Query, TABLE, toText } from './rows.ts';

/**
 * Inserts the rows $1 (keys), $2 (values), $3 (when they expire) one after another. Those among $4 are added to what is
 * there by then, unless it has expired at $5; the others replace it. A counter keeps its expiry: Postgres need not touch
 * the indexes for it.
 */
const INSERT = `INSERT INTO ${TABLE} AS old (key, value, expires)
  SELECT key, value, expires
  FROM unnest($1::text[], $2::text[], $3::bigint[]) WITH ORDINALITY AS given(key, value, expires, place)`;
const IS_NEW = 'excluded.key <> ALL($4::text[]) OR old.expires <= $5::bigint';
const fieldsOf = (row: string) =>
  `SELECT key, value::bigint FROM jsonb_each_text(${row}.value::jsonb -> 'value')`;
const ADD = `ORDER BY place
  ON CONFLICT (key, COALESCE(namespace, '')) DO UPDATE SET
    expires = CASE WHEN ${IS_NEW} THEN excluded.expires ELSE old.expires END,
    value = CASE WHEN ${IS_NEW} THEN excluded.value ELSE jsonb_set(old.value::jsonb, '{value}', (
      SELECT COALESCE(jsonb_object_agg(key, sum), '{}') FROM (
        SELECT key, sum(value) FROM (${fieldsOf('old')} UNION ALL ${fieldsOf('excluded')}) AS fields GROUP BY key
      ) AS sums
    ))::text END`;

/** The sum of the fields of a bound in the counter of a row. */
const SUM = 'COALESCE(sum(n::bigint) FILTER (WHERE field = ANY(bound.fields)), 0)';
const COUNTED = "jsonb_each_text(row.value::jsonb -> 'value') AS counted(field, n)";

/** Names of the statements: Postgres parses and plans them once for a connection, half of their time. */
const NAMES = { add: 'parley add', take: 'parley take' };

/**
 * The same under the bounds $6 (JSON). If a bound is exceeded already, nothing is inserted, and no row is returned. If
 * another process was faster, so that a bound is exceeded by now, the division by zero undoes all of it.
 */
const TAKE = `WITH bound AS (
    SELECT * FROM jsonb_to_recordset($6::jsonb) AS bound(key text, fields text[], add bigint, most bigint)
  ), made AS (
    ${INSERT} WHERE NOT EXISTS (
      SELECT FROM bound WHERE bound.most < bound.add + (
        SELECT ${SUM} FROM ${TABLE} AS row, ${COUNTED}
        WHERE row.key = bound.key AND (row.expires IS NULL OR row.expires > $5::bigint)
      )
    ) ${ADD} RETURNING old.key, old.value
  )
  SELECT 1 / (CASE WHEN EXISTS (
    SELECT FROM bound JOIN made AS row USING (key) WHERE bound.most < (SELECT ${SUM} FROM ${COUNTED})
  ) THEN 0 ELSE 1 END) FROM made LIMIT 1`;

/** Adds to counters that are in the order of keys. */
export async function addOn(query: Query, additions: Addition[]): Promise<void> {
  await query(`${INSERT} ${ADD}`, valuesOf(additions, []), NAMES.add);
}

export function takeOn(query: Query): Store['take'] {
  return async (additions, entries) => {
    const wanted = takeable(additions, entries);
    if (wanted.length + entries.length === 0) return true;
    try {
      return (await query(TAKE, [...valuesOf(wanted, entries), boundsOf(wanted)], NAMES.take)).length > 0;
    } catch (error) {
      if (error instanceof StoreError && isDivisionByZero(error)) return false;
      throw error;
    }
  };
}

/** Entries come first: few wait for those, so the locks of counters are held as short as possible. */
function valuesOf(additions: Addition[], entries: Entry[]): unknown[] {
  const now = Date.now();
  const rows: Entry[] = [
    ...entries.toSorted((a, b) => (a.key < b.key ? -1 : 1)),
    ...additions.map(({ key, add, ttl }) => ({ key, value: add, ...(ttl !== undefined && { ttl }) })),
  ];
  const expiries = rows.map(({ ttl }) => (ttl === undefined ? null : now + ttl));
  return [
    rows.map(({ key }) => toText(key)),
    // As Keyv writes values.
    rows.map(({ value }, i) => JSON.stringify({ value, expires: expiries[i] ?? undefined })),
    expiries,
    additions.map(({ key }) => toText(key)),
    now,
  ];
}

function boundsOf(additions: Addition[]): string {
  const bounds = additions.flatMap(({ key, add, bounds = [] }) =>
    bounds.map(({ fields, most }) => ({ key: toText(key), fields, add: totalOf(add, fields), most })),
  );
  return JSON.stringify(bounds);
}
