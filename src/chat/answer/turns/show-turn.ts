/** Shows the answer of one turn, in the messages that its record names. */
import type { Logger } from 'pino';
import type { Troubles } from '../../../core/reports/troubles.ts';
import { en } from '../../../core/sentences/en.ts';
import type { TenantSettings } from '../../../core/settings.ts';
import type { StoredTurn, Transcripts } from '../../../core/storage.ts';
import { type Attempt, LOST, RESTART, type TurnQueue, UNSHOWN } from '../../../core/turn/queue.ts';
import type { Chunk, Message } from '../../../core/types.ts';
import type { Document } from '../../markdown/document.ts';
import type { AnswerRecord, Records } from '../answer-records.ts';
import { findLost } from '../messages/persistent-calls.ts';
import type { OrElse } from '../or-else.ts';
import { questionFromPage } from '../showing/question-from-page.ts';
import type { Shown } from '../showing/result.ts';
import { type ShowOptions, showAnswer } from '../showing/show-answer.ts';
import type { ShownBy } from '../shown-by.ts';
import type { Surface } from '../surface.ts';
import type { Patiently } from './patiently.ts';
import { createTurnRecord, type WrittenRecord } from './turn-record.ts';
import type { LocalShowing, Withdrawals } from './withdrawals.ts';

export interface ShowTurnOptions {
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
  transcripts: Transcripts;
  queue: TurnQueue;
  /** Aborted when Parley stops. */
  shutdown: AbortSignal;
  log: Logger;
  orElse: OrElse;
}

/** An attempt, or what stands in for one where a kept answer is shown again. */
export type ShowingAttempt = ShownBy &
  Pick<Attempt, 'mode' | 'revision' | 'signal' | 'settings'> & { deadlineMs?: number };

/**
 * Resolves when nothing more is shown here; `left` where the next process has to go on.
 * @param local takes the showing once it has begun
 */
export type ShowTurn = (
  message: Message,
  chunks: AsyncIterable<Chunk>,
  attempt: ShowingAttempt,
  local: LocalShowing,
) => Promise<'done' | 'left'>;

export interface ShowTurnParts {
  patiently: Patiently;
  withdrawals: Pick<Withdrawals, 'of' | 'takeBack'>;
  /** Ends an answer that is left without the buttons of an end. */
  endUnfinished(turn: string, surface: Surface, shown: Shown): Promise<void>;
}

export function createShowTurn(options: ShowTurnOptions, parts: ShowTurnParts): ShowTurn {
  const { surfaceOf, records, transcripts, queue, orElse } = options;
  const { patiently, withdrawals } = parts;

  return async (message, chunks, attempt, local) => {
    const { id: turn, conversation } = message;
    const { revision, signal, isHeld } = attempt;
    let known: AnswerRecord | undefined;
    // Without the record, a second answer would appear beside the first.
    const isRead = await patiently(async () => {
      known = await records.read(turn);
    });
    if (!isRead) return 'left';
    const [settings, kept] = await Promise.all([
      orElse(attempt.settings(), undefined, 'settings not read'),
      orElse(transcripts.find(conversation, turn), undefined, 'turn not read'),
    ]);
    // The turn was taken back before it began: nothing is shown, and no model is asked.
    if (withdrawals.of(turn)) return 'done';
    const before = known ?? { conversation, asker: message.author.id, ids: [], round: 1 };
    const record = createTurnRecord({ records, patiently, orElse }, turn, before, revision);
    const surface = await surfaceOf(turn, record.now, { ...attempt, keepFiles: record.keepFiles });
    if (!surface) return 'done';
    await noteLost(options, surface, record, attempt);
    // Another process has its own attempt, which must not be cancelled.
    const stop = async (why: 'gone' | 'closed') =>
      (await isHeld()) && queue.cancel(conversation, turn, whyUnshown(why, record.now));
    local.showing = showAnswer({
      ...lookOf(options, attempt),
      ...contentOf(options, record.now, { message, settings, kept }),
      chunks: untilTakenBack(options, parts, { turn, before, chunks, signal }),
      surface,
      onMessages: record.onMessages,
      abort: (why) => void orElse(stop(why), false, 'turn not stopped'),
      isRestarting: () =>
        signal.reason === RESTART ||
        signal.reason === LOST ||
        // A question that was taken back before the first word gets no text at all.
        withdrawals.of(turn)?.withMessages === true,
      log: options.log.child({ conversation, turn }),
    });
    const shown = await local.showing.done;
    if (!withdrawals.of(turn) && !options.shutdown.aborted) await parts.endUnfinished(turn, surface, shown);
    report(options, message, shown);
    if (shown.shown === 'closed' && signal.reason !== LOST && (await isHeld()))
      await orElse(options.tellAsker?.(message, record.now, shown.code), undefined, 'asker not told');
    // Once the turn is no longer live, other processes read all of its messages.
    await record.written();
    return shown.shown === 'late' && signal.reason !== RESTART && options.shutdown.aborted ? 'left' : 'done';
  };
}

