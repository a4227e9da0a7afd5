/**
 * A connection to an SQLite file with which anything may happen meanwhile: another program locks it, its disk fills up or
 * turns read-only, it is moved, replaced, put back. What cannot be done then throws StoreError; what comes once it can be
 * done again is done, on a connection made anew where that takes one. Nothing waits in the event loop's way.
 */
import { chmodSync, statSync } from 'node:fs';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { LRUCache } from 'lru-cache';
import { StoreError } from '../../core/errors.ts';
import { createLanes } from '../../core/lanes.ts';

export interface SqliteConnection {
  /** Changes are made in the order they are asked for. @throws StoreError */
  query(sql: string, ...values: unknown[]): Promise<unknown[]>;
  /** Runs work while nothing else is changed; `db` is the connection of the moment. @throws StoreError */
  alone<T>(work: (db: () => DatabaseSync) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Conversations lie in the file as they were written. */
const OWNER_ONLY = 0o600;
/** How long another program may hold the file before statements fail; from then on they do so at once. */
const BUSY_MS = 5_000;
/** One who holds it again after so long is waited for as long again. */
const FORGIVEN_MS = 10_000;
const BUSY_WAITS_MS = [2, 5, 10, 20, 50];
const LAST_BUSY_WAIT_MS = 100;
/** Between two connections made anew. */
const REOPEN_MS = 1_000;

/** SQLite's primary result codes (sqlite.org/rescode.html). */
const ERROR = 1;
const BUSY = 5;
const LOCKED = 6;
const READONLY = 8;
const IOERR = 10;
const CORRUPT = 11;
const FULL = 13;
const CANTOPEN = 14;
const NOTADB = 26;
/** An extended code: there was no room for what it keeps beside its file. */
const IOERR_SHMSIZE = 4874;

const HELD = 'another program holds its file';
const DAMAGED = 'its file is damaged';

/** By those, and by the system's codes. */
const REASONS: Record<number | string, string> = {
  [ERROR]: 'its table is not there',
  [BUSY]: HELD,
  [LOCKED]: HELD,
  [READONLY]: 'its file is read-only',
  [IOERR]: 'its disk fails',
  [CORRUPT]: DAMAGED,
  [FULL]: 'its disk is full',
  [CANTOPEN]: 'its file cannot be opened',
  [NOTADB]: DAMAGED,
  EACCES: 'its file may not be written',
  EPERM: 'its file may not be written',
  EROFS: 'its file is read-only',
  ENOSPC: 'its disk is full',
  EIO: 'its disk fails',
};
/** After these a connection may go on failing when the cause is gone, as one does that was opened read-only. */
const STICKY = new Set<number | string>([READONLY, IOERR, CORRUPT, NOTADB]);

/** What SQLite keeps beside its file, the log with what is not in it yet first. */
const LOG = '-wal';
const BESIDE = [LOG, '-shm'];

interface Opened {
  db: DatabaseSync;
  at: number;
  /** Which file it is that was opened, wherever it is by now. */
  file: string;
  /** The same of the log, which is made with the first write. */
  log: string | undefined;
}

/**
 * Opens a file that exists. `synchronous = NORMAL` is what SQLite recommends with WAL: a crash of the process loses
 * nothing; a power cut can lose the last moments, but does not damage the file. FULL would hold up the event loop for a
 * disk flush at each write. `secure_delete`: what is removed is overwritten, not left in the file's free space. The log
 * is put into the file by `createTidying` alone, which looks through it first.
 * @throws StoreError
 */
export async function connectSqlite(path: string): Promise<SqliteConnection> {
  const writes = createLanes();
  const statements = new LRUCache<string, StatementSync>({ max: 100 });
  let opened: Opened | undefined;
  /** By the clock of `performance`. */
  const held = { since: 0, seenAt: Number.NEGATIVE_INFINITY };
  let isDoubtful = false;
  /** Which file it is was looked at in this turn of the event loop, and nothing failed since. */
  let isSeen = false;
  let isClosed = false;

  function open(): Opened {
    for (const suffix of ['', ...BESIDE]) makeOwnersOnly(path + suffix);
    const file = fileAt(path);
    const url = pathToFileURL(path);
    // Were it gone by now, SQLite would make another.
    url.searchParams.set('mode', 'rw');
    const db = new DatabaseSync(url, { timeout: 0 });
    try {
      // The first before a new file gets its first page.
      db.exec(`PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
        PRAGMA secure_delete = ON; PRAGMA wal_autocheckpoint = 0`);
    } catch (error) {
      db.close();
      throw error;
    }
    return { db, at: performance.now(), file, log: idOf(path + LOG) };
  }

  /** The connection, made anew where its file was replaced, or it may have kept an error that is over. */
  function connected(): DatabaseSync {
    if (isClosed) throw storeError('it is closed');
    if (opened && isSeen) return opened.db;
    const file = fileAt(path);
    if (opened) {
      const log = idOf(path + LOG);
      opened.log ??= log;
      const isSame = file === opened.file && log === opened.log;
      if (isSame && isDoubtful && performance.now() - opened.at > REOPEN_MS) reopen(opened);
      else if (!isSame) leave(opened, file === opened.file, log === opened.log);
    }
    opened ??= open();
    if (!isDoubtful) {
      isSeen = true;
      setImmediate(() => {
        isSeen = false;
      });
    }
    return opened.db;
  }

  /** Where that cannot be done, reading may still work on the one there is. */
  function reopen(old: Opened): void {
    old.at = performance.now();
    try {
      opened = open();
    } catch {
      return;
    }
    isDoubtful = false;
    statements.clear();
    old.db.close();
  }

  /**
   * Puts what is only in the log into the file it belongs to, wherever that is now. Where that fails, nothing is closed
   * if something would be lost by it, or added to a file that has taken the place.
   */
  function leave({ db }: Opened, isSameFile: boolean, isSameLog: boolean): void {
    try {
      const [result] = db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').all();
      if (result?.busy) throw Object.assign(new Error('the log is in use'), { errcode: BUSY });
    } catch (error) {
      if (isSameFile || isSameLog) throw error;
    }
    statements.clear();
    opened = undefined;
    db.close();
  }

  /** Another program holds the file now; whether it may do so a little longer. */
  function isPatient(): boolean {
    const now = performance.now();
    if (now - held.seenAt > FORGIVEN_MS) held.since = now;
    held.seenAt = now;
    return now - held.since < BUSY_MS;
  }

  async function attempt(sql: string, values: SQLInputValue[]): Promise<unknown[]> {
    for (let attempt = 0; ; attempt++) {
      try {
        const db = connected();
        const statement = statements.get(sql) ?? db.prepare(sql);
        statements.set(sql, statement);
        return statement.all(...values);
      } catch (error) {
        isSeen = false;
        if (!isBusy(error) || !isPatient()) {
          if (STICKY.has(codeOf(error))) isDoubtful = true;
          throw storeErrorOf(error);
        }
        await sleep(BUSY_WAITS_MS[attempt] ?? LAST_BUSY_WAIT_MS);
      }
    }
  }

  async function change(sql: string, values: SQLInputValue[]): Promise<unknown[]> {
    const rows = await attempt(sql, values);
    held.seenAt = Number.NEGATIVE_INFINITY;
    return rows;
  }

  async function alone<T>(work: (db: () => DatabaseSync) => Promise<T>): Promise<T> {
    try {
      return await writes.run('', () => work(connected));
    } catch (error) {
      isSeen = false;
      throw storeErrorOf(error);
    }
  }

  const query: SqliteConnection['query'] = (sql, ...values) => {
    const bound = values as SQLInputValue[];
    // While another program writes, there is no need for reading to wait.
    return /^\s*SELECT/i.test(sql) ? attempt(sql, bound) : writes.run('', () => change(sql, bound));
  };
  await query('PRAGMA journal_mode');
  return {
    query,
    alone,
    async close() {
      await writes.idle();
      isClosed = true;
      opened?.db.close();
    },
  };
}

/** Which file is at a path. */
function idOf(path: string): string | undefined {
  const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stats && `${stats.dev} ${stats.ino}`;
}

function makeOwnersOnly(path: string): void {
  const stats = statSync(path, { throwIfNoEntry: false });
  // Not where it is so already: on a read-only disk that would fail, and it can still be read.
  if (stats && (stats.mode & 0o777) !== OWNER_ONLY) chmodSync(path, OWNER_ONLY);
}

function fileAt(path: string): string {
  const id = idOf(path);
  // A connection to it goes on writing, to what nobody finds any more. It is kept for when the file is put back.
  if (id === undefined) throw storeError('its file is gone');
  return id;
}

/** The primary result code of what node:sqlite throws; else the system's code, where there is one. */
function codeOf(error: unknown): number | string {
  if (!(error instanceof Error)) return '';
  if ('errcode' in error) return error.errcode === IOERR_SHMSIZE ? FULL : Number(error.errcode) & 0xff;
  return 'code' in error ? String(error.code) : '';
}

/** Whether another program holds what was asked for. */
export function isBusy(error: unknown): boolean {
  const code = codeOf(error);
  return code === BUSY || code === LOCKED;
}

export function storeErrorOf(cause: unknown): StoreError {
  return cause instanceof StoreError ? cause : storeError(REASONS[codeOf(cause)], cause);
}

/** What an operator can do about it. */
export function wayOutOf(reason: string | undefined): string {
  switch (reason) {
    case HELD:
      return 'End that program';
    case DAMAGED:
      return 'Put a copy of it back';
    default:
      return 'Check that its folder is writable and has space';
  }
}

function storeError(reason?: string, cause?: unknown): StoreError {
  const message = reason === undefined ? 'The store fails.' : `The store fails: ${reason}.`;
  return new StoreError(message, { reason, cause });
}
