/** Shows the answers of turns, knows which of them are being shown here, and takes answers back. */
import type { Logger } from 'pino';
import type { Forgetting } from '../../../core/forgetting/forget.ts';
import type { Troubles } from '../../../core/reports/troubles.ts';
import { en } from '../../../core/sentences/en.ts';
import type { Settings } from '../../../core/settings.ts';
import type { StoredTurn, Transcripts } from '../../../core/storage.ts';
import { type Attempt, LOST, RESTART, type TurnQueue } from '../../../core/turn/queue.ts';
import type { Chunk, Message } from '../../../core/types.ts';
import type { Document } from '../../markdown/document.ts';
import { untilStored } from '../../until-stored.ts';
import type { AnswerRecord, Records } from '../answer-records.ts';
import { endWhatIsLeft, findLost } from '../messages/persistent-calls.ts';
import type { OrElse } from '../or-else.ts';
import { type Showing, type Shown, showAnswer } from '../showing/show-answer.ts';
import { FIRST_SHOWING, type ShownBy } from '../shown-by.ts';
import type { Surface } from '../surface.ts';
import { usualButtons } from '../usual-buttons.ts';
import { createLater } from './later.ts';
import { createWithdrawals } from './withdrawals.ts';

export interface TurnShowingsOptions {
  /**
   * The surface of a turn's answer; each call works only while this process holds the turn. Undefined where
   * nothing can be shown any more. Never throws.
   */
  surfaceOf(
    turn: string,
    record: AnswerRecord,
    by?: ShownBy,
  ): Surface | undefined | Promise<Surface | undefined>;
  /** Returns an empty document in the platform's dialect. */
  blank(): Document;
  /** Most units of one message on the platform. */
  limit: number;
  /** Marks a notice, so that it differs from the model's text. */
  notice(text: string): string;
  /** As of `ShowOptions`. */
  isNoticeApart?: boolean;
  /**
   * Tells the asker elsewhere that the answer, or a part of it, could not be written there.
   * @param code the platform's word for why
   */
  tellAsker?(message: Message, record: AnswerRecord, code: string | undefined): Promise<void>;
  /** The platform's name for the operator, such as `Discord`. */
  platform: string;
  troubles: Troubles;
  records: Records;
  settings: Settings;
  transcripts: Transcripts;
  queue: TurnQueue;
  forgetting: Forgetting;
  /** Aborted when Parley stops. */
  shutdown: AbortSignal;
  log: Logger;
  orElse: OrElse;
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

/** How an answer is shown; the fields are those of `Attempt`. */
type How = ShownBy & Pick<Attempt, 'mode' | 'revision' | 'signal' | 'settings'> & { deadlineMs?: number };

/** How long each later attempt tries to show an end that the platform refused, ms. */
const AGAIN_DEADLINE_MS = 2 * 60_000;

export function createTurnShowings(options: TurnShowingsOptions): TurnShowings {
  const { surfaceOf, blank, limit, notice, records, settings, transcripts, queue, log, orElse } = options;
  /** The showings of this process, by turn; undefined while one is only beginning. */
  const showings = new Map<string, Showing | undefined>();
  const withdrawals = createWithdrawals({ ...options, showings });
  const later = createLater(options.shutdown);

  /** Retries work until the store answers. False if Parley stops before that. */
  const patiently = (work: () => Promise<unknown>) =>
    untilStored(async () => void (await work()), { shutdown: options.shutdown });

  const show: TurnShowings['show'] = async (message, chunks, attempt) => {
    const { id: turn } = message;
    showings.set(turn, undefined);
    later.over(turn);
    try {
      return await showHere(message, chunks, attempt);
    } finally {
      // Until here a turn that is shown is taken back by a note of `withdrawals`, read next. From here on it is
      // taken back at once.
      showings.delete(turn);
      const taken = withdrawals.over(turn);
      if (taken) await patiently(() => withdrawals.takeOutAsRecorded(turn, taken));
    }
  };

  async function showHere(
    message: Message,
    chunks: AsyncIterable<Chunk>,
    how: How,
  ): Promise<'done' | 'left'> {
    const { revision, signal, isHeld } = how;
    const { id: turn, conversation } = message;
    const blankRecord: AnswerRecord = { conversation, asker: message.author.id, ids: [], round: 1 };
    let known: AnswerRecord | undefined;
    // Without the record, a second answer would appear beside the first.
    const isRead = await patiently(async () => {
      known = await records.read(turn);
    });
    if (!isRead) return 'left';
    const [own, before] = await Promise.all([
      orElse(how.settings(), undefined, 'settings not read'),
      orElse(transcripts.find(conversation, turn), undefined, 'turn not read'),
    ]);
    const record = { ...(known ?? blankRecord), round: (known ?? blankRecord).round + revision };
    const isResumed = how.number > 1;
    // The turn was taken back before it began: nothing is shown, and no model is asked.
    if (withdrawals.of(turn)) return 'done';
    const surface = await surfaceOf(turn, record, how);
    if (!surface) return 'done';
    let written: Promise<unknown> = Promise.resolve();
    let writtenIds = record.ids;
    const writeRecord = async () => {
      const { ids } = record;
      if (ids === writtenIds) return;
      await records.write(turn, { ...record, round: record.round - revision });
      writtenIds = ids;
    };
    const onMessages = (ids: string[]) => {
      record.ids = ids;
      written = written.then(() => orElse(patiently(writeRecord), false, 'answer record not written'));
    };
    const isAnnounced = record.isPlaceheld === true && record.ids.length === 0;
    const lost =
      isResumed || isAnnounced
        ? await orElse(findLost(surface), undefined, 'lost message not looked for')
        : undefined;
    if (lost !== undefined && !record.ids.includes(lost)) onMessages([...record.ids, lost]);
    // Another process has its own attempt, which must not be cancelled.
    const stop = async () => (await isHeld()) && queue.cancel(conversation, turn);
    /** Before the answer is shown as stopped, take it back here if another process has done so. */
    async function* untilTakenBack(): AsyncGenerator<Chunk> {
      for await (const chunk of chunks) {
        const isStopped = chunk.type === 'end' && signal.aborted && !withdrawals.of(turn);
        const back = isStopped && (await orElse(records.takenBack(turn), undefined, 'record not read'));
        if (back) withdrawals.takeBack(turn, known ?? blankRecord, back.withMessages);
        yield chunk;
      }
    }
    const showing = showAnswer({
      chunks: untilTakenBack(),
      surface,
      document: blank(),
      existing: record.ids,
      isResumed,
      ...(before?.answer && record.ids.length > 0 && { previous: { document: documentOf(before.answer) } }),
      ...(own?.mostParts !== undefined && { mostParts: own.mostParts }),
      ...(how.deadlineMs !== undefined && { deadlineMs: how.deadlineMs }),
      notice,
      isNoticeApart: options.isNoticeApart ?? false,
      // An answer that is only shown once more keeps its old content until then.
      ...(how.mode !== 'show' && {
        placeholder: notice(en.notices.thinking),
        laterPlaceholder: notice(en.notices.stillThinking),
      }),
      blockedNotice: en.notices.blocked,
      refusedNotice: en.notices.partUnshown,
      onMessages,
      abort: () => void orElse(stop(), false, 'turn not stopped'),
      isRestarting: () =>
        signal.reason === RESTART ||
        signal.reason === LOST ||
        // A question that was taken back before the first word gets no text at all.
        withdrawals.of(turn)?.withMessages === true,
      shutdown: options.shutdown,
      log: log.child({ conversation, turn }),
    });
    showings.set(turn, showing);
    const shown = await showing.done;
    await endLeft(turn, surface, shown);
    report(message, shown);
    if (shown.shown === 'closed' && signal.reason !== LOST && (await isHeld()))
      await orElse(options.tellAsker?.(message, record, shown.code), undefined, 'asker not told');
    // Once the turn is no longer live, other processes read all of its messages.
    await written;
    return shown.shown === 'late' && signal.reason !== RESTART && options.shutdown.aborted ? 'left' : 'done';
  }

  function documentOf(markdown: string): Document {
    const document = blank();
    document.append(markdown);
    return document;
  }

  /**
   * Puts the buttons of an end under an unfinished answer. An answer whose end was only late is shown again
   * later if needed.
   */
  async function endLeft(turn: string, surface: Surface, { shown, left }: Shown): Promise<void> {
    if (withdrawals.of(turn) || options.shutdown.aborted) return;
    let isEnded = false;
    if (left) {
      const why = options.isNoticeApart
        ? { text: '', notice: en.notices.restUnshown }
        : { text: notice(en.notices.restUnshown) };
      const note = shown === 'gone' ? undefined : why;
      const buttons = usualButtons('stopped', { hasText: true, hasThoughts: false });
      isEnded = await orElse(
        endWhatIsLeft(surface, left, { note, limit, buttons }),
        true,
        'answer not ended',
      );
    }
    if (isEnded || shown !== 'late') return;
    later.again(turn, () => void orElse(showAgain(turn), undefined, 'answer not shown again'));
  }

  async function showAgain(turn: string): Promise<void> {
    const record = await records.read(turn);
    const kept = record && (await transcripts.find(record.conversation, turn));
    if (kept?.end) await showKept(kept, AGAIN_DEADLINE_MS);
  }

  /** Deleted messages and edited questions are no trouble for the operator. */
  function report({ id: turn, conversation }: Message, { shown, code }: Shown): void {
    if (shown === 'closed' || shown === 'late')
      log.info({ conversation, turn, shown, code }, 'answer not shown whole');
    if (shown === 'all') options.troubles.over(conversation);
    else if (code !== undefined)
      options.troubles.cost(conversation, `${options.platform} refuses answers in one channel (${code})`, {
        conversation,
        code,
      });
  }

  async function showKept(
    { message, answer, end, notice: said, thoughts }: StoredTurn,
    deadlineMs?: number,
  ): Promise<void> {
    const live = await queue.live(message.conversation);
    if (live.some(({ id }) => id === message.id)) return;
    async function* chunks(): AsyncGenerator<Chunk> {
      if (answer) yield { type: 'text', text: answer };
      yield {
        type: 'end',
        end: end ?? 'interrupted',
        ...(said !== undefined && { notice: said }),
        ...(thoughts && { hasThoughts: true }),
      };
    }
    await showHere(message, chunks(), {
      ...FIRST_SHOWING,
      mode: 'show',
      revision: 0,
      signal: options.shutdown,
      settings: () => settings.read(message.tenant),
      ...(deadlineMs !== undefined && { deadlineMs }),
    });
  }

  return {
    show,
    showKept,

    withdraw(turn, record, withMessages) {
      later.over(turn);
      return withdrawals.withdraw(turn, record, withMessages);
    },

    messageDeleted(id) {
      for (const showing of showings.values()) showing?.deleted(id);
    },
  };
}