/** Notes a message that an interrupted attempt, or whoever posted the placeholder, may have posted unheard. */
async function noteLost(
  { orElse }: Pick<ShowTurnOptions, 'orElse'>,
  surface: Surface,
  { now: { ids, isPlaceheld }, onMessages }: WrittenRecord,
  attempt: ShowingAttempt,
): Promise<void> {
  const isAnnounced = isPlaceheld === true && ids.length === 0;
  if (attempt.number === 1 && !isAnnounced) return;
  const lost = await orElse(findLost(surface), undefined, 'lost message not looked for');
  if (lost !== undefined && !ids.includes(lost)) onMessages([...ids, lost]);
}

/** How the answer looks, whatever is in it. */
function lookOf({ notice, isNoticeApart = false, shutdown }: ShowTurnOptions, attempt: ShowingAttempt) {
  return {
    notice,
    isNoticeApart,
    blockedNotice: en.notices.blocked,
    refusedNotice: en.notices.partUnshown,
    isResumed: attempt.number > 1,
    // An answer that is only shown once more keeps its old content until then.
    ...(attempt.mode !== 'show' && {
      placeholder: notice(en.notices.thinking),
      laterPlaceholder: notice(en.notices.stillThinking),
    }),
    ...(attempt.deadlineMs !== undefined && { deadlineMs: attempt.deadlineMs }),
    shutdown,
  };
}

interface TurnContent {
  message: Message;
  settings: TenantSettings | undefined;
  kept: StoredTurn | undefined;
}

/** Where the answer grows, and what stands there already. */
function contentOf(
  { blank }: Pick<ShowTurnOptions, 'blank'>,
  { ids, fromPage }: AnswerRecord,
  { message, settings, kept }: TurnContent,
): Pick<ShowOptions, 'document' | 'lead' | 'existing' | 'previous' | 'mostParts'> {
  const { answer = '', files = [] } = (ids.length > 0 && kept) || {};
  const lead = fromPage === undefined ? undefined : questionFromPage(message.text);
  const previous = blank();
  previous.append(lead ?? '');
  if (answer !== '') previous.append(answer);
  return {
    document: blank(),
    ...(lead !== undefined && { lead }),
    existing: ids,
    ...((answer !== '' || files.length > 0) && { previous: { document: previous, made: files } }),
    ...(settings?.mostParts !== undefined && { mostParts: settings.mostParts }),
  };
}

/** A person at the page reads why an answer stops. Elsewhere the asker is told in another way. */
const whyUnshown = (why: 'gone' | 'closed', { fromPage }: AnswerRecord) =>
  why === 'closed' && fromPage !== undefined ? UNSHOWN : undefined;

/** Before the answer is shown as stopped, the turn is taken back here if another process has done so. */
async function* untilTakenBack(
  { records, orElse }: Pick<ShowTurnOptions, 'records' | 'orElse'>,
  { withdrawals }: Pick<ShowTurnParts, 'withdrawals'>,
  shown: { turn: string; before: AnswerRecord; chunks: AsyncIterable<Chunk>; signal: AbortSignal },
): AsyncGenerator<Chunk> {
  const { turn, before, chunks, signal } = shown;
  for await (const chunk of chunks) {
    const isStopped = chunk.type === 'end' && signal.aborted && !withdrawals.of(turn);
    const back = isStopped && (await orElse(records.takenBack(turn), undefined, 'record not read'));
    if (back) withdrawals.takeBack(turn, before, back.withMessages);
    yield chunk;
  }
}

/** Deleted messages and edited questions are no trouble for the operator. */
function report(
  { log, troubles, platform }: Pick<ShowTurnOptions, 'log' | 'troubles' | 'platform'>,
  { id: turn, conversation }: Message,
  { shown, code }: Shown,
): void {
  if (shown === 'closed' || shown === 'late')
    log.info({ conversation, turn, shown, code }, 'answer not shown whole');
  if (shown === 'all') troubles.over(conversation);
  else if (code !== undefined) {
    const what = `${platform} refuses answers in one channel (${code})`;
    troubles.cost(conversation, what, { conversation, code });
  }
}
