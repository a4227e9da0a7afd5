/** One open connection to an SQLite file, and which files it has open. */
import { chmodSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { BUSY, storeError } from './errors.ts';

export interface OpenedFile {
  db: DatabaseSync;
  /** When it was opened, by the clock of `performance`. */
  at: number;
  /** The identity of the file, wherever the file is by now. */
  file: string;
  /** The same for the write-ahead log, which SQLite makes with the first write. */
  log: string | undefined;
}

/** Conversations lie in the file in plain text. */
const OWNER_ONLY = 0o600;
/** SQLite keeps these beside its file. The log holds changes that are not in the file yet. */
const LOG = '-wal';
const BESIDE = [LOG, '-shm'];

/**
 * Opens a file that exists. `synchronous = NORMAL` is SQLite's advice with WAL: a crash of the process loses nothing; a
 * power cut can lose the last moments, but does not damage the file. FULL would hold up the event loop for a disk flush at
 * each write. `secure_delete` overwrites removed rows, so that they do not stay in the file's free space. Only
 * `createTidying` puts the log into the file, after it has looked through the log.
 */
export function openFile(path: string): OpenedFile {
  for (const suffix of ['', ...BESIDE]) makeOwnersOnly(path + suffix);
  const file = fileAt(path);
  const url = pathToFileURL(path);
  // Without this, SQLite would make another file if this one is gone by now.
  url.searchParams.set('mode', 'rw');
  const db = new DatabaseSync(url, { timeout: 0 });
  try {
    // auto_vacuum comes first: it can be set only before a new file gets its first page.
    db.exec(`PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
      PRAGMA secure_delete = ON; PRAGMA wal_autocheckpoint = 0`);
  } catch (error) {
    db.close();
    throw error;
  }
  return { db, at: performance.now(), file, log: logAt(path) };
}

/** Puts changes that are only in the log into the file to which they belong, wherever that file is now. */
export function checkpoint({ db }: OpenedFile): void {
  const [result] = db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').all();
  if (result?.busy) throw Object.assign(new Error('the log is in use'), { errcode: BUSY });
}

/** The identity of the file at a path. @throws StoreError if there is none */
export function fileAt(path: string): string {
  const id = idOf(path);
  // An open connection would go on writing to a file that nobody finds. It is kept until the file is put back.
  if (id === undefined) throw storeError('its file is gone');
  return id;
}

export function logAt(path: string): string | undefined {
  return idOf(path + LOG);
}

function idOf(path: string): string | undefined {
  const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stats && `${stats.dev} ${stats.ino}`;
}

function makeOwnersOnly(path: string): void {
  const stats = statSync(path, { throwIfNoEntry: false });
  // Only if needed: on a read-only disk chmod would fail, although the file can still be read.
  if (stats && (stats.mode & 0o777) !== OWNER_ONLY) chmodSync(path, OWNER_ONLY);
}
