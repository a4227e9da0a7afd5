/** Failures of Postgres and of the connection to it, as StoreErrors. */
import pg from 'pg';
import { StoreError } from '../../core/errors.ts';
import { withoutPassword } from '../url.ts';

const LOST = 'the connection to Postgres was lost';
const NO_ANSWER = 'Postgres does not answer';
const AWAY = 'Postgres is stopping or starting';

/** Reasons by the system's codes and by those of Postgres (PostgreSQL, Appendix A). */
const REASONS: Record<string, string> = {
  ECONNREFUSED: 'nobody listens at the address of Postgres',
  ENOTFOUND: 'the host of Postgres is not known',
  EAI_AGAIN: 'the host of Postgres is not known',
  ETIMEDOUT: NO_ANSWER,
  ECONNRESET: LOST,
  EPIPE: LOST,
  '25006': 'Postgres is read-only',
  '28000': 'Postgres does not accept its user',
  '28P01': 'Postgres does not accept its password',
  '3D000': 'its database is not there',
  '42501': 'its user may not do that',
  '42P01': 'its table is not there',
  '53100': 'the disk of Postgres is full',
  '53300': 'Postgres has no connection left',
  '55P03': 'another process holds what is asked for',
  '57014': 'Postgres takes too long',
  '57P01': AWAY,
  '57P02': AWAY,
  '57P03': AWAY,
};
/** Serialization failure and deadlock: a transaction that ends with one of these only needs to be tried again. */
const PASSING = new Set(['40001', '40P01']);
/** Codes that go away with time: class 57P, 53300 and class 08 (connection). */
const COMES_BACK = /^(?:57P|53300$|08)/;

/** Returns the answer of Postgres. @throws StoreError */
export async function asked<T>(question: Promise<T>): Promise<T> {
  try {
    return await question;
  } catch (cause) {
    throw new StoreError('The store could not be reached.', { cause, reason: reasonOf(cause) });
  }
}

function reasonOf(cause: unknown): string | undefined {
  if (!(cause instanceof Error)) return undefined;
  if ('code' in cause && typeof cause.code === 'string') return REASONS[cause.code];
  // Errors of pg itself have no code, only a sentence.
  if (/timeout/i.test(cause.message)) return NO_ANSWER;
  return /terminated|not queryable/.test(cause.message) ? LOST : undefined;
}

/** Whether the same transaction may succeed when it is tried again at once. */
export function isPassing({ cause }: StoreError): boolean {
  return cause instanceof pg.DatabaseError && PASSING.has(cause.code ?? '');
}

/** Whether a statement undid itself (22012, `TAKE` in counters.ts). */
export function isDivisionByZero({ cause }: StoreError): boolean {
  return cause instanceof pg.DatabaseError && cause.code === '22012';
}

/** Whether waiting can help against the failure of a connection attempt. */
export function comesBack(cause: unknown): boolean {
  return (
    !(cause instanceof StoreError) &&
    !(cause instanceof pg.DatabaseError && !COMES_BACK.test(cause.code ?? ''))
  );
}

/** The error of a store that cannot be opened. It quotes Postgres, whose words name no password. */
export function unopened(url: string, cause: unknown): StoreError {
  if (cause instanceof StoreError) return cause;
  const message = cause instanceof Error ? cause.message : '';
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'no reason was given';
  return new StoreError(
    `The store ${withoutPassword(url)} cannot be opened: ${message || code}. Check that Postgres runs there, and that STORE_URL names its user, password and database.`,
    { cause, reason: reasonOf(cause) },
  );
}
