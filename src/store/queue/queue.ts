/**
 * The turn queue. An accepted message stays in the store until its answer is shown, so any process can go on with it.
 * Memory holds only the turns that run here. Leases decide which process answers which conversation.
 */
import type { Logger } from 'pino';
import type { SpendingWatch } from '../../core/money/metering/spending-watch.ts';
import type { TurnQueue } from '../../core/turn/queue.ts';
import type { ConversationId, Message } from '../../core/types.ts';
import { transcriptName } from '../branches/branch-list.ts';
import { conversationOfKey, laneKey } from '../keys.ts';
import type { PartitionLeases } from '../leases/leases.ts';
import type { ExclusiveRows, Store } from '../store.ts';
import { findTurn } from '../tables/transcript-rows.ts';
import { createLaneWorkers, type LaneWorkers } from './lane-workers.ts';
import { busyWithin, lanesOf, liveTurns } from './live-turns.ts';
import { createPartitions, type PartitionOf, type Partitions } from './partitions.ts';
import { acceptInto, addAgain, askToStop, replaceMessage } from './rows/lane-changes.ts';
import { createSlots, type SlotsOptions } from './slots.ts';
import { createSweeps } from './sweeps.ts';

export interface TurnQueueOptions {
  store: Store;
  leases: PartitionLeases;
  partitionOf: PartitionOf;
  /** Turns of a tenant, and of a person, that this process answers at once; absent: any number. */
  atOnce?: SlotsOptions;
  /** Messages that may wait in a lane. */
  mostWaiting: number;
  log: Logger;
  /** Factor of all times: below 1 for tests, in which much happens. */
  pace?: number;
  /** Told of calls that dead attempts left open, once they are charged. */
  watch?: Pick<SpendingWatch, 'booked'>;
}

const NO_LIMITS: SlotsOptions = {
  limitsOf: () => ({ ofPerson: Number.POSITIVE_INFINITY, ofTenant: Number.POSITIVE_INFINITY }),
  personOf: ({ author }) => author.id,
};

export function createTurnQueue(options: TurnQueueOptions): TurnQueue {
  const { store, leases, partitionOf, atOnce = NO_LIMITS, mostWaiting, log, pace = 1, watch } = options;
  const partitions = createPartitions(leases);
  const slots = createSlots(atOnce);
  const workers = createLaneWorkers({ store, partitions, partitionOf, slots, log, pace, watch });
  const { wakeSoon } = workers;
  const sweeps = createSweeps({ store, leases, partitions, wakeSoon, log, pace });
  const stopListening = store.onTold(workers.look);
  const nameOf = (conversation: ConversationId) => partitionOf(conversation) ?? conversation;

  return {
    ...createTurnChanges({ store, partitions, nameOf, mostWaiting, wakeSoon }),
    busyWithin: (place) => busyWithin(store, nameOf(place), place),
    live: async (conversation) =>
      liveTurns(store, conversation, await lanesOf(store, nameOf(conversation), conversation)),
    run(handler) {
      workers.begin(handler);
      if (store.isShared) sweeps.begin();
    },
    recover: sweeps.sweep,
    async stop(graceMs) {
      sweeps.stop();
      await workers.finish(graceMs);
      stopListening();
      // Turns that still run keep their leases until this process is gone.
      await workers.leaveIdle();
    },
  };
}

interface TurnChangesOptions extends Pick<TurnQueueOptions, 'store' | 'mostWaiting'> {
  partitions: Partitions;
  /** The partition of a conversation, even if this process cannot answer it. */
  nameOf(conversation: ConversationId): string;
  wakeSoon: LaneWorkers['wakeSoon'];
}

function createTurnChanges(
  options: TurnChangesOptions,
): Pick<TurnQueue, 'accept' | 'retry' | 'restart' | 'cancel'> {
  const { store, partitions, nameOf, mostWaiting, wakeSoon } = options;
  const keyOf = ({ conversation, lane }: Message) => laneKey(nameOf(conversation), conversation, lane);

  async function changed<T>(key: string, change: (rows: ExclusiveRows) => Promise<T>): Promise<T> {
    try {
      return await store.exclusive(transcriptName(conversationOfKey(key)), change);
    } catch (error) {
      // The change may have been made all the same. On a shared store, a sweep finds it.
      if (!store.isShared) wakeSoon(key);
      throw error;
    }
  }

  return {
    async accept(message, whenBusy = 'wait') {
      const key = keyOf(message);
      const result = await changed(key, (rows) => acceptInto(rows, key, message, { whenBusy, mostWaiting }));
      // Also if it was seen: an earlier accept may have passed its deadline and been stored all the same.
      if (result !== 'full' && result !== 'gone') wakeSoon(key);
      return result;
    },

    async retry(conversation, messageId, author) {
      const turn = await findTurn(store, conversation, messageId);
      if (!turn) return false;
      const key = keyOf(turn.message);
      const isAdded = await changed(key, (rows) => addAgain(rows, key, turn, author));
      if (isAdded) wakeSoon(key);
      return isAdded;
    },

    async restart(message) {
      const key = keyOf(message);
      const phase = await changed(key, (rows) => replaceMessage(rows, key, message));
      if (phase === undefined) return false;
      if (phase !== 'waiting') wakeSoon(key);
      return true;
    },

    async cancel(conversation, messageId, why) {
      const name = nameOf(conversation);
      // A turn that runs here stops at once, whatever the store does.
      if (messageId !== undefined && partitions.workerOf(name, conversation, messageId)?.abort(why))
        return true;
      let isFound = false;
      for (const key of await lanesOf(store, name, conversation)) {
        if (!(await changed(key, (rows) => askToStop(rows, key, messageId)))) continue;
        isFound = true;
        wakeSoon(key);
      }
      return isFound;
    },
  };
}
