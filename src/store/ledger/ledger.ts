/** The ledger as rows: a counter for each account, and a row for each call that is not charged yet. */

import type { Account } from '../../core/money/limits.ts';
import type { Ledger, Level } from '../../core/money/metering/ledger.ts';
import { limitsFor } from '../../core/money/metering/ledger.ts';
import { bookingOfDead, type Charge, type Reservation } from '../../core/money/metering/reservation.ts';
import type { ConversationId } from '../../core/types.ts';
import { bookAddition } from '../books/book-addition.ts';
import { accountKey, OPEN_CALLS, reservationKey } from '../keys.ts';
import type { Addition, ExclusiveRows, Store } from '../store.ts';
import { transcriptName } from '../tables/transcript-rows.ts';

const FIELDS = {
  operator: { spent: 'spentOperator', reserved: 'reservedOperator' },
  own: { spent: 'spentOwn', reserved: 'reservedOwn' },
} as const;

/** The fields of an account's counter that a limit bounds. */
const BOUNDED = {
  operator: ['spentOperator', 'reservedOperator'],
  all: ['spentOperator', 'reservedOperator', 'spentOwn', 'reservedOwn'],
};

const NOTHING: Level = { spentOperator: 0, spentOwn: 0, reservedOperator: 0, reservedOwn: 0 };

/** Milliseconds after which the mark of a charged call is gone. */
const CHARGED_MS = 1;

/** @param processId the id of this process, by which others can tell whether it lives */
export function createLedger(store: Store, processId: () => Promise<string>): Ledger {
  const listeners = new Set<() => void>();
  return {
    async reserve(reservation, accounts) {
      const value = { ...reservation, process: await processId() };
      return store.take(additionsOf(reservation, accounts), [{ key: keyOf(reservation), value }]);
    },
    async settle(charge) {
      const { conversation } = charge.reservation.spender;
      await store.exclusive(transcriptName(conversation), (rows) => settleCharge(rows, charge));
      for (const listener of listeners) listener();
    },
    async levels(accounts) {
      const levels = await store.readMany<Level>(accounts.map(({ id }) => accountKey(id)));
      return levels.map((level) => ({ ...NOTHING, ...level }));
    },
    async open() {
      const calls = await store.readMany<Reservation | null>(await store.keys(OPEN_CALLS));
      // A call that was just charged has a mark there for a moment.
      return calls.filter(Boolean).length;
    },
    onSettled(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** A turn has one open call at a time. So the next attempt finds the call of an attempt that died. */
const keyOf = ({ id, spender, attempt }: Reservation) =>
  reservationKey(spender.conversation, attempt?.id ?? id);

function additionsOf({ call, held }: Reservation, accounts: Account[]): Addition[] {
  if (held === 0) return [];
  const bounds = accounts.map(() => [] as { fields: string[]; most: number }[]);
  for (const { limit, place } of limitsFor(call.payer, accounts))
    bounds[place]?.push({ fields: BOUNDED[limit.counts], most: limit.most });
  return accounts.map(({ id, ttl }, place) => ({
    key: accountKey(id),
    add: { [FIELDS[call.payer].reserved]: held },
    ttl,
    bounds: bounds[place] ?? [],
  }));
}

/** Charges a call, together with the task's other changes. Without effect if it was charged before. */
export async function settleCharge(rows: ExclusiveRows, { reservation, booking }: Charge): Promise<void> {
  const key = keyOf(reservation);
  const open = await rows.read<Reservation | null>(key);
  if (open?.id !== reservation.id) return;
  const { call, day, accounts, held } = reservation;
  const { spent, reserved } = FIELDS[call.payer];
  const cost = booking?.cost ?? 0;
  if (cost !== 0 || held !== 0) {
    const add = { [spent]: cost, [reserved]: -held };
    rows.add(accounts.map(({ id, ttl }) => ({ key: accountKey(id), add, ttl })));
  }
  // The row's own spender has no name any more once the person was forgotten.
  if (booking) rows.add([bookAddition(open.spender, booking, day)]);
  // Overwritten, not removed: removals are made last, and a crash in between would charge the call twice.
  await rows.write([{ key, value: null, ttl: CHARGED_MS }]);
}

/** The row of the call that an attempt may have left open, for reading it together with others. */
export const openCallKey = (conversation: ConversationId, attempt: string) =>
  reservationKey(conversation, attempt);

/** Charges the call that a dead attempt left open, if there is one. */
export async function settleDead(
  rows: ExclusiveRows,
  conversation: ConversationId,
  attempt: string,
): Promise<void> {
  const reservation = await rows.read<Reservation | null>(openCallKey(conversation, attempt));
  if (reservation) await settleCharge(rows, { reservation, booking: bookingOfDead(reservation, rows.now) });
}
