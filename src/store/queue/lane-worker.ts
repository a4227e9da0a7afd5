/** Answers the turns of one lane, one after another, until none is left. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { StoreError } from '../../core/errors.ts';
import { whereFrom } from '../../core/reports/where-from.ts';
import { INTERRUPT, LOST, RESTART, type Run, SHUTDOWN, type TurnHandler } from '../../core/turn/queue.ts';
import type { ConversationId, Turn } from '../../core/types.ts';
import { conversationOfKey } from '../keys.ts';
import type { PartitionLease } from '../leases/leases.ts';
import type { ExclusiveRows, Store } from '../store.ts';
import { transcriptName } from '../tables/transcript-rows.ts';
import {
  type Begun,
  beginFirst,
  keepAnswer,
  type LaneRow,
  type LaneTurn,
  type Outcome,
  readDrafts,
  settle,
  writeDraft,
} from './lane-rows.ts';
import type { Slots } from './slots.ts';

export interface LaneWorkerOptions {
  store: Store;
  lease: PartitionLease;
  key: string;
  handle: TurnHandler;
  slots: Slots;
  /** From then on no further turn is begun. */
  isStopping(): boolean;
  log: Logger;
  /** As the queue's. */
  pace: number;
}

export interface LaneWorker {
  readonly running: { conversation: ConversationId; id: string } | undefined;
  /** Whether it was looked at since the lane was read last. */
  readonly isDirty: boolean;
  /** There may be something new in the lane. */
  look(): void;
  /** Stops what runs; false where nothing does, or it was stopped already. */
  abort(reason?: string): boolean;
  /** Resolves when nothing is left to do here. Never rejects. */
  done: Promise<void>;
}

/** An answer that is cut off is begun so often; then it is closed with a notice. */
const MOST_ATTEMPTS = 3;
/** Should the process die over that as well, so often, it is dropped: that asks no model. */
const MOST_CLOSINGS = 20;
/** The same where it fails without that. */
const MOST_FAILED_CLOSINGS = 2;
/** After a handler failed; longer each time. */
const FAILED_WAIT_MS = 1_000;
/** How old the text of a draft may be. */
const DRAFT_MS = 500;
/** Between attempts while the store fails. */
const STORE_WAITS_MS = [200, 500, 1_000];
const LAST_STORE_WAIT_MS = 2_000;
/** So often while Parley stops. */
const MOST_WHEN_STOPPING = 3;

/** The lane is another process's by now. */
class FencedError extends Error {
  override name = 'FencedError';
}

/** Done again, it changes nothing more. */
type Settle = (rows: ExclusiveRows) => Promise<void>;

