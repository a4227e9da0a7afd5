/**
 * The turn queue: what is accepted stands in the store until it is shown, so that whoever runs next goes on with it. In
 * memory is only what runs here. Which process answers what is a matter of leases.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { StoreError } from '../../core/errors.ts';
import { whereFrom } from '../../core/reports/where-from.ts';
import { type LiveTurn, LOST, SHUTDOWN, type TurnHandler, type TurnQueue } from '../../core/turn/queue.ts';
import type { ConversationId, Message } from '../../core/types.ts';
import { ALL_LANES, conversationOfKey, laneKey, lanesIn, partitionOfKey } from '../keys.ts';
import type { PartitionLease, PartitionLeases } from '../leases/leases.ts';
import type { ExclusiveRows, Store } from '../store.ts';
import { findTurn, transcriptName, turnAt } from '../tables/transcript-rows.ts';
import { acceptInto, addAgain, askToStop, type LaneRow, readDrafts, replaceMessage } from './lane-rows.ts';
import { createLaneWorker, type LaneWorker } from './lane-worker.ts';
import { createSlots, type SlotsOptions } from './slots.ts';

export interface TurnQueueOptions {
  store: Store;
  leases: PartitionLeases;
  /** The beginning of a conversation's id by which its turns are leased; undefined if this process cannot answer them. */
  partitionOf(conversation: ConversationId): string | undefined;
  /** Turns of a tenant, and of a person, that this process answers at once; absent: any number. */
  atOnce?: SlotsOptions;
  /** So many messages may wait in a lane. */
  mostWaiting: number;
  log: Logger;
  /** All times are so many times as long: for tests, in which much happens. */
  pace?: number;
}

/** Between looks for what dead processes left, and for what other processes said in vain. */
const SWEEP_MS = 2_000;
/** From the end of the grace to when what still runs is left as it is. */
const HAND_OVER_MS = 10_000;

const NO_LIMITS: SlotsOptions = {
  limitsOf: () => ({ ofPerson: Number.POSITIVE_INFINITY, ofTenant: Number.POSITIVE_INFINITY }),
  personOf: ({ author }) => author.id,
};

/** A partition that this process answers, and those of its lanes that a worker is busy with. */
interface HeldPartition {
  lease: PartitionLease;
  lanes: Map<string, LaneWorker>;
  onLost(): void;
}

