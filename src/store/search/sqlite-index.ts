/**
 * The index of words in SQLite: FTS5 in a file of its own beside the store's. The index can be made again at any time, so
 * a file that cannot be opened is replaced, and an earlier Parley needs to know nothing of it.
 */
import { createHash } from 'node:crypto';
import { closeSync, openSync, rmSync } from 'node:fs';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import type { FoundPlace } from '../../core/search/conversation-index.ts';
import { type QueryWords, WORDS_VERSION, type WordForm } from '../../core/search/words.ts';
import type { TenantId } from '../../core/types.ts';
import { storeErrorOf } from '../sqlite/errors.ts';
import { MOST_OF_A_WORD, type WordIndex, weightOf } from './word-index.ts';

const OWNER_ONLY = 0o600;
/** Another layout is another version: the index is then made anew. */
const VERSION = 1;
/** Places of one millisecond that are told apart. Ids are times with this many places each, and exact numbers. */
const IDS_A_MS = 1_024;
const MOST_AT = Math.floor(Number.MAX_SAFE_INTEGER / IDS_A_MS) - 1;

/**
 * Words stand apart by spaces, and everything else belongs to a word: the store cuts texts into words itself. `detail=none`:
 * the index keeps which rows have a word, not where. `secure-delete`: removed words leave the index at once
 * (sqlite.org/fts5.html, 4.4 to 4.7, 6.11).
 */
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS places (
    id INTEGER PRIMARY KEY, tenant TEXT NOT NULL, conversation TEXT NOT NULL, seq INTEGER NOT NULL,
    UNIQUE (conversation, seq)
  );
  CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5(
    text, detail=none, prefix='1 2 3', tokenize="unicode61 remove_diacritics 0 categories 'L* M* N* P* S* Co'"
  );
  CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value INTEGER);
  INSERT INTO words(words, rank) VALUES ('secure-delete', 1);`;

const HAVE_A_WORD = 'SELECT rowid AS id FROM words WHERE words MATCH ? ORDER BY rowid DESC LIMIT ?';
const PLACE = 'SELECT conversation, seq FROM places WHERE id = ? AND tenant = ?';
/** An index with words of another version is searched until it is filled again. */
const FILLED = `filled ${WORDS_VERSION}`;

/**
 * Without the index nobody can search, and everything else works: undefined if it cannot be opened.
 * @param path of the store's file
 */
export function openSqliteIndex(path: string): WordIndex | undefined {
  try {
    return indexIn(open(`${path}-search`));
  } catch {
    return undefined;
  }
}

function indexIn(db: DatabaseSync): WordIndex {
  const { ask, change } = asking(db);
  const guarded = async <T>(work: () => T): Promise<T> => {
    try {
      return work();
    } catch (error) {
      throw storeErrorOf(error);
    }
  };
  const removePlace = (conversation: string, seq: number) => {
    const [known] = ask(
      'DELETE FROM places WHERE conversation = ? AND seq = ? RETURNING id',
      conversation,
      seq,
    );
    if (known) ask('DELETE FROM words WHERE rowid = ?', known.id as number);
  };

  return {
    put: ({ tenant, conversation, seq, at }, words) =>
      guarded(() =>
        change(() => {
          removePlace(conversation, seq);
          const id = freeId(ask, at);
          ask(
            'INSERT INTO places (id, tenant, conversation, seq) VALUES (?, ?, ?, ?)',
            id,
            tenant,
            conversation,
            seq,
          );
          ask('INSERT INTO words (rowid, text) VALUES (?, ?)', id, [ownerOf(tenant), ...words].join(' '));
        }),
      ),
    remove: ({ conversation, seq }) => guarded(() => change(() => removePlace(conversation, seq))),
    find: (tenant, query, limit) =>
      guarded(
        () =>
          ask(
            `SELECT places.conversation, places.seq FROM words JOIN places ON places.id = words.rowid
              WHERE words MATCH ? AND places.tenant = ? ORDER BY words.rowid DESC LIMIT ?`,
            matchOf(tenant, query),
            tenant,
            limit,
          ) as unknown as FoundPlace[],
      ),
    async findSome(tenant, query, limit) {
      const scores = new Map<number, number>();
      const weights: number[] = [];
      for (const word of query.words) {
        const ids = await guarded(() => ask(HAVE_A_WORD, matchOf(tenant, { words: [word] }), MOST_OF_A_WORD));
        const weight = weightOf(ids.length);
        weights.push(weight);
        for (const { id } of ids) scores.set(Number(id), (scores.get(Number(id)) ?? 0) + weight);
        await turnOfTheLoop();
      }
      const best = [...scores].sort(([a, scoreA], [b, scoreB]) => scoreB - scoreA || b - a).slice(0, limit);
      const places = await guarded(() => best.flatMap(([id]) => ask(PLACE, id, tenant)));
      return { places: places as unknown as FoundPlace[], weights };
    },
    isFilled: () => guarded(() => ask('SELECT 1 FROM facts WHERE name = ?', FILLED).length > 0),
    filled: () => guarded(() => void ask('INSERT OR REPLACE INTO facts VALUES (?, 1)', FILLED)),
    erase: () => guarded(() => void ask('PRAGMA wal_checkpoint(TRUNCATE)')),
    close: () => guarded(() => db.close()),
  };
}

function asking(db: DatabaseSync): { ask: Ask; change(work: () => void): void } {
  const statements = new Map<string, StatementSync>();
  const ask: Ask = (sql, ...values) => {
    const statement = statements.get(sql) ?? db.prepare(sql);
    statements.set(sql, statement);
    return statement.all(...values);
  };
  return {
    ask,
    /** Runs work in a transaction. No other work comes between, since it waits for nothing. */
    change(work) {
      ask('BEGIN IMMEDIATE');
      try {
        work();
        ask('COMMIT');
      } catch (error) {
        ask('ROLLBACK');
        throw error;
      }
    },
  };
}

function open(file: string): DatabaseSync {
  try {
    return prepared(file);
  } catch {
    for (const end of ['', '-wal', '-shm']) rmSync(`${file}${end}`, { force: true });
    return prepared(file);
  }
}

function prepared(file: string): DatabaseSync {
  closeSync(openSync(file, 'a', OWNER_ONLY));
  const db = new DatabaseSync(file);
  try {
    const [row] = db.prepare('PRAGMA user_version').all();
    const version = Number(row?.user_version);
    if (version !== 0 && version !== VERSION) throw new Error('an index of another version');
    db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA secure_delete = ON; ${SCHEMA}`);
    db.exec(`PRAGMA user_version = ${VERSION}`);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

