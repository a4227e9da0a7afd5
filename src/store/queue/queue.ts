/**
 * The turn queue: what is accepted stands in the store until it is shown, so that whoever runs next goes on with it. In
 * memory is only what runs here. Which process answers what is a matter of claims.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { StoreError } from '../../core/errors.ts';
import { whereFrom } from '../../core/reports/where-from.ts';
import { type LiveTurn, LOST, SHUTDOWN, type TurnHandler, type TurnQueue } from '../../core/turn/queue.ts';
import type { ConversationId, Message } from '../../core/types.ts';
import type { Claim, Claims } from '../leases/leases.ts';
import type { ExclusiveRows, Store } from '../store.ts';
import { findTurn, transcriptName, turnAt } from '../tables/transcript-rows.ts';
import {
  ALL_LANES,
  acceptInto,
  addAgain,
  askToStop,
  conversationOfKey,
  homeOfKey,
  type LaneRow,
  laneKey,
  readDrafts,
  replaceMessage,
} from './lane-rows.ts';
import { createLaneWorker, type LaneWorker } from './lane-worker.ts';
import { createSlots, type SlotsOptions } from './slots.ts';

export interface TurnQueueOptions {
  store: Store;
  claims: Claims;
  /** What a conversation's turns are claimed by, a beginning of its id; undefined where they cannot be answered here. */
  homeOf(conversation: ConversationId): string | undefined;
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

/** A home that is answered here, and its lanes that are worked on. */
interface Home {
  claim: Claim;
  lanes: Map<string, LaneWorker>;
  onLost(): void;
}

export function createTurnQueue({
  store,
  claims,
  homeOf,
  atOnce = NO_LIMITS,
  mostWaiting,
  log,
  pace = 1,
}: TurnQueueOptions): TurnQueue {
  const slots = createSlots(atOnce);
  const homes = new Map<string, Home>();
  /** Claims under way, so that one home is claimed once. */
  const claiming = new Map<string, Promise<Home | undefined>>();
  const working = new Set<Promise<void>>();
  let handle: TurnHandler | undefined;
  let isStopping = false;
  let sweeping: NodeJS.Timeout | undefined;

  const keyOf = ({ conversation, lane }: Pick<Message, 'conversation' | 'lane'>) =>
    laneKey(homeOf(conversation) ?? conversation, conversation, lane);
  const lanesOf = (conversation: ConversationId) =>
    store.keys(laneKey(homeOf(conversation) ?? conversation, conversation, ''));

  function claimed(name: string): Promise<Home | undefined> {
    const held = homes.get(name);
    if (held) return Promise.resolve(held);
    const now = claiming.get(name) ?? claim(name).finally(() => claiming.delete(name));
    claiming.set(name, now);
    return now;
  }

  async function claim(name: string): Promise<Home | undefined> {
    const made = await claims.claim(name);
    if (!made) return undefined;
    const home: Home = {
      claim: made,
      lanes: new Map(),
      onLost() {
        if (homes.get(name) === home) homes.delete(name);
        for (const lane of home.lanes.values()) lane.abort(LOST);
      },
    };
    homes.set(name, home);
    made.lost.addEventListener('abort', home.onLost);
    return home;
  }

  /** There is something to do in a lane: it is done here, or where its home is answered. */
  async function wake(key: string): Promise<void> {
    const name = homeOfKey(key);
    const isForHere = handle && !isStopping && homeOf(conversationOfKey(key)) !== undefined;
    const home = isForHere ? await claimed(name) : homes.get(name);
    // Left in the same moment: another claim may be under way.
    if (home && homes.get(name) !== home) await wake(key);
    else if (home) work(home, key);
    else store.tell(key);
  }

  /** As `wake`. What stands in the store is found again, should that fail now. */
  function wakeSoon(key: string): void {
    wake(key).catch((error) => {
      log.warn({ error: whereFrom(error) }, 'lane not taken up; it is tried again');
      if (!isStopping) setTimeout(wakeSoon, SWEEP_MS * pace, key).unref();
    });
  }

  function work(home: Home, key: string): void {
    const known = home.lanes.get(key);
    if (known) {
      known.look();
      return;
    }
    if (!handle || isStopping) return;
    const lane = createLaneWorker({
      store,
      claim: home.claim,
      key,
      handle,
      slots,
      isStopping: () => isStopping,
      log,
      pace,
    });
    home.lanes.set(key, lane);
    const done = lane.done.finally(() => {
      home.lanes.delete(key);
      working.delete(done);
      if (lane.isDirty && !isStopping && !home.claim.lost.aborted) work(home, key);
      else if (home.lanes.size === 0) void leave(home);
    });
    working.add(done);
  }

  /**
   * Nothing is left to do in a home. What another process is told while this one still holds it is looked for once it is
   * released.
   */
  async function leave(home: Home): Promise<void> {
    const name = home.claim.home;
    if (homes.get(name) !== home) return;
    homes.delete(name);
    // The signal may be that of the whole process, which outlives its homes.
    if (home.lanes.size === 0) home.claim.lost.removeEventListener('abort', home.onLost);
    try {
      await claims.release(home.claim);
      if (isStopping || !store.isShared) return;
      for (const key of await store.keys(`${ALL_LANES}${name}|`)) wakeSoon(key);
    } catch (error) {
      log.warn({ error: whereFrom(error) }, 'home not released');
    }
  }

  async function sweep(): Promise<void> {
    const keys = await store.keys(ALL_LANES);
    const away = [...new Set(keys.map(homeOfKey))].filter((name) => !homes.has(name));
    const unheld = new Set(await claims.unheld(away));
    for (const key of keys) {
      const name = homeOfKey(key);
      if (homes.has(name) || unheld.has(name)) wakeSoon(key);
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
    const lanes = homes.get(homeOf(conversation) ?? conversation)?.lanes.values() ?? [];
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
    const home = homes.get(homeOfKey(key));
    if (home) work(home, key);
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
      const keys = await store.keys(`${ALL_LANES}${homeOf(place) ?? place}|`);
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
      for (const { lanes } of homes.values()) for (const lane of lanes.values()) lane.look();
      const allDone = async () => {
        while (working.size > 0) await Promise.all(working);
      };
      const within = (ms: number) => Promise.race([allDone(), sleep(ms, undefined, { ref: false })]);
      await within(graceMs);
      for (const { lanes } of homes.values()) for (const lane of lanes.values()) lane.abort(SHUTDOWN);
      await within(HAND_OVER_MS * pace);
      stopListening();
      // What still runs is held until this process is gone.
      await Promise.all([...homes.values()].filter(({ lanes }) => lanes.size === 0).map(leave));
    },
  };
}
