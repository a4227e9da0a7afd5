/** The partitions that this process answers, each with the lanes that a worker is busy with. */
import { LOST } from '../../core/turn/queue.ts';
import type { ConversationId } from '../../core/types.ts';
import type { PartitionLease, PartitionLeases } from '../leases/leases.ts';
import type { LaneWorker } from './lane-worker.ts';

/** The beginning of a conversation's id by which its turns are leased. Undefined: this process cannot answer them. */
export type PartitionOf = (conversation: ConversationId) => string | undefined;

export interface HeldPartition {
  lease: PartitionLease;
  lanes: Map<string, LaneWorker>;
  onLost(): void;
}

export interface Partitions {
  /** The partition, if this process holds it. */
  get(name: string): HeldPartition | undefined;
  all(): HeldPartition[];
  /** The worker that runs this turn, if one does here. */
  workerOf(name: string, conversation: ConversationId, id: string): LaneWorker | undefined;
  /** Acquires the partition, unless this process holds it already. Undefined: another live process holds it. */
  acquire(name: string): Promise<HeldPartition | undefined>;
  /** Gives up the partition. False: it is lost or given up already. */
  release(partition: HeldPartition): Promise<boolean>;
}

export function createPartitions(leases: PartitionLeases): Partitions {
  const held = new Map<string, HeldPartition>();
  /** Requests under way: for each partition, one at a time. */
  const acquiring = new Map<string, Promise<HeldPartition | undefined>>();

  async function acquire(name: string): Promise<HeldPartition | undefined> {
    const lease = await leases.acquire(name);
    if (!lease) return undefined;
    const partition: HeldPartition = {
      lease,
      lanes: new Map(),
      onLost() {
        if (held.get(name) === partition) held.delete(name);
        for (const lane of partition.lanes.values()) lane.abort(LOST);
      },
    };
    held.set(name, partition);
    lease.lost.addEventListener('abort', partition.onLost);
    return partition;
  }

  return {
    get: (name) => held.get(name),
    all: () => [...held.values()],
    workerOf: (name, conversation, id) =>
      [...(held.get(name)?.lanes.values() ?? [])].find(
        ({ running }) => running?.conversation === conversation && running.id === id,
      ),
    acquire(name) {
      const known = held.get(name);
      if (known) return Promise.resolve(known);
      const now = acquiring.get(name) ?? acquire(name).finally(() => acquiring.delete(name));
      acquiring.set(name, now);
      return now;
    },
    async release(partition) {
      const { lease, lanes, onLost } = partition;
      if (held.get(lease.partition) !== partition) return false;
      held.delete(lease.partition);
      // The signal may be that of the whole process, which outlives its partitions.
      if (lanes.size === 0) lease.lost.removeEventListener('abort', onLost);
      await leases.release(lease);
      return true;
    },
  };
}