export function createLaneWorker(options: LaneWorkerOptions): LaneWorker {
  const { store, lease, key, handle, slots, isStopping, log, pace } = options;
  const conversation = conversationOfKey(key);
  /** Said or wanted since the lane was read last. */
  let isDirty = true;
  /** Of the turn that is first, after one another. */
  let failedClosings = 0;
  /** Ends the wait for a slot. */
  let wake = () => {};
  let running: { conversation: ConversationId; id: string; controller: AbortController } | undefined;

  /** A change of the lane's rows that is made only while the lane is this process's. */
  function fenced<T>(change: (rows: ExclusiveRows) => Promise<T>): Promise<T> {
    return store.exclusive(transcriptName(conversation), async (rows) => {
      if (lease.lost.aborted || !(await lease.fence(rows))) throw new FencedError();
      return change(rows);
    });
  }

  /** The same, again and again while the store fails. */
  async function persist<T>(change: (rows: ExclusiveRows) => Promise<T>): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await fenced(change);
      } catch (error) {
        if (!(error instanceof StoreError) || (isStopping() && attempt >= MOST_WHEN_STOPPING)) throw error;
        log.debug({ conversation, error: whereFrom(error) }, 'the store fails; it is tried again');
        await sleep((STORE_WAITS_MS[attempt] ?? LAST_STORE_WAIT_MS) * pace);
      }
    }
  }

  async function work(): Promise<void> {
    let settleLast: Settle | undefined;
    try {
      while (!isStopping()) {
        isDirty = false;
        const run = randomUUID();
        // At once: on a server, each change costs its way there.
        const begun = await persist(async (rows) => {
          await settleLast?.(rows);
          return beginFirst(rows, key, run, (message) => slots.take(key, message));
        });
        settleLast = undefined;
        if (begun === 'held') {
          if (!isDirty) await slotOrLook();
          continue;
        }
        if (begun) settleLast = await attempt(begun, run);
        slots.release(key);
        if (!begun && !isDirty) return;
      }
      if (settleLast) await persist(settleLast);
    } catch (error) {
      if (error instanceof FencedError) return;
      log.error({ conversation, error: whereFrom(error) }, 'lane left');
      if (!isStopping()) await sleep(LAST_STORE_WAIT_MS * pace);
      // Whatever is left in it is taken up again.
      isDirty = true;
    } finally {
      slots.release(key);
    }
  }

  /** Resolves once the lane has a slot, or there may be something new in it. */
  async function slotOrLook(): Promise<void> {
    const { promise: looked, resolve } = Promise.withResolvers<void>();
    wake = resolve;
    await Promise.race([slots.given(key), looked]);
  }

  /** What is left to be done of it afterwards. */
  async function attempt({ message, turn }: Begun, id: string): Promise<Settle | undefined> {
    // That it was begun may be heard of late.
    if (!(await lease.isHeld())) throw new FencedError();
    const place = { conversation, turn: message.id };
    const controller = new AbortController();
    const mine = { conversation, id: message.id, controller };
    running = mine;
    stopAsAsked(controller, turn);
    // Wanted while it was begun.
    if (isDirty) look();
    const attempt = turn.attempts;
    const isOften = attempt > MOST_ATTEMPTS;
    /** Ended, and maybe not kept yet. */
    let ended: { turn: Turn; isKept: boolean } | undefined;
    let text = () => '';
    let drafted = 0;
    const stopDrafting = every(DRAFT_MS * pace, async () => {
      const now = text();
      if (now.length === drafted || ended) return;
      await fenced((rows) => writeDraft(rows, conversation, message.id, { run: id, text: now }));
      drafted = now.length;
    });
    const run: Run = {
      mode: turn.phase === 'answered' ? 'show' : isOften ? 'close' : 'answer',
      attempt,
      revision: turn.revision,
      signal: controller.signal,
      isHeld: lease.isHeld,
      draft(source) {
        text = source;
      },
      drafted: async () => (await readDrafts(store, conversation, [message.id]))[0]?.text ?? '',
      async keep(turn) {
        ended = { turn, isKept: false };
        try {
          await fenced((rows) => keepAnswer(rows, key, turn, { run: id, message }));
          ended.isKept = true;
        } catch (error) {
          if (!(error instanceof FencedError)) throw error;
          controller.abort(LOST);
        }
      },
    };

    let result: 'done' | 'left' | 'failed' = 'failed';
    if (attempt > MOST_ATTEMPTS + MOST_CLOSINGS || failedClosings >= MOST_FAILED_CLOSINGS) {
      log.error({ ...place, attempts: attempt - 1 }, 'turn set aside: it failed each time');
      result = 'done';
    } else if (isStopping()) result = 'left';
    else {
      try {
        result = await handle(message, run);
      } catch (error) {
        log.error({ ...place, attempt, error: whereFrom(error) }, 'turn failed');
      }
    }
    stopDrafting();
    running = undefined;
    failedClosings = result === 'failed' && isOften ? failedClosings + 1 : 0;
    if (lease.lost.aborted || controller.signal.reason === LOST) throw new FencedError();
    if (result !== 'done' && !isStopping()) await sleep(FAILED_WAIT_MS * attempt * pace);
    if (result === 'failed') return undefined;
    const outcome = outcomeOf(result, controller.signal.reason, ended);
    return async (rows) => {
      if (ended && !ended.isKept) await keepAnswer(rows, key, ended.turn, { run: id, message });
      await settle(rows, key, { id: message.id, run: id }, outcome);
    };
  }

  /** What somebody wants of the turn that runs. */
  async function followRequest({ id, controller }: NonNullable<typeof running>): Promise<void> {
    const turns = (await store.read<LaneRow>(key))?.turns;
    const turn = turns?.find((one) => one.id === id);
    if (turn) stopAsAsked(controller, turn);
  }

  function look(): void {
    isDirty = true;
    wake();
    if (running)
      followRequest(running).catch((error) => {
        log.warn({ conversation, error: whereFrom(error) }, 'request not read');
      });
  }

  return {
    get running() {
      return running;
    },
    get isDirty() {
      return isDirty;
    },
    look,
    abort(reason) {
      wake();
      if (!running || running.controller.signal.aborted) return false;
      running.controller.abort(reason);
      return true;
    },
    done: work(),
  };
}

/** Where somebody wants it. */
function stopAsAsked(controller: AbortController, { isEdited, request }: LaneTurn): void {
  if (controller.signal.aborted) return;
  if (isEdited) controller.abort(RESTART);
  else if (request === 'interrupt') controller.abort(INTERRUPT);
  else if (request === 'stop') controller.abort();
}

function outcomeOf(result: 'done' | 'left', reason: unknown, ended?: { isKept: boolean }): Outcome {
  if (reason === RESTART) return 'again';
  if (result === 'left' || (reason === SHUTDOWN && !ended)) return 'handed';
  return ended?.isKept === false ? 'late' : 'done';
}

/** Calls a task each so often, one at a time; what it throws is left for the next time. Returns how to stop that. */
function every(ms: number, task: () => Promise<void>): () => void {
  let isBusy = false;
  const timer = setInterval(async () => {
    if (isBusy) return;
    isBusy = true;
    await task().catch(() => {});
    isBusy = false;
  }, ms);
  return () => clearInterval(timer);
}
