/** A session as it is kept, and how long it lives. */
import type { TenantId } from '../../../core/types.ts';

/** A session that the store has, with the secret that its browser has. */
export interface KeptSession {
  secret: string;
  tenant: TenantId;
  /** Milliseconds since 1970. */
  issuedAt: number;
  /** The last time its life began anew, milliseconds since 1970. */
  seenAt: number;
  /** Whether anything was written in it. */
  isUsed: boolean;
  /** The hash of the access token that opened it. */
  entry?: string;
  /** The tenant is a person who signed in. */
  isPerson?: true;
  /** The browser, in words such as `Firefox on Linux`. */
  browser?: string;
  /** The tenant of this browser from before the person signed in, until they say what becomes of it. */
  before?: TenantId;
}

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
const KEPT_MS = 30 * DAY_MS;
/** Life of a session in which nothing was written. Each visit without a cookie makes one, such as a monitor's each minute. */
export const UNUSED_MS = DAY_MS;

/** A session's life from now on, ms. */
export function lifeOf({ isUsed, entry, isPerson }: KeptSession): number {
  return isUsed || isPerson || entry !== undefined ? KEPT_MS : UNUSED_MS;
}
