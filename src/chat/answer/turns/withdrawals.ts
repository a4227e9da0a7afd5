/** Takes turns back: out of the history, and with their messages where those go too, whichever process shows them. */
import type { Logger } from 'pino';
import type { Forgetting } from '../../../core/forgetting/forget.ts';
import type { TurnQueue } from '../../../core/turn/queue.ts';
import type { AnswerRecord, Records, Withdrawal } from '../answer-records.ts';
import { removeAll } from '../messages/persistent-calls.ts';
import type { OrElse } from '../or-else.ts';
import type { Showing } from '../showing/show-answer.ts';
import type { Surface } from '../surface.ts';
import { phaseOf } from './phase-of.ts';

/** A turn that this process shows. */
export interface LocalShowing {
  /** Undefined while it is only beginning. */
  showing: Showing | undefined;
}

export interface WithdrawalsOptions {
  /** The surface of a turn's answer. Never throws. */
  surfaceOf(turn: string, record: AnswerRecord): Surface | undefined | Promise<Surface | undefined>;
  /** The showings of this process, by turn. */
  showings: ReadonlyMap<string, LocalShowing>;
  records: Records;
  queue: TurnQueue;
  forgetting: Forgetting;
  log: Logger;
  orElse: OrElse;
}

export interface Withdrawals {
  /** How a turn that is shown here was taken back; undefined where it was not. */
  of(turn: string): Withdrawal | undefined;
  /** Takes back a turn that this process shows. Its placeholder and a post under way go too. */
  takeBack(turn: string, record: AnswerRecord, withMessages: boolean): void;
  /** The turn is no longer shown here. Returns how it was taken back meanwhile. */
  over(turn: string): Withdrawal | undefined;
  /** Takes out a turn that is not shown any more. */
  takeOutAsRecorded(turn: string, how: Withdrawal): Promise<void>;
  /**
   * Takes a turn out of the history, and stops it if it is live. `withMessages`: its answer's messages are
   * deleted too; false if one of them stays.
   */
  withdraw(turn: string, record: AnswerRecord, withMessages: boolean): Promise<boolean>;
}

export function createWithdrawals(options: WithdrawalsOptions): Withdrawals {
  const { surfaceOf, showings, records, queue, log, orElse } = options;
  /** Turns that were taken back while shown, and whether their messages are deleted too. */
  const withdrawn = new Map<string, Withdrawal>();

  /** The Delete button keeps working while one of the answer's messages exists. */
  async function takeOut(turn: string, record: AnswerRecord, withMessages: boolean): Promise<boolean> {
    // A person who sees the messages go may ask the next question at once.
    await options.forgetting.message(record.conversation, turn);
    let isGone = record.ids.length === 0;
    if (withMessages) {
      const surface = await surfaceOf(turn, record);
      isGone ||=
        (await orElse(surface && removeAll(surface, record.ids), false, 'answer not deleted')) === true;
      if (!isGone) log.warn({ conversation: record.conversation, turn }, 'answer not deleted');
    }
    if (isGone) await records.remove(turn);
    return isGone;
  }

  async function takeOutAsRecorded(turn: string, { withMessages }: Withdrawal): Promise<void> {
    const record = await records.read(turn);
    if (record) await takeOut(turn, record, withMessages);
  }

  function takeBack(turn: string, { round, ids }: AnswerRecord, withMessages: boolean): void {
    const isFirst = round === 1 || ids.length === 0;
    const isUnsaid = isFirst && !showings.get(turn)?.showing?.hasWords();
    const goesAlready = withdrawn.get(turn)?.withMessages === true;
    withdrawn.set(turn, { withMessages: withMessages || isUnsaid || goesAlready });
  }

  return {
    of: (turn) => withdrawn.get(turn),
    takeBack,
    takeOutAsRecorded,

    over(turn) {
      const how = withdrawn.get(turn);
      withdrawn.delete(turn);
      return how;
    },

    async withdraw(turn, record, withMessages) {
      if (showings.has(turn)) {
        takeBack(turn, record, withMessages);
        await queue.cancel(record.conversation, turn);
        return true;
      }
      const phase = await phaseOf(queue, record.conversation, turn);
      if (phase === 'answering') {
        // Another process shows the turn, and removes its messages when it hears of the stop.
        await records.takeBack(turn, { withMessages });
        await options.forgetting.message(record.conversation, turn);
        return true;
      }
      // Before the first answer, only a placeholder can be there.
      const isUnsaid = record.isPlaceheld === true && record.round === 1 && phase === 'waiting';
      const goesToo = withMessages || isUnsaid;
      return (await takeOut(turn, record, goesToo)) || !goesToo;
    },
  };
}
