/** Shows the answers of turns, knows which of them are being shown here, and takes answers back. */
import type { Forgetting } from '../../../core/forgetting/forget.ts';
import type { Settings } from '../../../core/settings.ts';
import type { StoredTurn } from '../../../core/storage.ts';
import type { Attempt } from '../../../core/turn/queue.ts';
import type { Chunk, Message } from '../../../core/types.ts';
import type { AnswerRecord } from '../answer-records.ts';
import type { Showing } from '../showing/show-answer.ts';
import { FIRST_SHOWING } from '../shown-by.ts';
import { createLater } from './later.ts';
import { createPatiently } from './patiently.ts';
import { phaseOf } from './phase-of.ts';
import { createShowTurn, type ShowTurnOptions } from './show-turn.ts';
import { createUnfinishedEnds } from './unfinished-ends.ts';
import { createWithdrawals } from './withdrawals.ts';

export interface TurnShowingsOptions extends ShowTurnOptions {
  /** Most units of one message on the platform. */
  limit: number;
  settings: Settings;
  forgetting: Forgetting;
}

export interface TurnShowings {
  show(message: Message, chunks: AsyncIterable<Chunk>, attempt: Attempt): Promise<'done' | 'left'>;
  /** Shows an answer that has ended as it is kept, whatever its messages show now. */
  showKept(turn: StoredTurn): Promise<void>;
  /**
   * Takes a turn out of the history, and stops it if it is live. `withMessages`: its answer's messages are
   * deleted too; false if one of them stays.
   */
  withdraw(turn: string, record: AnswerRecord, withMessages: boolean): Promise<boolean>;
  /** Call when someone deleted a message. Does nothing unless the message shows a live answer. */
  messageDeleted(id: string): void;
}

/** How long each later attempt tries to show an end that the platform refused, ms. */
const AGAIN_DEADLINE_MS = 2 * 60_000;

export function createTurnShowings(options: TurnShowingsOptions): TurnShowings {
  const { records, settings, transcripts, queue, shutdown } = options;
  /** The showings of this process, by turn; undefined while one is only beginning. */
  const showings = new Map<string, Showing | undefined>();
  const withdrawals = createWithdrawals({ ...options, showings });
  const later = createLater(shutdown);
  const patiently = createPatiently(shutdown);
  const showTurn = createShowTurn(options, {
    patiently,
    withdrawals,
    onShowing: (turn, showing) => void showings.set(turn, showing),
    endUnfinished: createUnfinishedEnds({ ...options, later }, showAgain),
  });

  async function showKept(turn: StoredTurn, deadlineMs?: number): Promise<void> {
    const { message } = turn;
    if ((await phaseOf(queue, message.conversation, message.id)) !== undefined) return;
    await showTurn(message, keptChunks(turn), {
      ...FIRST_SHOWING,
      mode: 'show',
      revision: 0,
      signal: shutdown,
      settings: () => settings.read(message.tenant),
      ...(deadlineMs !== undefined && { deadlineMs }),
    });
  }

  async function showAgain(turn: string): Promise<void> {
    const record = await records.read(turn);
    const kept = record && (await transcripts.find(record.conversation, turn));
    if (kept?.end) await showKept(kept, AGAIN_DEADLINE_MS);
  }

  return {
    showKept,

    async show(message, chunks, attempt) {
      const { id: turn } = message;
      showings.set(turn, undefined);
      later.over(turn);
      try {
        return await showTurn(message, chunks, attempt);
      } finally {
        // Until here a turn that is shown is taken back by a note of `withdrawals`, read next. From here on it is
        // taken back at once.
        showings.delete(turn);
        const taken = withdrawals.over(turn);
        if (taken) await patiently(() => withdrawals.takeOutAsRecorded(turn, taken));
      }
    },

    withdraw(turn, record, withMessages) {
      later.over(turn);
      return withdrawals.withdraw(turn, record, withMessages);
    },

    messageDeleted(id) {
      for (const showing of showings.values()) showing?.deleted(id);
    },
  };
}

/** The chunks of an answer that has ended. */
async function* keptChunks({ answer, end, notice, thoughts }: StoredTurn): AsyncGenerator<Chunk> {
  if (answer) yield { type: 'text', text: answer };
  yield {
    type: 'end',
    end: end ?? 'interrupted',
    ...(notice !== undefined && { notice }),
    ...(thoughts && { hasThoughts: true }),
  };
}
