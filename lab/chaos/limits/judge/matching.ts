/** Finds the call of the provider that each booking is about. */
import type { Booking } from '../../../../src/core/money/booking.ts';
import type { ProviderCall } from '../people/provider.ts';
import type { StoredTurn } from './stored.ts';

export interface Matched {
  turn: StoredTurn;
  booking: Booking;
  /** Absent: the call ended before it reached the provider. */
  call?: ProviderCall;
}

/** The calls of a turn are made one after another, each after its booking began. */
export function matched(turns: StoredTurn[], calls: ProviderCall[]): Matched[] {
  const byToken = Map.groupBy(calls, ({ token }) => token);
  return turns.flatMap((turn) => {
    const made = byToken.get(turn.token) ?? [];
    const bookings = turn.bookings.toSorted((a, b) => a.at - b.at);
    return bookings.map((booking, index) => {
      const until = bookings[index + 1]?.at ?? Number.POSITIVE_INFINITY;
      // A refused request has no booking, so the last call before the next booking is meant.
      const call = made.find(({ at, bill }) => at >= booking.at && at < until && bill > 0);
      return { turn, booking, ...(call && { call }) };
    });
  });
}
