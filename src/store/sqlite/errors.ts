/** Failures of SQLite and of the system, as StoreErrors. */
import { StoreError } from '../../core/errors.ts';
import { en } from '../../core/sentences/en.ts';

/** SQLite's primary result codes (sqlite.org/rescode.html). */
const ERROR = 1;
export const BUSY = 5;
const LOCKED = 6;
const READONLY = 8;
const IOERR = 10;
const CORRUPT = 11;
const FULL = 13;
const CANTOPEN = 14;
const NOTADB = 26;
/** An extended code: there was no room for the file of shared memory that SQLite keeps beside its file. */
const IOERR_SHMSIZE = 4874;

const HELD = 'another program holds its file';
const DAMAGED = 'its file is damaged';

/** By SQLite's codes and the system's. */
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
/**
 * Codes after which a connection may go on failing although the cause is gone. One example is a connection that was
 * opened read-only.
 */
const STICKY = new Set<number | string>([READONLY, IOERR, CORRUPT, NOTADB]);

/** The primary result code of an error of node:sqlite; else the system's code, if there is one. */
function codeOf(error: unknown): number | string {
  if (!(error instanceof Error)) return '';
  if ('errcode' in error) return error.errcode === IOERR_SHMSIZE ? FULL : Number(error.errcode) & 0xff;
  return 'code' in error ? String(error.code) : '';
}

/** Whether another program holds the file or a lock. */
export function isBusy(error: unknown): boolean {
  const code = codeOf(error);
  return code === BUSY || code === LOCKED;
}

/** Whether the connection may go on failing although the cause is gone. */
export function isSticky(error: unknown): boolean {
  return STICKY.has(codeOf(error));
}

export function storeErrorOf(cause: unknown): StoreError {
  return cause instanceof StoreError ? cause : storeError(REASONS[codeOf(cause)], cause);
}

/** The advice to an operator. */
export function wayOutOf(reason: string | undefined): string {
  switch (reason) {
    case HELD:
      return en.setup.storeWaysOut.held;
    case DAMAGED:
      return en.setup.storeWaysOut.damaged;
    default:
      return en.setup.storeWaysOut.other;
  }
}

export function storeError(reason?: string, cause?: unknown): StoreError {
  return new StoreError(en.setup.storeFails(reason), { reason, cause });
}
