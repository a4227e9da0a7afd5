/** Shows the answers of turns, knows which of them are being shown here, and takes answers back. */
import type { Logger } from 'pino';
import type { Forgetting } from '../../core/forget.ts';
import {
  BLOCKED_NOTICE,
  REST_UNSHOWN_NOTICE,
  STILL_THINKING,
  THINKING,
  UNSHOWN_NOTICE,
} from '../../core/notices.ts';
import {
  LOST,
  RESTART,
  type Run,
  type Settings,
  type StoredTurn,
  type Transcripts,
  type TurnQueue,
} from '../../core/ports.ts';
import type { Troubles } from '../../core/troubles.ts';
import type { Chunk, Message } from '../../core/types.ts';
import { untilStored } from '../until-stored.ts';
import { endWhatIsLeft, findLost, removeAll } from './beside.ts';
import type { Document } from './document.ts';
import { createLater } from './later.ts';
import type { OrElse } from './or-else.ts';
import type { AnswerRecord, Records, TakenBack } from './records.ts';
import { type Showing, type Shown, showAnswer, usualButtons } from './show.ts';
import type { Surface } from './surface.ts';

/** Whoever shows an answer; after a first attempt that was cut off, something of that may be there. */
export type ShownBy = Pick<Run, 'attempt' | 'isHeld'>;

/** What is shown outside a run. */
export const FIRST_SHOWING: ShownBy = { attempt: 1, isHeld: async () => true };

export interface TurnShowingsOptions {
  /**
   * Where a turn's answer is shown: by each call only while it is this process's. Undefined where nothing can be shown
   * any more. Never throws.
   */
  surfaceOf(
    turn: string,
    record: AnswerRecord,
    by?: ShownBy,
  ): Surface | undefined | Promise<Surface | undefined>;
  /** Empty, of the platform's dialect. */
  blank(): Document;
  /** The most units of one of the platform's messages. */
  limit: number;
  /** How a notice is told apart from what the model says. */
  notice(text: string): string;
  /**
   * Tells the asker elsewhere that nothing, or not all, of the answer could be shown: nothing can be written there.
   * @param code the platform's word for why
   */
  tellAsker?(message: Message, record: AnswerRecord, code: string | undefined): Promise<void>;
  /** Such as `Discord`, for the operator. */
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
  show(message: Message, chunks: AsyncIterable<Chunk>, run: Run): Promise<'done' | 'left'>;
  /** Shows an answer that has ended as it is kept, whatever stands in its messages. */
  showKept(turn: StoredTurn): Promise<void>;
  /**
   * Takes a turn out of the history, stopped if it is live; `withMessages`: what shows its answer is deleted too. False
   * where a message stays that should have been deleted.
   */
  withdraw(turn: string, record: AnswerRecord, withMessages: boolean): Promise<boolean>;
  /** Someone deleted a message there; without effect where it shows no live answer. */
  messageDeleted(id: string): void;
}

/** How an answer is shown: as of `Run`. */
type How = ShownBy & Pick<Run, 'mode' | 'revision' | 'signal'> & { deadlineMs?: number };

/** How long an end that a platform did not take for long is tried each further time. */
const AGAIN_DEADLINE_MS = 2 * 60_000;

