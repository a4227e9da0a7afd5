/** One retention sweep: counts what is uncounted, then deletes what is too old, in small steps. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { AdapterState } from '../platform.ts';
import type { TurnQueue } from '../turn/queue.ts';
import { createFilesCount, createFilesSweep, type SweepFilesOptions } from './sweep-files.ts';
import { createHistorySweep, type SweepHistoryOptions } from './sweep-history.ts';
import type { SweepPace, Swept } from './swept.ts';

export interface SweepOptions extends SweepHistoryOptions, Omit<SweepFilesOptions, 'transcripts'> {
  queue: Pick<TurnQueue, 'live'>;
  /** Keeps facts between sweeps, for this module alone. */
  state: AdapterState;
  /** Resolves once all that was removed is gone from the store's files. */
  erase(): Promise<void>;
  log: Logger;
}

/** Longest time between two sweeps, ms. */
export const LONGEST_MS = 3_600_000;
/** Rest after each step, ms. */
const REST_MS = 10;
/** Keys of `state`. */
const SWEPT = 'swept';
const STRANDED = 'stranded';

/**
 * @param stopping aborted when Parley stops
 * @param complain logs a failure that does not end the sweep
 */
export function createSweep(
  options: SweepOptions,
  stopping: AbortSignal,
  complain: (error: unknown, what: string) => void,
) {
  const { transcripts, queue, state, log } = options;
  const pace: SweepPace = {
    rest: () => sleep(REST_MS, undefined, { signal: stopping }),
    liveIn: async (conversation) => new Set((await queue.live(conversation)).map(({ id }) => id)),
    isStopping: () => stopping.aborted,
  };
  const countFiles = createFilesCount(options, pace, complain);
  const sweepHistory = createHistorySweep(options, pace);
  const sweepFiles = createFilesSweep(options, pace);

  /** Removes leftovers of turns from earlier versions of Parley, once. */
  async function sweepStranded(): Promise<void> {
    if (await state.read(STRANDED)) return;
    for (const conversation of await transcripts.list()) {
      await transcripts.sweep(conversation);
      await pace.rest();
    }
    await state.write(STRANDED, 1);
  }

  /**
   * Returns the milliseconds until the next sweep is due.
   * @param isAsked sweep now, although the last sweep found nothing due yet
   */
  return async function sweep(isAsked: boolean): Promise<number> {
    const startedAt = Date.now();
    const last = await state.read<{ at: number; nextAt: number }>(SWEPT);
    const dueAt = last && Math.min(last.at + LONGEST_MS, last.nextAt);
    // Another process has swept, and nothing is due yet.
    if (dueAt !== undefined && !isAsked && startedAt < dueAt) return dueAt - startedAt;
    const swept: Swept = { turns: 0, files: 0, nextAt: Number.MAX_SAFE_INTEGER };
    await countFiles(swept);
    await sweepStranded();
    await sweepHistory(swept);
    await sweepFiles(swept);
    if (swept.turns + swept.files > 0) {
      await options.erase();
      const { turns, files } = swept;
      log.info({ turns, files, ms: Date.now() - startedAt }, 'deleted what is too old');
    }
    await state.write(SWEPT, { at: startedAt, nextAt: swept.nextAt });
    return swept.nextAt - Date.now();
  };
}
