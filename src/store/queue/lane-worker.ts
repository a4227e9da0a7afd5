/** Answers the turns of one lane, one after another, until none is left. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Booking } from '../../core/money/booking.ts';
import type { SpendingWatch } from '../../core/money/metering/spending-watch.ts';
import { whereFrom } from '../../core/reports/where-from.ts';
import type { TurnHandler } from '../../core/turn/queue.ts';
import type { Message } from '../../core/types.ts';
import { conversationOfKey } from '../keys.ts';
import type { PartitionLease } from '../leases/leases.ts';
import type { Store } from '../store.ts';
import { type Attempts, createAttempts, type Settle } from './attempts.ts';
import { createFencedRows, FencedError, type FencedRows, LAST_STORE_WAIT_MS } from './fenced-rows.ts';
import { beginFirst } from './rows/begin-turn.ts';
import type { Slots } from './slots.ts';

export interface LaneWorkerOptions {
  store: Store;
  lease: PartitionLease;
  key: string;
  handle: TurnHandler;
  slots: Slots;
  /** Once true, no further turn is begun. */
  isStopping(): boolean;
  log: Logger;
  /** As the queue's. */
  pace: number;
  /** Told of calls that dead attempts left open, once they are charged. */
  watch?: Pick<SpendingWatch, 'booked'> | undefined;
}

export interface LaneWorker extends Pick<Attempts, 'running' | 'abort'> {
  /** Whether `look` was called since the lane was read last. */
  readonly isDirty: boolean;
  /** Tells the worker that the lane may have changed. */
  look(): void;
  /** Resolves when this process has nothing left to do in the lane. Never rejects. */
  done: Promise<void>;
}

export function createLaneWorker(options: LaneWorkerOptions): LaneWorker {
  const { key, slots, isStopping, log, pace } = options;
  const conversation = conversationOfKey(key);
  /** The lane may have changed since it was read last. */
  let isDirty = true;
  /** Ends the wait for a slot. */
  let wake = () => {};
  const rows = createFencedRows({ ...options, conversation });
  const attempts = createAttempts({ ...options, rows, conversation, isDirty: () => isDirty });

  async function work(): Promise<void> {
    let settleLast: Settle | undefined;
    try {
      while (!isStopping()) {
        isDirty = false;
        const attempt = randomUUID();
        const begun = await beginNext(options, rows, attempt, settleLast);
        settleLast = undefined;
        if (begun === 'held') {
          if (!isDirty) await slotOrLook();
          continue;
        }
        if (begun) settleLast = await attempts.make(begun, attempt);
        slots.release(key);
        if (!begun && !isDirty) return;
      }
      if (settleLast) await rows.persist(settleLast);
    } catch (error) {
      if (error instanceof FencedError) return;
      log.error({ conversation, error: whereFrom(error) }, 'lane worker failed');
      if (!isStopping()) await sleep(LAST_STORE_WAIT_MS * pace);
      // The queue begins another worker for the remaining turns.
      isDirty = true;
    } finally {
      slots.release(key);
    }
  }

  /** Resolves once the lane has a slot, or may have changed. */
  async function slotOrLook(): Promise<void> {
    const { promise: looked, resolve } = Promise.withResolvers<void>();
    wake = resolve;
    await Promise.race([slots.given(key), looked]);
  }

  return {
    get running() {
      return attempts.running;
    },
    get isDirty() {
      return isDirty;
    },
    look() {
      isDirty = true;
      wake();
      attempts.follow();
    },
    abort(reason) {
      wake();
      return attempts.abort(reason);
    },
    done: work(),
  };
}

/** Ends the last turn and begins the next in one change, since each change costs a round trip on a server. */
async function beginNext(
  { key, slots, watch }: LaneWorkerOptions,
  rows: FencedRows,
  attempt: string,
  settleLast: Settle | undefined,
): ReturnType<typeof beginFirst> {
  // By the reservation's id, since the change may be tried several times.
  const charged = new Map<string, Booking>();
  const begun = await rows.persist(async (all) => {
    await settleLast?.(all);
    const mayBegin = (message: Message) => slots.take(key, message);
    return beginFirst(all, key, attempt, mayBegin, ({ id, booking }) => charged.set(id, booking));
  });
  for (const booking of charged.values()) watch?.booked(booking);
  return begun;
}