export function createTurnShowings(options: TurnShowingsOptions): TurnShowings {
  const { surfaceOf, blank, limit, notice, records, settings, transcripts, queue, log, orElse } = options;
  /** What is being shown here, by turn; undefined while that is only beginning. */
  const showings = new Map<string, Showing | undefined>();
  /** Turns that were taken back while they were shown, and whether their messages go too. */
  const withdrawn = new Map<string, TakenBack>();
  const later = createLater(options.shutdown);

  /** What must not fail with the store; false where Parley stops before it is done. */
  const patiently = (work: () => Promise<unknown>) =>
    untilStored(
      async () => {
        await work();
      },
      { shutdown: options.shutdown },
    );

  /** Its Delete button goes on working while one of the answer's messages stands there. */
  async function takeOut(turn: string, record: AnswerRecord, withMessages: boolean): Promise<boolean> {
    let isGone = record.ids.length === 0;
    if (withMessages) {
      const surface = await surfaceOf(turn, record);
      isGone ||=
        (await orElse(surface && removeAll(surface, record.ids), false, 'answer not deleted')) === true;
      if (!isGone) log.warn({ conversation: record.conversation, turn }, 'answer not deleted');
    }
    await options.forgetting.message(record.conversation, turn);
    if (isGone) await records.remove(turn);
    return isGone;
  }

  async function show(message: Message, chunks: AsyncIterable<Chunk>, run: Run): Promise<'done' | 'left'> {
    const { id: turn } = message;
    showings.set(turn, undefined);
    later.over(turn);
    try {
      return await showHere(message, chunks, run);
    } finally {
      // Until here it is taken back by a note, which is read now; from here on at once.
      showings.delete(turn);
      const taken = withdrawn.get(turn);
      withdrawn.delete(turn);
      if (taken) await patiently(() => takeOutAsRecorded(turn, taken.withMessages));
    }
  }

  async function takeOutAsRecorded(turn: string, withMessages: boolean): Promise<void> {
    const record = await records.read(turn);
    if (record) await takeOut(turn, record, withMessages);
  }

  async function showHere(
    message: Message,
    chunks: AsyncIterable<Chunk>,
    how: How,
  ): Promise<'done' | 'left'> {
    const { revision, signal, isHeld } = how;
    const { id: turn, conversation } = message;
    const blankRecord: AnswerRecord = { conversation, asker: message.author.id, ids: [], run: 1 };
    let known: AnswerRecord | undefined;
    // Without it, a second answer would appear beside what there is of this one.
    const isRead = await patiently(async () => {
      known = await records.read(turn);
    });
    if (!isRead) return 'left';
    const [own, before] = await Promise.all([
      orElse(settings.read(message.tenant), undefined, 'settings not read'),
      orElse(transcripts.find(conversation, turn), undefined, 'turn not read'),
    ]);
    const record = { ...(known ?? blankRecord), run: (known ?? blankRecord).run + revision };
    const isResumed = how.attempt > 1;
    // It was taken back before it began: nothing of it is shown, and no model asked.
    if (withdrawn.has(turn)) return 'done';
    const surface = await surfaceOf(turn, record, how);
    if (!surface) return 'done';
    let written: Promise<unknown> = Promise.resolve();
    let writtenIds = record.ids;
    const writeRecord = async () => {
      const { ids } = record;
      if (ids === writtenIds) return;
      await records.write(turn, { ...record, run: record.run - revision });
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
    // Not the run of another process, which has its own.
    const stop = async () => (await isHeld()) && queue.cancel(conversation, turn);
    /** Before anybody is told that it was stopped: what another process has taken back is taken back here. */
    async function* untilTakenBack(): AsyncGenerator<Chunk> {
      for await (const chunk of chunks) {
        const isStopped = chunk.type === 'end' && signal.aborted && !withdrawn.has(turn);
        const back = isStopped && (await orElse(records.takenBack(turn), undefined, 'record not read'));
        if (back) takeBack(turn, known ?? blankRecord, back.withMessages);
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
      // What is only shown once more stays until then.
      ...(how.mode !== 'show' && {
        placeholder: notice(THINKING),
        laterPlaceholder: notice(STILL_THINKING),
      }),
      blockedNotice: BLOCKED_NOTICE,
      refusedNotice: UNSHOWN_NOTICE,
      onMessages,
      abort: () => void orElse(stop(), false, 'turn not stopped'),
      isRestarting: () =>
        signal.reason === RESTART ||
        signal.reason === LOST ||
        // A question that was taken back before the first word gets no word at all.
        withdrawn.get(turn)?.withMessages === true,
      shutdown: options.shutdown,
      log: log.child({ conversation, turn }),
    });
    showings.set(turn, showing);
    const shown = await showing.done;
    await endLeft(turn, surface, shown);
    report(message, shown);
    if (shown.shown === 'closed' && signal.reason !== LOST && (await isHeld()))
      await orElse(options.tellAsker?.(message, record, shown.code), undefined, 'asker not told');
    // Whoever finds it no longer live reads all of its messages.
    await written;
    return shown.shown === 'late' && signal.reason !== RESTART && options.shutdown.aborted ? 'left' : 'done';
  }

  function documentOf(markdown: string): Document {
    const document = blank();
    document.append(markdown);
    return document;
  }

  /** What is left of an answer gets the buttons of an end. One whose end was only late is shown again later, where need be. */
  async function endLeft(turn: string, surface: Surface, { shown, left }: Shown): Promise<void> {
    if (withdrawn.has(turn) || options.shutdown.aborted) return;
    let isEnded = false;
    if (left) {
      const note = shown === 'gone' ? undefined : notice(REST_UNSHOWN_NOTICE);
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

  /** That someone deleted it, or edited the question, is nothing to look after. */
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
      ...(deadlineMs !== undefined && { deadlineMs }),
    });
  }

  /** Of a turn that is shown here. What says only that it is being answered goes with it, and so does a post under way. */
  function takeBack(turn: string, { run, ids }: AnswerRecord, withMessages: boolean): void {
    const isFirst = run === 1 || ids.length === 0;
    const isUnsaid = isFirst && !showings.get(turn)?.hasWords();
    const goesAlready = withdrawn.get(turn)?.withMessages === true;
    withdrawn.set(turn, { withMessages: withMessages || isUnsaid || goesAlready });
  }

  /** Undefined once it has ended. */
  async function phaseOf(turn: string, { conversation }: AnswerRecord) {
    return (await queue.live(conversation)).find(({ id }) => id === turn)?.phase;
  }

  return {
    show,
    showKept,

    async withdraw(turn, record, withMessages) {
      later.over(turn);
      if (showings.has(turn)) {
        takeBack(turn, record, withMessages);
        await queue.cancel(record.conversation, turn);
        return true;
      }
      const phase = await phaseOf(turn, record);
      if (phase === 'answering') {
        // Another process shows it, and takes its messages out when it hears of the stop.
        await records.takeBack(turn, { withMessages });
        await options.forgetting.message(record.conversation, turn);
        return true;
      }
      // Before its first answer, a placeholder is all that stands there.
      const isUnsaid = record.isPlaceheld === true && record.run === 1 && phase === 'waiting';
      const goesToo = withMessages || isUnsaid;
      return (await takeOut(turn, record, goesToo)) || !goesToo;
    },

    messageDeleted(id) {
      for (const showing of showings.values()) showing?.deleted(id);
    },
  };
}
