/**
 * Attempts at the turns of one lane, one at a time. Each calls the handler once, and returns how to settle the lane.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { whereFrom } from '../../core/reports/where-from.ts';
import {
  INTERRUPT,
  LOST,
  type QueuedAttempt,
  RESTART,
  SHUTDOWN,
  type TurnHandler,
} from '../../core/turn/queue.ts';
import type { ConversationId, Message } from '../../core/types.ts';
import type { PartitionLease } from '../leases/leases.ts';
import type { ExclusiveRows, Store } from '../store.ts';
import { FencedError, type FencedRows } from './fenced-rows.ts';
import { openAttempt } from './open-attempt.ts';
import type { Begun } from './rows/begin-turn.ts';
import { settle, type TurnOutcome } from './rows/end-turn.ts';
import type { LaneRow, LaneTurn } from './rows/lane-rows.ts';

export interface AttemptsOptions {
  store: Store;
  rows: FencedRows;
  lease: PartitionLease;
  /** The lane's. */
  key: string;
  conversation: ConversationId;
  handle: TurnHandler;
  isStopping(): boolean;
  /** Whether the lane may have changed since it was read last. */
  isDirty(): boolean;
  log: Logger;
  /** As the queue's. */
  pace: number;
}

/** Changes the lane after an attempt. Repeated, it changes nothing more. */
export type Settle = (rows: ExclusiveRows) => Promise<void>;

export interface Attempts {
  readonly running: { conversation: ConversationId; id: string } | undefined;
  /** Makes one attempt. Undefined: there is nothing to settle. @throws FencedError */
  make(begun: Begun, id: string): Promise<Settle | undefined>;
  /** Looks for a request about the turn that runs. */
  follow(): void;
  /** Stops the attempt. False: none runs, or it was stopped before. */
  abort(reason?: string): boolean;
}

interface Running {
  conversation: ConversationId;
  id: string;
  controller: AbortController;
}

/** Attempts at an answer, without those before one that ended a step. After these, the turn is closed with a notice. */
const MOST_ATTEMPTS = 3;
/** Attempts to close a turn if the process dies each time. Then the turn is dropped. These attempts ask no model. */
const MOST_CLOSINGS = 20;
/** The same if the handler fails and the process lives. */
const MOST_FAILED_CLOSINGS = 2;
/** Wait after the first failed attempt, ms. It grows with each attempt. */
const FAILED_WAIT_MS = 1_000;

export function createAttempts(options: AttemptsOptions): Attempts {
  const { store, rows, lease, key, conversation, handle, isStopping, isDirty, log, pace } = options;
  /** Closings of the lane's first turn that failed one after another. */
  let failedClosings = 0;
  let running: Running | undefined;

  async function handled(message: Message, attempt: QueuedAttempt): Promise<'done' | 'left' | 'failed'> {
    const place = { conversation, turn: message.id };
    if (attempt.number > MOST_ATTEMPTS + MOST_CLOSINGS || failedClosings >= MOST_FAILED_CLOSINGS) {
      log.error({ ...place, attempts: attempt.number - 1 }, 'turn set aside: it failed each time');
      return 'done';
    }
    if (isStopping()) return 'left';
    try {
      return await handle(message, attempt);
    } catch (error) {
      log.error({ ...place, attempt: attempt.number, error: whereFrom(error) }, 'turn failed');
      return 'failed';
    }
  }

  function follow(): void {
    if (!running) return;
    const { id, controller } = running;
    entryOf(store, key, id)
      .then((turn) => turn && stopAsAsked(controller, turn))
      .catch((error) =>
        log.warn({ conversation, error: whereFrom(error) }, 'request to stop or restart a turn not read'),
      );
  }

  return {
    get running() {
      return running;
    },
    follow,
    abort(reason) {
      if (!running || running.controller.signal.aborted) return false;
      running.controller.abort(reason);
      return true;
    },
    async make(begun, id) {
      // If this process was held up, the change that began the turn may have reached the store long ago.
      if (!(await lease.isHeld())) throw new FencedError();
      const { message, turn } = begun;
      const isOften = turn.attempts > MOST_ATTEMPTS;
      const controller = new AbortController();
      running = { conversation, id: message.id, controller };
      stopAsAsked(controller, turn);
      // A request may have come while the turn began.
      if (isDirty()) follow();
      const mode = turn.phase === 'answered' ? 'show' : isOften ? 'close' : 'answer';
      const opened = openAttempt({ store, rows, lease, key, begun, id, mode, controller, pace });
      const result = await handled(message, opened.attempt);
      opened.stopDrafting();
      running = undefined;
      failedClosings = result === 'failed' && isOften ? failedClosings + 1 : 0;
      if (lease.lost.aborted || controller.signal.reason === LOST) throw new FencedError();
      if (result !== 'done' && !isStopping()) await sleep(FAILED_WAIT_MS * turn.attempts * pace);
      if (result === 'failed') return undefined;
      const outcome = outcomeOf(result, controller.signal.reason, opened.ended());
      return async (all) => {
        await opened.keepLate(all);
        await settle(all, key, { id: message.id, attempt: id }, outcome);
      };
    },
  };
}

async function entryOf(store: Store, key: string, id: string): Promise<LaneTurn | undefined> {
  return (await store.read<LaneRow>(key))?.turns.find((turn) => turn.id === id);
}

/** Stops an attempt if the turn's entry in the lane asks for it. */
function stopAsAsked(controller: AbortController, { isEdited, request }: LaneTurn): void {
  if (controller.signal.aborted) return;
  if (isEdited) controller.abort(RESTART);
  else if (request === 'interrupt') controller.abort(INTERRUPT);
  else if (request === 'stop') controller.abort();
}

function outcomeOf(result: 'done' | 'left', reason: unknown, ended?: { isKept: boolean }): TurnOutcome {
  if (reason === RESTART) return 'again';
  if (result === 'left' || (reason === SHUTDOWN && !ended)) return 'handed';
  return ended?.isKept === false ? 'late' : 'done';
}
