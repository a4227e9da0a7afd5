/** Begins an answer again in the same messages. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { TurnQueue } from '../../../core/turn/queue.ts';
import type { AuthorRights } from '../../../core/types.ts';
import type { AnswerRecord, Records } from '../answer-records.ts';
import { phaseOf } from './phase-of.ts';

/**
 * False where the answer is under way, or the turn is gone.
 * @param asker the rights that the asker has now; absent: those of then
 */
export type AnswerAgain = (turn: string, record: AnswerRecord, asker?: AuthorRights) => Promise<boolean>;

export interface AnswerAgainOptions {
  records: Pick<Records, 'read' | 'write'>;
  queue: Pick<TurnQueue, 'live' | 'retry'>;
}

/**
 * Waits (ms) before attempts to begin an answer again. Its buttons are there a moment before its turn leaves the
 * queue.
 */
const LEAVING_WAITS_MS = [0, 50, 100, 200, 400];

export function createAnswerAgain({ records, queue }: AnswerAgainOptions): AnswerAgain {
  /** Turns that a press is just beginning again. */
  const beginning = new Set<string>();

  /** `soon`: the answer has ended, and its turn is about to leave the queue. */
  async function begin(
    turn: string,
    record: AnswerRecord,
    asker: AuthorRights | undefined,
  ): Promise<boolean | 'soon'> {
    const phase = await phaseOf(queue, record.conversation, turn);
    if (phase !== undefined) return phase === 'answered' && 'soon';
    // Read anew: the caller's record may be older than the last message.
    const now = await records.read(turn);
    if (!now) return false;
    // Only private messages that can still be reached are used again.
    const ids = record.isPrivate ? now.ids.filter((id) => record.ids.includes(id)) : now.ids;
    await records.write(turn, { ...now, ids, round: now.round + 1 });
    return queue.retry(record.conversation, turn, asker);
  }

  return async (turn, record, asker) => {
    if (beginning.has(turn)) return false;
    beginning.add(turn);
    try {
      for (const wait of LEAVING_WAITS_MS) {
        await sleep(wait);
        const isBegun = await begin(turn, record, asker);
        if (isBegun !== 'soon') return isBegun;
      }
      return false;
    } finally {
      beginning.delete(turn);
    }
  };
}