type Ask = (sql: string, ...values: SQLInputValue[]) => Record<string, unknown>[];

/** An id that sorts by time. */
function freeId(ask: Ask, at: number): number {
  for (let base = Math.min(Math.max(0, Math.floor(at)), MOST_AT) * IDS_A_MS; ; base += IDS_A_MS) {
    const [row] = ask('SELECT max(id) AS last FROM places WHERE id >= ? AND id < ?', base, base + IDS_A_MS);
    const id = row?.last === null || row === undefined ? base : Number(row.last) + 1;
    if (id < base + IDS_A_MS) return id;
  }
}

/** A word that no text has, since `~` is no part of a word. */
const ownerOf = (tenant: TenantId) => `~${createHash('sha256').update(tenant).digest('hex').slice(0, 32)}`;

/** Each word is a string in quotes, so that nothing in it is a sign of the query language (sqlite.org/fts5.html, 3). */
function matchOf(tenant: TenantId, { words }: QueryWords): string {
  const quoted = (word: string) => `"${word.replaceAll('"', '""')}"`;
  const formOf = (form: WordForm) => {
    const parts = form.words.map(quoted);
    if (form.begins !== undefined) parts.push(`${quoted(form.begins)} *`);
    return `(${parts.join(' AND ')})`;
  };
  return [quoted(ownerOf(tenant)), ...words.map(({ forms }) => `(${forms.map(formOf).join(' OR ')})`)].join(
    ' AND ',
  );
}
