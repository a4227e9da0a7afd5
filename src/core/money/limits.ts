/** Accounts that calls are charged to, and the limits on them. */
import type { Nano } from './booking.ts';

/** A sum over a calendar period, such as what one server spent on one day. */
export interface Account {
  /** Unique, and the same in every process: such as `tenant|discord:1|2026-11-30`. */
  id: string;
  /** Empty: nothing limits it yet. It is counted all the same, so that a limit that is set later holds at once. */
  limits: Limit[];
  /** How long it is kept (ms). */
  ttl: number;
}

export interface Limit {
  /** `operator`: calls that the operator pays for count; `all`: all calls do. */
  counts: 'operator' | 'all';
  most: Nano;
  /** The thing that is limited. `role`: a person, by the limit of one of their roles. */
  of: 'person' | 'role' | 'tenant' | 'installation';
  period: 'day' | 'month';
  /** Who can raise it. */
  setBy: 'operator' | 'admin';
  /** When the period ends (ms since 1970). */
  renewsAt: number;
  /** The time zone of the period (IANA). */
  timeZone: string;
}