export function createTurnQueue({
  store,
  leases,
  partitionOf,
  atOnce = NO_LIMITS,
  mostWaiting,
  log,
  pace = 1,
}: TurnQueueOptions): TurnQueue {
  const slots = createSlots(atOnce);
  const partitions = new Map<string, HeldPartition>();
  /** Requests for a lease under way: a partition is acquired once at a time. */
  const acquiring = new Map<string, Promise<HeldPartition | undefined>>();
  const working = new Set<Promise<void>>();
  let handle: TurnHandler | undefined;
  let isStopping = false;
  let sweeping: NodeJS.Timeout | undefined;

  const keyOf = ({ conversation, lane }: Pick<Message, 'conversation' | 'lane'>) =>
    laneKey(partitionOf(conversation) ?? conversation, conversation, lane);
  const lanesOf = (conversation: ConversationId) =>
    store.keys(laneKey(partitionOf(conversation) ?? conversation, conversation, ''));

  function held(name: string): Promise<HeldPartition | undefined> {
    const known = partitions.get(name);
    if (known) return Promise.resolve(known);
    const now = acquiring.get(name) ?? acquire(name).finally(() => acquiring.delete(name));
    acquiring.set(name, now);
    return now;
  }

  async function acquire(name: string): Promise<HeldPartition | undefined> {
    const made = await leases.acquire(name);
    if (!made) return undefined;
    const partition: HeldPartition = {
      lease: made,
      lanes: new Map(),
      onLost() {
        if (partitions.get(name) === partition) partitions.delete(name);
        for (const lane of partition.lanes.values()) lane.abort(LOST);
      },
    };
    partitions.set(name, partition);
    made.lost.addEventListener('abort', partition.onLost);
    return partition;
  }

  /** There is something to do in a lane: it is done here, or where its partition is answered. */
  async function wake(key: string): Promise<void> {
    const name = partitionOfKey(key);
    const isForHere = handle && !isStopping && partitionOf(conversationOfKey(key)) !== undefined;
    const partition = isForHere ? await held(name) : partitions.get(name);
    // Left in the same moment: another claim may be under way.
    if (partition && partitions.get(name) !== partition) await wake(key);
    else if (partition) work(partition, key);
    else store.tell(key);
  }

  /** As `wake`. What stands in the store is found again, should that fail now. */
  function wakeSoon(key: string): void {
    wake(key).catch((error) => {
      log.warn({ error: whereFrom(error) }, 'lane not taken up; it is tried again');
      if (!isStopping) setTimeout(wakeSoon, SWEEP_MS * pace, key).unref();
    });
  }

  function work(partition: HeldPartition, key: string): void {
    const known = partition.lanes.get(key);
    if (known) {
      known.look();
      return;
    }
    if (!handle || isStopping) return;
    const lane = createLaneWorker({
      store,
      lease: partition.lease,
      key,
      handle,
      slots,
      isStopping: () => isStopping,
      log,
      pace,
    });
    partition.lanes.set(key, lane);
    const done = lane.done.finally(() => {
      partition.lanes.delete(key);
      working.delete(done);
      if (lane.isDirty && !isStopping && !partition.lease.lost.aborted) work(partition, key);
      else if (partition.lanes.size === 0) void leave(partition);
    });
    working.add(done);
  }

  /**
   * Nothing is left to do in a partition. What another process is told while this one still holds it is looked for once it is
   * released.
   */
  async function leave(partition: HeldPartition): Promise<void> {
    const name = partition.lease.partition;
    if (partitions.get(name) !== partition) return;
    partitions.delete(name);
    // The signal may be that of the whole process, which outlives its partitions.
    if (partition.lanes.size === 0) partition.lease.lost.removeEventListener('abort', partition.onLost);
    try {
      await leases.release(partition.lease);
      if (isStopping || !store.isShared) return;
      for (const key of await store.keys(lanesIn(name))) wakeSoon(key);
    } catch (error) {
      log.warn({ error: whereFrom(error) }, 'partition not released');
    }
  }

  async function sweep(): Promise<void> {
    const keys = await store.keys(ALL_LANES);
    const away = [...new Set(keys.map(partitionOfKey))].filter((name) => !partitions.has(name));
    const unheld = new Set(await leases.unheld(away));
    for (const key of keys) {
      const name = partitionOfKey(key);
      if (partitions.has(name) || unheld.has(name)) wakeSoon(key);
    }
  }

  function sweepAgain(): void {
    sweeping = setTimeout(async () => {
      try {
        await sweep();
      } catch (error) {
        const level = error instanceof StoreError ? 'debug' : 'error';
        log[level]({ error: whereFrom(error) }, 'the store was not looked through');
      }
      if (!isStopping) sweepAgain();
    }, SWEEP_MS * pace);
  }

  /** Of a turn that runs here. */
  function workerOf(conversation: ConversationId, id: string): LaneWorker | undefined {
    const lanes = partitions.get(partitionOf(conversation) ?? conversation)?.lanes.values() ?? [];
    return [...lanes].find(({ running }) => running?.conversation === conversation && running.id === id);
  }

  /** Changes a lane. */
  async function changed<T>(key: string, change: (rows: ExclusiveRows) => Promise<T>): Promise<T> {
    try {
      return await store.exclusive(transcriptName(conversationOfKey(key)), change);
    } catch (error) {
      // It may have been done all the same. Where several processes work, they look through the store anyway.
      if (!store.isShared) wakeSoon(key);
      throw error;
    }
  }

  /** @returns whether there was any such turn */
  async function stopIn(key: string, id: string | undefined): Promise<boolean> {
    const isFound = await changed(key, (rows) => askToStop(rows, key, id));
    if (isFound) wakeSoon(key);
    return isFound;
  }

  const stopListening = store.onTold((key) => {
    const partition = partitions.get(partitionOfKey(key));
    if (partition) work(partition, key);
  });

  return {
    async accept(message, whenBusy = 'wait') {
      const key = keyOf(message);
      const result = await changed(key, (rows) => acceptInto(rows, key, message, { whenBusy, mostWaiting }));
      // Also what was kept before without its asker hearing of it, as at a deadline.
      if (result !== 'full') wakeSoon(key);
      return result;
    },

    async retry(conversation, messageId) {
      const turn = await findTurn(store, conversation, messageId);
      if (!turn) return false;
      const key = keyOf(turn.message);
      const isAdded = await changed(key, (rows) => addAgain(rows, key, turn));
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

    async cancel(conversation, messageId) {
      // At once where it runs here, whatever the store does.
      if (messageId !== undefined && workerOf(conversation, messageId)?.abort()) return true;
      let isFound = false;
      for (const key of await lanesOf(conversation)) {
        if (await stopIn(key, messageId)) isFound = true;
      }
      return isFound;
    },

    async busyWithin(place) {
      const keys = await store.keys(lanesIn(partitionOf(place) ?? place));
      const isWithin = (id: ConversationId) => id === place || id.startsWith(`${place}:`);
      return [...new Set(keys.map(conversationOfKey))].filter(isWithin);
    },

    async live(conversation) {
      const rows = await store.readMany<LaneRow>(await lanesOf(conversation));
      const turns = rows.flatMap((row) => row?.turns ?? []);
      const drafts = await readDrafts(
        store,
        conversation,
        turns.map(({ id }) => id),
      );
      return Promise.all(
        turns.map(async ({ id, seq, phase, run }, i): Promise<LiveTurn> => {
          const draft = drafts[i];
          const kept = phase === 'answered' ? await turnAt(store, conversation, { id, seq }) : undefined;
          return { id, phase, run, text: kept?.answer ?? (draft?.run === run ? draft.text : '') };
        }),
      );
    },

    run(handler) {
      handle = handler;
      if (store.isShared) sweepAgain();
    },

    recover: sweep,

    async stop(graceMs) {
      isStopping = true;
      clearTimeout(sweeping);
      // Those that wait for a slot are left to whoever runs next.
      for (const { lanes } of partitions.values()) for (const lane of lanes.values()) lane.look();
      const allDone = async () => {
        while (working.size > 0) await Promise.all(working);
      };
      const within = (ms: number) => Promise.race([allDone(), sleep(ms, undefined, { ref: false })]);
      await within(graceMs);
      for (const { lanes } of partitions.values()) for (const lane of lanes.values()) lane.abort(SHUTDOWN);
      await within(HAND_OVER_MS * pace);
      stopListening();
      // What still runs is held until this process is gone.
      await Promise.all([...partitions.values()].filter(({ lanes }) => lanes.size === 0).map(leave));
    },
  };
}
