/** The fixture on disk: the store as the killed process left it, and the platforms and browsers of that moment. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { deserialize, serialize } from 'node:v8';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { World as DiscordWorld } from '../../../lab/counterparts/discord/world/world.ts';
import type { TestPostgres } from '../../../lab/counterparts/postgres.ts';
import type { World as SlackWorld } from '../../../lab/counterparts/slack/world/world.ts';

export type Database = 'sqlite' | 'postgres';

/** The state outside of the store. */
export interface Around {
  /** Milliseconds since 1970, at the kill. */
  madeAt: number;
  discord: DiscordWorld;
  slack: SlackWorld;
  /** Each browser's cookies. */
  cookies: Record<'today' | 'returned' | 'away', Map<string, string>>;
  /** Ids by what they are of. */
  ids: Record<string, string>;
}

const FOLDER = import.meta.dirname;
const SQLITE_FILES = ['parley.sqlite', 'parley.sqlite-wal'];
const aroundFile = (database: Database) => join(FOLDER, `around-${database}.bin.gz`);
const sqlFile = join(FOLDER, 'postgres.sql.gz');

export function keepAround(database: Database, around: Around): void {
  writeFileSync(aroundFile(database), gzipSync(serialize(around), { level: 9 }));
}

export function readAround(database: Database): Around {
  return deserialize(gunzipSync(readFileSync(aroundFile(database))));
}

export function keepSqlite(folder: string): void {
  for (const name of SQLITE_FILES)
    writeFileSync(join(FOLDER, `${name}.gz`), gzipSync(readFileSync(join(folder, name)), { level: 9 }));
}

/** Puts the files into a folder; what has time left has as much as at the kill. */
export function restoreSqlite(folder: string, madeAt: number): void {
  for (const name of SQLITE_FILES)
    writeFileSync(join(folder, name), gunzipSync(readFileSync(join(FOLDER, `${name}.gz`))));
  const db = new DatabaseSync(join(folder, 'parley.sqlite'));
  const later = db.prepare(
    "UPDATE keyv SET expires = expires + ?1, value = json_set(value, '$.expires', expires + ?1) WHERE expires IS NOT NULL",
  );
  later.run(Date.now() - madeAt);
  db.close();
}

/** @param schema the statements that made its table */
export async function keepPostgres(postgres: TestPostgres, url: string, schema: string): Promise<void> {
  const rows = await postgres.query(
    `SELECT quote_literal(key) AS key, quote_literal(value) AS value, quote_nullable(namespace) AS namespace,
      quote_nullable(expires) AS expires FROM public.parley ORDER BY key COLLATE "C"`,
    url,
  );
  const inserts = rows.map(
    ({ key, value, namespace, expires }) =>
      `INSERT INTO public.parley (key, value, namespace, expires) VALUES (${key}, ${value}, ${namespace}, ${expires});`,
  );
  writeFileSync(sqlFile, gzipSync([schema.trim(), ...inserts, ''].join('\n'), { level: 9 }));
}

export async function restorePostgres(postgres: TestPostgres, url: string, madeAt: number): Promise<void> {
  await postgres.query(gunzipSync(readFileSync(sqlFile)).toString(), url);
  await postgres.query(
    `UPDATE public.parley SET expires = later, value = regexp_replace(value, '"expires":[0-9]+}$', '"expires":' || later || '}')
      FROM (SELECT key AS same, expires + ${Date.now() - madeAt} AS later FROM public.parley) AS rows
      WHERE key = same AND expires IS NOT NULL`,
    url,
  );
}
