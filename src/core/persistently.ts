/** Outlasts short failures of the store. */
import { setTimeout as sleep } from 'node:timers/promises';
import { StoreError } from './errors.ts';

/** Waits between attempts to reach a store that fails, ms. */
const STORE_WAITS_MS = [200, 1_000];

/** Tries again for a while if the store fails. @throws StoreError */
export async function persistently<T>(task: () => Promise<T>): Promise<T> {
  for (const wait of STORE_WAITS_MS) {
    try {
      return await task();
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      await sleep(wait);
    }
  }
  return task();
}
