/** The ledger as rows: a counter for each account, and a row for each call that is not charged yet. */
import { type Booking, paidFor } from '../../core/money/booking.ts';
import type { Account } from '../../core/money/limits.ts';
import { type Ledger, type Level, limitsFor } from '../../core/money/metering/ledger.ts';
import { bookingOfDead, type Charge, type Reservation } from '../../core/money/metering/reservation.ts';
import type { ConversationId } from '../../core/types.ts';
import { bookAddition } from '../books/book-addition.ts';
import { transcriptName } from '../branches/branch-list.ts';
import { accountKey, OPEN_CALLS, reservationKey } from '../keys.ts';
import type { Addition, ExclusiveRows, Store } from '../store.ts';

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
/** The same of a dead process's call. If the process was only held up, it tells the call's real cost within this time. */
export const CHARGED_DEAD_MS = 30 * 60_000;

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
      return calls.filter(isOpen).length;
    },
    onSettled(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Whether a row is a call that is not charged yet. A charged call leaves a mark there for a while. */
export const isOpen = (row: Reservation | null | undefined): row is Reservation =>
  row !== null && row !== undefined && row.charged === undefined;

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

/**
 * Charges a call, together with the task's other changes. Without effect if it was charged before, unless it turns out to
 * have cost more than the estimate by which it was charged as a dead one.
 */
export async function settleCharge(rows: ExclusiveRows, charge: Charge): Promise<void> {
  const key = keyOf(charge.reservation);
  const found = await rows.read<Reservation | null>(key);
  if (found?.id !== charge.reservation.id) return;
  if (!isOpen(found)) return settleRest(rows, found, charge);
  settle(rows, found, charge);
  // Overwritten, not removed: removals are made last, and a crash in between would charge the call twice.
  await rows.write([{ key, value: null, ttl: CHARGED_MS }]);
}

/** A call of a dead process that was charged, as its reservation's id and its booking. */
export interface DeadCall {
  id: string;
  booking: Booking;
}

/** Charges the open call of a dead process. Undefined: it was charged before. */
export async function settleDead(
  rows: ExclusiveRows,
  reservation: Reservation,
): Promise<DeadCall | undefined> {
  const key = keyOf(reservation);
  const open = await rows.read<Reservation | null>(key);
  if (!isOpen(open) || open.id !== reservation.id) return undefined;
  const charged = bookingOfDead(open, rows.now);
  settle(rows, open, { reservation: open, booking: charged });
  await rows.write([{ key, value: { ...open, charged }, ttl: CHARGED_DEAD_MS }]);
  return { id: open.id, booking: charged };
}

/** Charges the rest of a call that went on after it was charged, since its process was only held up. */
async function settleRest(rows: ExclusiveRows, marked: Reservation, { booking }: Charge): Promise<void> {
  const { call, day, accounts, charged } = marked;
  if (!booking || !charged) return;
  const cost = paidFor(booking) - paidFor(charged);
  if (cost <= 0) return;
  const output = Math.max(0, booking.usage.output - charged.usage.output);
  const usage = { input: 0, cached: 0, output, reasoning: 0 };
  const { add, ...addition } = bookAddition(marked.spender, { ...charged, usage, cost }, day);
  // The call itself is counted.
  const { requests: _, estimated: __, ...rest } = add;
  const spent = { [FIELDS[call.payer].spent]: cost };
  rows.add(accounts.map(({ id, ttl }) => ({ key: accountKey(id), add: spent, ttl })));
  rows.add([{ ...addition, add: rest }]);
  const now = { ...charged, usage: { ...charged.usage, output: charged.usage.output + output } };
  const value = { ...marked, charged: { ...now, cost: paidFor(booking) } };
  await rows.write([{ key: keyOf(marked), value, ttl: CHARGED_DEAD_MS }]);
}

/** @param open the row, whose spender has no name any more once the person was forgotten */
function settle(rows: ExclusiveRows, open: Reservation, { booking }: Charge): void {
  const { call, day, accounts, held } = open;
  const { spent, reserved } = FIELDS[call.payer];
  const cost = booking ? paidFor(booking) : 0;
  if (cost !== 0 || held !== 0) {
    const add = { [spent]: cost, [reserved]: -held };
    rows.add(accounts.map(({ id, ttl }) => ({ key: accountKey(id), add, ttl })));
  }
  if (booking) rows.add([bookAddition(open.spender, booking, day)]);
}

/** Charges the call that a dead attempt left open. Undefined: there is none. */
export async function settleDeadAttempt(
  rows: ExclusiveRows,
  conversation: ConversationId,
  attempt: string,
): Promise<DeadCall | undefined> {
  const reservation = await rows.read<Reservation | null>(reservationKey(conversation, attempt));
  return isOpen(reservation) ? settleDead(rows, reservation) : undefined;
}
