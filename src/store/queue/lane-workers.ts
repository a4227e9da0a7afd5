/** Starts a worker for each lane that has something to do, in the partitions that this process holds or can acquire. */
import { setTimeout as sleep } from 'node:timers/promises';
import { whereFrom } from '../../core/reports/where-from.ts';
import { SHUTDOWN, type TurnHandler } from '../../core/turn/queue.ts';
import { conversationOfKey, lanesIn, partitionOfKey } from '../keys.ts';
import { createLaneWorker, type LaneWorkerOptions } from './lane-worker.ts';
import type { HeldPartition, PartitionOf, Partitions } from './partitions.ts';

export interface LaneWorkersOptions
  extends Pick<LaneWorkerOptions, 'store' | 'slots' | 'log' | 'pace' | 'watch'> {
  partitions: Partitions;
  partitionOf: PartitionOf;
}

export interface LaneWorkers {
  /** Begins to work on lanes. */
  begin(handler: TurnHandler): void;
  /** Works on a lane, here or in the process that holds its partition. If that fails, it is tried again. */
  wakeSoon(key: string): void;
  /** Works on a lane, if this process holds its partition. */
  look(key: string): void;
  /**
   * Begins no more turns. Resolves when none runs here any more, or 10 s after the grace.
   * @param graceMs time until the turns that run are aborted
   */
  finish(graceMs: number): Promise<void>;
  /** Gives up the partitions in which nothing runs. */
  leaveIdle(): Promise<void>;
}

/** Time until a lane that could not be worked on is tried again, ms. */
const AGAIN_MS = 2_000;
/** Time from the end of the grace until turns that still run are left as they are, ms. */
const HAND_OVER_MS = 10_000;

export function createLaneWorkers(options: LaneWorkersOptions): LaneWorkers {
  const { store, partitions, partitionOf, log, pace } = options;
  const working = new Set<Promise<void>>();
  let handle: TurnHandler | undefined;
  let isStopping = false;

  async function wake(key: string): Promise<void> {
    const name = partitionOfKey(key);
    const isForHere = handle && !isStopping && partitionOf(conversationOfKey(key)) !== undefined;
    const partition = isForHere ? await partitions.acquire(name) : partitions.get(name);
    // This process gave up the partition at the same moment, and another request for it may be under way.
    if (partition && partitions.get(name) !== partition) await wake(key);
    else if (partition) work(partition, key);
    else store.tell(key);
  }

  function wakeSoon(key: string): void {
    wake(key).catch((error) => {
      log.warn({ error: whereFrom(error) }, 'lane not worked on; trying again later');
      if (!isStopping) setTimeout(wakeSoon, AGAIN_MS * pace, key).unref();
    });
  }

  function work(partition: HeldPartition, key: string): void {
    const { lease, lanes } = partition;
    const known = lanes.get(key);
    if (known) known.look();
    if (known || !handle || isStopping) return;
    const lane = createLaneWorker({ ...options, lease, key, handle, isStopping: () => isStopping });
    lanes.set(key, lane);
    const done = lane.done.finally(() => {
      lanes.delete(key);
      working.delete(done);
      if (lane.isDirty && !isStopping && !lease.lost.aborted) work(partition, key);
      else if (lanes.size === 0) void leave(partition);
    });
    working.add(done);
  }

  /** Gives up a partition. Then it looks for topics that others were told while this process held the partition. */
  async function leave(partition: HeldPartition): Promise<void> {
    try {
      if (!(await partitions.release(partition)) || isStopping || !store.isShared) return;
      for (const key of await store.keys(lanesIn(partition.lease.partition))) wakeSoon(key);
    } catch (error) {
      log.warn({ error: whereFrom(error) }, 'partition not released');
    }
  }

  return {
    begin(handler) {
      handle = handler;
    },
    wakeSoon,
    look(key) {
      const partition = partitions.get(partitionOfKey(key));
      if (partition) work(partition, key);
    },
    async finish(graceMs) {
      isStopping = true;
      await finishLanes(partitions, working, { graceMs, handOverMs: HAND_OVER_MS * pace });
    },
    async leaveIdle() {
      const idle = partitions.all().filter(({ lanes }) => lanes.size === 0);
      await Promise.all(idle.map(leave));
    },
  };
}

async function finishLanes(
  partitions: Partitions,
  working: Set<Promise<void>>,
  { graceMs, handOverMs }: { graceMs: number; handOverMs: number },
): Promise<void> {
  const lanes = () => partitions.all().flatMap((partition) => [...partition.lanes.values()]);
  // Workers whose lanes wait for a slot end. The next process answers their turns.
  for (const lane of lanes()) lane.look();
  await within(working, graceMs);
  for (const lane of lanes()) lane.abort(SHUTDOWN);
  await within(working, handOverMs);
}

/** Resolves when all work is done, also work that is added meanwhile, but at the latest after this time. */
async function within(working: Set<Promise<void>>, ms: number): Promise<void> {
  const allDone = async () => {
    while (working.size > 0) await Promise.all(working);
  };
  await Promise.race([allDone(), sleep(ms, undefined, { ref: false })]);
}
