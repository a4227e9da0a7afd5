/** Shows the answers of turns, knows which of them are being shown here, and takes answers back. */
import type { Forgetting } from '../../../core/forgetting/forget.ts';
import { footerOf } from '../../../core/money/shown/footer.ts';
import type { Settings } from '../../../core/settings.ts';
import type { StoredTurn } from '../../../core/storage.ts';
import type { Attempt } from '../../../core/turn/queue.ts';
import type { Chunk, Message } from '../../../core/types.ts';
import type { AnswerRecord } from '../answer-records.ts';
import { FIRST_SHOWING } from '../shown-by.ts';
import { createLater } from './later.ts';
import { createPatiently } from './patiently.ts';
import { phaseOf } from './phase-of.ts';
import { createShowTurn, type ShowingAttempt, type ShowTurnOptions } from './show-turn.ts';
import { createUnfinishedEnds } from './unfinished-ends.ts';
import { createWithdrawals, type LocalShowing } from './withdrawals.ts';

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
  const { records, transcripts, queue, shutdown } = options;
  const showings = new Map<string, LocalShowing>();
  const withdrawals = createWithdrawals({ ...options, showings });
  const later = createLater(shutdown);
  const patiently = createPatiently(shutdown);
  const showTurn = createShowTurn(options, {
    patiently,
    withdrawals,
    endUnfinished: createUnfinishedEnds({ ...options, later }, showAgain),
  });

  async function showHere(
    message: Message,
    chunks: AsyncIterable<Chunk>,
    attempt: ShowingAttempt,
  ): Promise<'done' | 'left'> {
    const { id: turn } = message;
    const local: LocalShowing = { showing: undefined };
    showings.set(turn, local);
    try {
      return await showTurn(message, chunks, attempt, local);
    } finally {
      // Another showing of the turn may have begun meanwhile. The notes of `withdrawals` are for that one then.
      if (showings.get(turn) === local) {
        // Until here a turn that is shown is taken back by a note of `withdrawals`, read next. From here on it is
        // taken back at once.
        showings.delete(turn);
        const taken = withdrawals.over(turn);
        if (taken) await patiently(() => withdrawals.takeOutAsRecorded(turn, taken));
      }
    }
  }

  async function showKept(turn: StoredTurn, deadlineMs?: number): Promise<void> {
    const { message } = turn;
    if ((await phaseOf(queue, message.conversation, message.id)) !== undefined) return;
    const attempt = { ...keptAttempt(message, options), ...(deadlineMs !== undefined && { deadlineMs }) };
    const chosen = await options.orElse(attempt.settings(), undefined, 'settings not read');
    await showHere(message, keptChunks(turn, footerOf(turn, chosen?.footer)), attempt);
  }

  async function showAgain(turn: string): Promise<void> {
    const record = await records.read(turn);
    const kept = record && (await transcripts.find(record.conversation, turn));
    if (kept?.end) await showKept(kept, AGAIN_DEADLINE_MS);
  }

  return {
    showKept,

    show(message, chunks, attempt) {
      later.over(message.id);
      return showHere(message, chunks, attempt);
    },

    withdraw(turn, record, withMessages) {
      later.over(turn);
      return withdrawals.withdraw(turn, record, withMessages);
    },

    messageDeleted(id) {
      for (const { showing } of showings.values()) showing?.deleted(id);
    },
  };
}

/** Stands in for an attempt where a kept answer is shown. */
const keptAttempt = (
  { tenant }: Message,
  { settings, shutdown }: Pick<TurnShowingsOptions, 'settings' | 'shutdown'>,
): ShowingAttempt => ({
  ...FIRST_SHOWING,
  mode: 'show',
  revision: 0,
  signal: shutdown,
  settings: () => settings.read(tenant),
});

/** The chunks of an answer that has ended. */
async function* keptChunks(
  { answer, files = [], end, notice, thoughts }: StoredTurn,
  footer: string | undefined,
): AsyncGenerator<Chunk> {
  if (answer) yield { type: 'text', text: answer };
  for (const file of files) yield { type: 'file', file };
  yield {
    type: 'end',
    end: end ?? 'interrupted',
    ...(notice !== undefined && { notice }),
    ...(thoughts && { hasThoughts: true }),
    ...(footer !== undefined && { footer }),
  };
}
