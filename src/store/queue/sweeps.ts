/** Looks through all lanes for work that no process does: turns of dead processes, and messages told in vain. */
import type { Logger } from 'pino';
import { StoreError } from '../../core/errors.ts';
import { whereFrom } from '../../core/reports/where-from.ts';
import { ALL_LANES, partitionOfKey } from '../keys.ts';
import type { PartitionLeases } from '../leases/leases.ts';
import type { Store } from '../store.ts';
import type { Partitions } from './partitions.ts';

export interface SweepsOptions {
  store: Store;
  leases: PartitionLeases;
  partitions: Partitions;
  wakeSoon(key: string): void;
  log: Logger;
  /** As the queue's. */
  pace: number;
}

export interface Sweeps {
  sweep(): Promise<void>;
  /** Sweeps from time to time. */
  begin(): void;
  stop(): void;
}

/** Time between two sweeps, ms. */
const SWEEP_MS = 2_000;

export function createSweeps({ store, leases, partitions, wakeSoon, log, pace }: SweepsOptions): Sweeps {
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;

  async function sweep(): Promise<void> {
    const keys = await store.keys(ALL_LANES);
    const isHeld = (name: string) => partitions.get(name) !== undefined;
    const away = [...new Set(keys.map(partitionOfKey))].filter((name) => !isHeld(name));
    const unheld = new Set(await leases.unheld(away));
    for (const key of keys) {
      const name = partitionOfKey(key);
      if (isHeld(name) || unheld.has(name)) wakeSoon(key);
    }
  }

  function later(): void {
    timer = setTimeout(async () => {
      try {
        await sweep();
      } catch (error) {
        const level = error instanceof StoreError ? 'debug' : 'error';
        log[level]({ error: whereFrom(error) }, 'the store was not looked through');
      }
      if (!isStopped) later();
    }, SWEEP_MS * pace);
  }

  return {
    sweep,
    begin: later,
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}
