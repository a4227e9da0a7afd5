/** One attempt, from its begin until the handler has ended: what the handler calls, and the answer that it has kept. */
import type { Charge } from '../../core/money/metering/reservation.ts';
import { LOST, type QueuedAttempt } from '../../core/turn/queue.ts';
import type { Turn } from '../../core/types.ts';
import { reservationKey } from '../keys.ts';
import type { PartitionLease } from '../leases/leases.ts';
import { settleCharge } from '../ledger/ledger.ts';
import type { ExclusiveRows, Store } from '../store.ts';
import { FencedError, type FencedRows } from './fenced-rows.ts';
import { journalling } from './journalling.ts';
import type { Begun } from './rows/begin-turn.ts';
import { readDrafts, writeDraft } from './rows/drafts.ts';
import { keepAnswer } from './rows/end-turn.ts';
import { readJournal } from './rows/journals.ts';

export interface OpenAttempt {
  attempt: QueuedAttempt;
  /** The turn that the handler has kept. `isKept` is false while the store has not taken it. */
  ended(): { turn: Turn; isKept: boolean } | undefined;
  /** Keeps the answer if the store did not take it before. */
  keepLate(rows: ExclusiveRows): Promise<void>;
  stopDrafting(): void;
}

export interface OpenAttemptOptions {
  store: Pick<Store, 'read' | 'readMany'>;
  rows: FencedRows;
  lease: PartitionLease;
  /** The lane's. */
  key: string;
  begun: Begun;
  /** The attempt's id. */
  id: string;
  mode: QueuedAttempt['mode'];
  controller: AbortController;
  /** As the queue's. */
  pace: number;
}

/** Time between two writes of a draft, ms. */
const DRAFT_MS = 500;

export function openAttempt(options: OpenAttemptOptions): OpenAttempt {
  const { store, rows, lease, key, begun, id, mode, controller, pace } = options;
  const { message, turn } = begun;
  const { conversation } = message;
  const keptAs = { attempt: id, message };
  let ended: { turn: Turn; charge: Charge | undefined; isKept: boolean } | undefined;
  let text = () => '';
  let drafted = 0;
  const note = journalling({ key, ...keptAs });

  async function draft(): Promise<void> {
    const now = text();
    if (now.length === drafted || ended) return;
    await rows.change((all) => writeDraft(all, conversation, message.id, { run: id, text: now }));
    drafted = now.length;
  }

  async function change(all: ExclusiveRows, answered: Turn, charge: Charge | undefined): Promise<void> {
    // Read together, since each reading costs a round trip on a server.
    await all.readMany([key, reservationKey(conversation, id)]);
    if (charge) await settleCharge(all, charge);
    await keepAnswer(all, key, answered, keptAs);
  }

  return {
    attempt: {
      mode,
      reference: { id, lane: key },
      number: turn.attempts,
      revision: turn.revision,
      ...(begun.files.length > 0 && { replaces: begun.files }),
      signal: controller.signal,
      isHeld: lease.isHeld,
      draft(source) {
        text = source;
      },
      drafted: async () => (await readDrafts(store, conversation, [message.id]))[0]?.text ?? '',
      journalled: () => readJournal(store, conversation, message.id),
      async journal(journal, charge) {
        try {
          await rows.change((all) => note(all, journal, charge));
        } catch (error) {
          if (!(error instanceof FencedError)) throw error;
          controller.abort(LOST);
        }
      },
      async keep(answered, charge) {
        ended = { turn: answered, charge, isKept: false };
        try {
          await rows.change((all) => change(all, answered, charge));
          ended.isKept = true;
        } catch (error) {
          if (!(error instanceof FencedError)) throw error;
          controller.abort(LOST);
        }
      },
    },
    ended: () => ended,
    async keepLate(all) {
      if (ended && !ended.isKept) await change(all, ended.turn, ended.charge);
    },
    stopDrafting: every(DRAFT_MS * pace, draft),
  };
}

/** Calls a task at an interval, one call at a time. If a call throws, the next one tries again. Returns how to stop. */
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
