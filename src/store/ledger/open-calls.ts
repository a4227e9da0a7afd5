/** Looks for calls that nobody will charge any more, since their process died, and charges them. */
import type { Logger } from 'pino';
import { StoreError } from '../../core/errors.ts';
import { bookingOfDead, type Reservation } from '../../core/money/metering/reservation.ts';
import { whereFrom } from '../../core/reports/where-from.ts';
import { OPEN_CALLS } from '../keys.ts';
import type { LaneRow } from '../queue/rows/lane-rows.ts';
import type { Rows, Store } from '../store.ts';
import { transcriptName } from '../tables/transcript-rows.ts';
import { settleCharge } from './ledger.ts';

export interface OpenCalls {
  /** Looks now. @throws StoreError */
  look(): Promise<void>;
  /** Looks from time to time. */
  start(): void;
  stop(): void;
}

const LOOK_MS = 10_000;
/** A call that belongs to no turn is given up after this time, ms. Its own deadlines are far shorter. */
const LONGEST_CALL_MS = 15 * 60_000;

export function createOpenCalls(store: Store, log: Logger): OpenCalls {
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;

  async function look(): Promise<void> {
    const open = await store.readMany<Reservation | null>(await store.keys(OPEN_CALLS));
    for (const reservation of open) {
      if (!reservation || !(await isLeft(store, reservation, Date.now()))) continue;
      await store.exclusive(transcriptName(reservation.spender.conversation), async (rows) => {
        if (await isLeft(rows, reservation, rows.now))
          await settleCharge(rows, { reservation, booking: bookingOfDead(reservation, rows.now) });
      });
    }
  }

  function later(): void {
    timer = setTimeout(async () => {
      try {
        await look();
      } catch (error) {
        const level = error instanceof StoreError ? 'debug' : 'error';
        log[level]({ error: whereFrom(error) }, 'calls of dead processes were not looked for');
      }
      if (!isStopped) later();
    }, LOOK_MS).unref();
  }

  return {
    look,
    start: later,
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}

/** Whether nobody will charge a call: another attempt has its turn, or its turn is gone. */
async function isLeft(rows: Pick<Rows, 'read'>, { at, attempt }: Reservation, now: number): Promise<boolean> {
  if (!attempt) return now - at > LONGEST_CALL_MS;
  const lane = await rows.read<LaneRow>(attempt.lane);
  return !lane?.turns.some(({ run }) => run === attempt.id);
}
