/** Keeps turns even if the store fails for a moment, and yields a kept answer again. */
import type { Logger } from 'pino';
import type { Charge } from '../money/metering/reservation.ts';
import { persistently } from '../persistently.ts';
import { whereFrom } from '../reports/where-from.ts';
import { en } from '../sentences/en.ts';
import type { Attachments, Transcripts } from '../storage.ts';
import type { Chunk, Message, Turn } from '../types.ts';
import { type Attempt, LOST } from './queue.ts';
import { endedRounds } from './rounds/round-messages.ts';
import { settleFiles } from './tools/settle-files.ts';

export interface KeptTurns {
  /**
   * Keeps a turn with its files, and tries again for a while if the store fails. An attempt without text and files leaves
   * an earlier attempt's answer.
   * @throws StoreError
   */
  keep(turn: Turn, attempt: Attempt, charge?: Charge): Promise<void>;
  /** Yields the kept answer, or the draft of an answer that failed too often. Never throws. */
  show(message: Message, attempt: Attempt): AsyncGenerator<Chunk, void, void>;
}

export interface KeptTurnsOptions {
  transcripts: Pick<Transcripts, 'find'>;
  attachments: Pick<Attachments, 'claim' | 'drop' | 'remove'>;
  log: Logger;
}

const isEmpty = ({ answer, files = [] }: Turn) => answer === '' && files.length === 0;

export function createKeptTurns(options: KeptTurnsOptions): KeptTurns {
  const { transcripts, log } = options;
  return {
    async keep(turn, attempt, charge) {
      await persistently(async () => {
        const { conversation, id } = turn.message;
        const before = isEmpty(turn) ? await transcripts.find(conversation, id) : undefined;
        const kept =
          before && !isEmpty(before)
            ? { ...before, message: turn.message, ...(turn.notice !== undefined && { notice: turn.notice }) }
            : turn;
        await attempt.keep(kept, charge);
      });
      if (attempt.signal.reason !== LOST) await settleFiles(turn, attempt.replaces, options);
    },

    async *show(message, attempt) {
      let turn: Turn = { message, answer: '', end: 'interrupted', notice: en.notices.cutByRestart };
      try {
        const kept = await persistently(() => transcripts.find(message.conversation, message.id));
        if (attempt.mode === 'show' && kept) turn = kept;
        else {
          turn = { ...turn, ...(await leftOf(attempt, kept)) };
          await persistently(() => attempt.keep(turn));
        }
        // An earlier attempt may have died before it claimed the files.
        await settleFiles(turn, undefined, options);
      } catch (error) {
        log.error({ turn: message.id, error: whereFrom(error) }, 'turn not read');
      }
      const { answer, files = [], end, notice, thoughts, model } = turn;
      if (answer) yield { type: 'text', text: answer };
      for (const file of files) yield { type: 'file', file };
      yield {
        type: 'end',
        end: end ?? 'interrupted',
        ...(notice !== undefined && { notice }),
        ...(thoughts && { hasThoughts: true }),
        ...(model !== undefined && { model }),
      };
    },
  };
}

/** The draft, the steps and the files of an answer that failed too often, or else the earlier answer. */
async function leftOf(
  { drafted, journalled }: Attempt,
  kept: Turn | undefined,
): Promise<Pick<Turn, 'answer' | 'rounds' | 'files' | 'bookings'>> {
  const draft = await persistently(drafted);
  const journal = await persistently(journalled);
  const { answer: before = '', rounds = [], files = [], bookings = [] } = journal ?? {};
  // The draft can be older than the journal, or have more after the last step.
  const answer = draft.startsWith(before) ? draft : before;
  if (answer === '' && files.length === 0 && kept && !isEmpty(kept)) {
    const { answer, rounds, files } = kept;
    return { answer, ...(rounds && { rounds }), ...(files && { files }) };
  }
  return {
    answer,
    ...(rounds.length > 0 && { rounds: endedRounds(rounds) }),
    ...(files.length > 0 && { files }),
    ...(bookings.length > 0 && { bookings }),
  };
}
