/** The operator's view of spending, as it happens in this process. */

import type { TenantId } from '../../types.ts';
import type { Booking, BookingKind } from '../booking.ts';
import type { Limit } from '../limits.ts';

/** Both are called once for each, and must not throw. */
export interface SpendingWatch {
  /** A call is over, and the provider bills it. */
  booked(booking: Booking): void;
  /** A limit refuses a question, or a call. */
  refused(limit: Limit, call: { tenant: TenantId; kind: BookingKind }): void;
}
