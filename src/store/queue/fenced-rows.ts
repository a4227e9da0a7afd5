/** Changes to a lane's rows that are made only while this process has the lane's lease. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { StoreError } from '../../core/errors.ts';
import { whereFrom } from '../../core/reports/where-from.ts';
import type { ConversationId } from '../../core/types.ts';
import { transcriptName } from '../branches/branch-list.ts';
import type { PartitionLease } from '../leases/leases.ts';
import type { ExclusiveRows, Store } from '../store.ts';

/** Another process has the lane by now. */
export class FencedError extends Error {
  override name = 'FencedError';
}

export interface FencedRows {
  /** @throws FencedError, StoreError */
  change<T>(change: (rows: ExclusiveRows) => Promise<T>): Promise<T>;
  /** Tries the change until the store takes it. @throws FencedError; StoreError only while Parley stops */
  persist<T>(change: (rows: ExclusiveRows) => Promise<T>): Promise<T>;
}

export interface FencedRowsOptions {
  store: Store;
  lease: PartitionLease;
  conversation: ConversationId;
  isStopping(): boolean;
  log: Logger;
  /** As the queue's. */
  pace: number;
}

/** Waits between attempts while the store fails, ms. */
const STORE_WAITS_MS = [200, 500, 1_000];
export const LAST_STORE_WAIT_MS = 2_000;
/** Attempts at a change while Parley stops, after the first. */
const MOST_WHEN_STOPPING = 3;

export function createFencedRows(options: FencedRowsOptions): FencedRows {
  const { store, lease, conversation, isStopping, log, pace } = options;

  const change: FencedRows['change'] = (change) =>
    store.exclusive(transcriptName(conversation), async (rows) => {
      if (lease.lost.aborted || !(await lease.fence(rows))) throw new FencedError();
      return change(rows);
    });

  return {
    change,
    async persist(task) {
      for (let attempt = 0; ; attempt++) {
        try {
          return await change(task);
        } catch (error) {
          if (!(error instanceof StoreError) || (isStopping() && attempt >= MOST_WHEN_STOPPING)) throw error;
          log.debug({ conversation, error: whereFrom(error) }, 'the store fails; it is tried again');
          await sleep((STORE_WAITS_MS[attempt] ?? LAST_STORE_WAIT_MS) * pace);
        }
      }
    },
  };
}
