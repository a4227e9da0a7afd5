/** The port of the ledger: accounts with what is spent and reserved of them, and the calls that are charged to them. */
import type { Nano, Payer } from '../booking.ts';
import type { Account, Limit } from '../limits.ts';
import type { Charge, Reservation } from './reservation.ts';

/** A counter of an account, as it is stored. */
export interface Level {
  spentOperator: Nano;
  spentOwn: Nano;
  reservedOperator: Nano;
  reservedOwn: Nano;
}

/** Every call throws `StoreError` when the store fails. */
export interface Ledger {
  /**
   * Holds what a call may cost in all of its accounts, in one step for all processes. False: a limit would be exceeded,
   * and nothing was changed.
   */
  reserve(reservation: Reservation, accounts: Account[]): Promise<boolean>;
  /** Charges a call, and writes it into the books. Without effect if it was charged before. */
  settle(charge: Charge): Promise<void>;
  /** In the order of `accounts`. */
  levels(accounts: Account[]): Promise<Level[]>;
  /** Number of calls that are not charged yet, in all processes. */
  open(): Promise<number>;
  /** Calls back when a call of this process was charged. Returns a function that stops this. */
  onSettled(listener: () => void): () => void;
}

/** The part of a limit that is spent, and the part that is reserved. */
export function usedOf({ counts }: Limit, level: Level): { spent: Nano; reserved: Nano } {
  const isAll = counts === 'all';
  return {
    spent: level.spentOperator + (isAll ? level.spentOwn : 0),
    reserved: level.reservedOperator + (isAll ? level.reservedOwn : 0),
  };
}

/** The limits of accounts that hold for a call, each with its account's place in the list. */
export function limitsFor(payer: Payer, accounts: Account[]): { limit: Limit; place: number }[] {
  return accounts.flatMap(({ limits }, place) =>
    limits
      .filter(({ counts }) => counts === 'all' || payer === 'operator')
      .map((limit) => ({ limit, place })),
  );
}
