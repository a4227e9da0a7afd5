/** Looks for calls that nobody will charge any more, since their process died, and charges them. */
import type { Logger } from 'pino';
import { StoreError } from '../../core/errors.ts';
import type { Reservation } from '../../core/money/metering/reservation.ts';
import type { SpendingWatch } from '../../core/money/metering/spending-watch.ts';
import { whereFrom } from '../../core/reports/where-from.ts';
import { transcriptName } from '../branches/branch-list.ts';
import { OPEN_CALLS } from '../keys.ts';
import type { LaneRow } from '../queue/rows/lane-rows.ts';
import type { Rows, Store } from '../store.ts';
import { isOpen, settleDead } from './ledger.ts';

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

/** @param isDead whether a process can no longer charge its calls */
export function createOpenCalls(
  store: Store,
  isDead: (process: string) => Promise<boolean>,
  log: Logger,
  watch?: Pick<SpendingWatch, 'booked'>,
): OpenCalls {
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;

  async function look(): Promise<void> {
    // Charged calls of dead processes leave marks for a while: nobody asks about their processes any more.
    const open = (await store.readMany<Reservation | null>(await store.keys(OPEN_CALLS))).filter(isOpen);
    const processes = new Set(open.flatMap(({ process = [] }) => process));
    const dead = new Set(await deadOf([...processes]));
    for (const reservation of open) {
      if (!(await isLeft(store, reservation, dead))) continue;
      const charged = await store.exclusive(transcriptName(reservation.spender.conversation), async (rows) =>
        (await isLeft(rows, reservation, dead)) ? settleDead(rows, reservation) : undefined,
      );
      if (charged) watch?.booked(charged.booking);
    }
  }

  async function deadOf(processes: string[]): Promise<string[]> {
    const found: string[] = [];
    for (const id of processes) if (await isDead(id)) found.push(id);
    return found;
  }

  function later(ms: number): void {
    timer = setTimeout(async () => {
      try {
        await look();
      } catch (error) {
        const level = error instanceof StoreError ? 'debug' : 'error';
        log[level]({ error: whereFrom(error) }, 'calls of dead processes were not looked for');
      }
      if (!isStopped) later(LOOK_MS);
    }, ms).unref();
  }

  return {
    look,
    start: () => later(0),
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}

/**
 * Whether nobody will charge a call any more. The next attempt at a turn charges the call of a dead process too, but it
 * may never come: its platform can have been turned off.
 */
async function isLeft(
  rows: Pick<Rows, 'read'>,
  { at, attempt, process }: Reservation,
  dead: Set<string>,
): Promise<boolean> {
  if (process !== undefined && dead.has(process)) return true;
  if (attempt) return !(await isRunning(rows, attempt));
  return Date.now() - at > LONGEST_CALL_MS || process === undefined;
}

/** Whether the attempt answers its turn. It does not if another attempt does, or if the turn is answered or gone. */
async function isRunning(rows: Pick<Rows, 'read'>, { id, lane: key }: NonNullable<Reservation['attempt']>) {
  const lane = await rows.read<LaneRow>(key);
  return lane?.turns.some(({ run, phase }) => run === id && phase !== 'answered') ?? false;
}
