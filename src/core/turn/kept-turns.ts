/** Keeps turns even if the store fails for a moment, and yields a kept answer again. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { StoreError } from '../errors.ts';
import type { Charge } from '../money/metering/reservation.ts';
import { whereFrom } from '../reports/where-from.ts';
import { en } from '../sentences/en.ts';
import type { Transcripts } from '../storage.ts';
import type { Chunk, Message, Turn } from '../types.ts';
import type { Attempt } from './queue.ts';

export interface KeptTurns {
  /**
   * Keeps a turn, and tries again for a while if the store fails. An attempt without text leaves an earlier attempt's
   * answer.
   * @throws StoreError
   */
  keep(turn: Turn, attempt: Attempt, charge?: Charge): Promise<void>;
  /** Yields the kept answer, or the draft of an answer that failed too often. Never throws. */
  show(message: Message, attempt: Attempt): AsyncGenerator<Chunk, void, void>;
}

/** Waits between attempts to reach a store that fails, ms. */
const STORE_WAITS_MS = [200, 1_000];

export function createKeptTurns({
  transcripts,
  log,
}: {
  transcripts: Pick<Transcripts, 'find'>;
  log: Logger;
}): KeptTurns {
  return {
    keep: (turn, attempt, charge) =>
      persistently(async () => {
        const { conversation, id } = turn.message;
        const before = turn.answer === '' ? await transcripts.find(conversation, id) : undefined;
        const kept = before?.answer
          ? { ...before, message: turn.message, ...(turn.notice !== undefined && { notice: turn.notice }) }
          : turn;
        await attempt.keep(kept, charge);
      }),

    async *show(message, attempt) {
      let turn: Turn = { message, answer: '', end: 'interrupted', notice: en.notices.cutByRestart };
      try {
        const kept = await persistently(() => transcripts.find(message.conversation, message.id));
        if (attempt.mode === 'show' && kept) turn = kept;
        else {
          turn = { ...turn, answer: (await persistently(attempt.drafted)) || (kept?.answer ?? '') };
          await persistently(() => attempt.keep(turn));
        }
      } catch (error) {
        log.error({ turn: message.id, error: whereFrom(error) }, 'turn not read');
      }
      const { answer, end, notice, thoughts } = turn;
      if (answer) yield { type: 'text', text: answer };
      yield {
        type: 'end',
        end: end ?? 'interrupted',
        ...(notice !== undefined && { notice }),
        ...(thoughts && { hasThoughts: true }),
      };
    },
  };
}

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
