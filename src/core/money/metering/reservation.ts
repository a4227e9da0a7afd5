/** A reservation: the most that a call can cost, held in its accounts from before it is made until it is charged. */
import type { Booking, Nano, PlannedCall, PriceSource } from '../booking.ts';
import { dearestUsage, mostWritten } from '../bounds.ts';
import type { Spender } from '../spender.ts';

export interface Reservation {
  /** Unique. */
  id: string;
  /** When the call began (ms since 1970). */
  at: number;
  spender: Spender;
  call: PlannedCall;
  /** The day of the books that it belongs to. */
  day: string;
  /** The accounts that it is charged to. */
  accounts: { id: string; ttl: number }[];
  /** The amount that each account holds for it. 0: no limit is set. */
  held: Nano;
  /** The most tokens that it may write. */
  output: number;
  /** The most that it costs: reading its input, and all of it. Absent: no price is known. */
  most?: { input: Nano; all: Nano; priced: PriceSource };
  /** The attempt that makes the call, and the key of its lane. Absent: it belongs to no turn. */
  attempt?: { id: string; lane: string };
  /** The process that makes the call, as the ledger notes it. */
  process?: string;
  /** The booking by which it was charged when its process counted as dead. The process may only have been held up. */
  charged?: Booking;
}

/** A call that is over, with its reservation. Without a booking, the provider bills nothing for it. */
export interface Charge {
  reservation: Reservation;
  booking?: Booking;
}

/** Processes' clocks differ, so a call that seems to have just begun counts as one of this time (ms). */
const LEAST_MS = 1_000;

/**
 * The booking of a call whose process died: its input, and the most that it can have written until now. It is an upper
 * estimate, and costs at most what is held.
 */
export function bookingOfDead({ at, call, output, most }: Reservation, now: number): Booking {
  const written = mostWritten({ tokens: 0, silentMs: Math.max(LEAST_MS, now - at), most: output });
  const { input, fees: _, ...made } = call;
  return {
    ...made,
    at,
    usage: dearestUsage(input, written),
    estimated: true,
    ...(most && {
      cost: most.input + Math.ceil(((most.all - most.input) * written) / output),
      priced: most.priced,
    }),
  };
}
