/** Answers on a platform of messages, from the question to the last edit: begun, shown, begun again, taken back. */
import { setTimeout as sleep } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import type { Forgetting } from '../../core/forget.ts';
import {
  BLOCKED_NOTICE,
  BUSY_NOTICE,
  CONTINUE_PROMPT,
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
import type { Chunk, ConversationId, Message } from '../../core/types.ts';
import { whereFrom } from '../../core/where-from.ts';
import { untilStored } from '../until-stored.ts';
import { endWhatIsLeft, removeAll } from './beside.ts';
import type { Dialect } from './dialect.ts';
import { createDocument, type Document } from './document.ts';
import type { AnswerRecord, Records } from './records.ts';
import { type Showing, showAnswer, usualButtons } from './show.ts';
import type { Surface } from './surface.ts';

export interface AnsweringOptions {
  /**
   * Where a turn's answer is shown: by each call only while it is this process's. Undefined where nothing can be shown
   * any more. Never throws.
   */
  surfaceOf(
    turn: string,
    record: AnswerRecord,
    by?: ShownBy,
  ): Surface | undefined | Promise<Surface | undefined>;
  /** What the platform makes of Markdown, and the most units of one of its messages. */
  dialect: Dialect;
  limit: number;
  /** Whether a message that grows is only ever appended to, as a stream is. */
  isAppendOnly?: boolean;
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
}

/** Whoever shows an answer; after a first attempt that was cut off, something of that may be there. */
export type ShownBy = Pick<Run, 'attempt' | 'isHeld'>;

/** What is shown outside a run. */
export const FIRST_SHOWING: ShownBy = { attempt: 1, isHeld: async () => true };

/** Where an answer goes, beside its conversation. */
export interface Destination {
  replyTo?: string;
  isPrivate?: boolean;
  /** Whoever asked is shown that an answer comes, so that a word must: a command was used. */
  isAwaited?: boolean;
  /** A message that stands there already, which the answer grows in. */
  placeholder?: string;
}

export interface Answering {
  /** Hands a message to the queue, to be answered there. Where too many wait, it says so instead (`full`). */
  begin(message: Message, to: Destination): Promise<'new' | 'seen' | 'full'>;
  /** Begins a turn, asked for by a press, whose answer goes on where that of another was cut. */
  goOn(cut: StoredTurn, press: Pick<Message, 'id' | 'at'>, to: Destination): Promise<void>;
  /** Answers it again in the same messages; false when that is under way, or the turn is gone. */
  again(turn: string, record: AnswerRecord): Promise<boolean>;
  /** The message of a turn that is being answered now, or waits for it. */
  live(turn: string): Promise<Message | undefined>;
  /** Answers a message that was edited as it now reads, in the same messages. */
  restart(message: Message): Promise<void>;
  /**
   * Takes a turn out of the history, stopped if it is live; `withMessages`: what shows its answer is deleted too. False
   * where a message stays that should have been deleted.
   */
  withdraw(turn: string, record: AnswerRecord, withMessages: boolean): Promise<boolean>;
  /** Someone deleted a message there; without effect where it shows no live answer. */
  messageDeleted(id: string): void;
  show(message: Message, chunks: AsyncIterable<Chunk>, run: Run): Promise<'done' | 'left'>;
  /** Shows an answer that has ended as it is kept, whatever stands in its messages. */
  showKept(turn: StoredTurn): Promise<void>;
  /** Says something by itself, as one message without buttons. Never throws. */
  say(surface: Surface, text: string): Promise<void>;
}

/** How long a person is not told again that too many messages wait, and how many people that is known of. */
const BUSY_AGAIN_MS = 60_000;
const MOST_TOLD = 10_000;

/** Between attempts to begin an answer again that is just being put away. */
const PUT_AWAY_WAITS_MS = [0, 50, 100, 200, 400];

export function createAnswering(options: AnsweringOptions): Answering {
  const {
    surfaceOf,
    limit,
    dialect,
    isAppendOnly = false,
    notice,
    records,
    settings,
    transcripts,
    queue,
    forgetting,
    troubles,
    platform,
    log,
  } = options;
  /** Lanes and people who were told that too many messages wait. */
  const toldBusy = new LRUCache<string, true>({ max: MOST_TOLD, ttl: BUSY_AGAIN_MS });
  /** What is being shown here, by turn; undefined while that is only beginning. */
  const showings = new Map<string, Showing | undefined>();
  /** Turns that were taken back while they were shown, and whether their messages go too. */
  const withdrawn = new Map<string, { withMessages: boolean }>();

  /** What an answer can be shown without; a failure is for the log. */
  async function orElse<T, F>(work: T | Promise<T>, fallback: F, what: string): Promise<T | F> {
    try {
      return await work;
    } catch (error) {
      log.error({ error: whereFrom(error) }, what);
      return fallback;
    }
  }

  /** What must not fail with the store; false where Parley stops before it is done. */
  const patiently = (work: () => Promise<unknown>) =>
    untilStored(
      async () => {
        await work();
      },
      { shutdown: options.shutdown },
    );

  function documentOf(markdown: string): Document {
    const document = createDocument({ limit, dialect, isAppendOnly });
    document.append(markdown);
    return document;
  }

  /** Its Delete button goes on working while one of the answer's messages stands there. */
  async function takeOut(turn: string, record: AnswerRecord, withMessages: boolean): Promise<boolean> {
    let isGone = record.ids.length === 0;
    if (withMessages) {
      const surface = await surfaceOf(turn, record);
      isGone ||=
        (await orElse(surface && removeAll(surface, record.ids), false, 'answer not deleted')) === true;
      if (!isGone) log.warn({ conversation: record.conversation, turn }, 'answer not deleted');
    }
    await forgetting.message(record.conversation, turn);
    if (isGone) await records.remove(turn);
    return isGone;
  }

  async function show(message: Message, chunks: AsyncIterable<Chunk>, run: Run): Promise<'done' | 'left'> {
    const { id: turn } = message;
    showings.set(turn, undefined);
    try {
      return await showHere(message, chunks, run);
    } finally {
      showings.delete(turn);
      withdrawn.delete(turn);
    }
  }

  async function showHere(
    message: Message,
    chunks: AsyncIterable<Chunk>,
    run: ShownBy & Pick<Run, 'mode' | 'revision' | 'signal'>,
  ): Promise<'done' | 'left'> {
    const { mode, attempt, revision, signal, isHeld } = run;
    const { id: turn, conversation, tenant } = message;
    const blank: AnswerRecord = { conversation, asker: message.author.id, ids: [], run: 1 };
    let known: AnswerRecord | undefined;
    // Without it, a second answer would appear beside what there is of this one.
    const isRead = await patiently(async () => {
      known = await records.read(turn);
    });
    if (!isRead) return 'left';
    const [own, before] = await Promise.all([
      orElse(settings.read(tenant), undefined, 'settings not read'),
      orElse(transcripts.find(conversation, turn), undefined, 'turn not read'),
    ]);
    const record = { ...(known ?? blank), run: (known ?? blank).run + revision };
    const isResumed = attempt > 1;
    const early = withdrawn.get(turn);
    if (early) {
      // It was taken back before it began: nothing of it is shown, and no model asked.
      await patiently(() => takeOut(turn, record, early.withMessages));
      return 'done';
    }
    const surface = await surfaceOf(turn, record, run);
    if (!surface) return 'done';
    let written: Promise<unknown> = Promise.resolve();
    let writtenIds = record.ids;
    const writeRecord = async () => {
      const { ids } = record;
      if (ids === writtenIds) return;
      await records.write(turn, { ...record, run: record.run - revision });
      writtenIds = ids;
    };
    // Not the run of another process, which has its own.
    const stop = async () => (await isHeld()) && queue.cancel(conversation, turn);
    const showing = showAnswer({
      chunks,
      surface,
      document: documentOf(''),
      existing: record.ids,
      isResumed,
      ...(before?.answer && record.ids.length > 0 && { previous: { document: documentOf(before.answer) } }),
      ...(own?.mostParts !== undefined && { mostParts: own.mostParts }),
      notice,
      // What is only shown once more stays until then.
      ...(!(isResumed && mode === 'show') && {
        placeholder: notice(THINKING),
        laterPlaceholder: notice(STILL_THINKING),
      }),
      blockedNotice: BLOCKED_NOTICE,
      refusedNotice: UNSHOWN_NOTICE,
      onMessages(ids) {
        record.ids = ids;
        written = written.then(() => orElse(patiently(writeRecord), false, 'answer record not written'));
      },
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
    const { shown, code, left } = await showing.done;
    if (left && !withdrawn.has(turn) && !options.shutdown.aborted) {
      const note = shown === 'gone' ? undefined : notice(REST_UNSHOWN_NOTICE);
      const buttons = usualButtons('stopped', { hasText: true, hasThoughts: false });
      await orElse(endWhatIsLeft(surface, left, { note, limit, buttons }), undefined, 'answer not ended');
    }
    // That someone deleted it, or edited the question, is nothing to look after.
    if (shown === 'closed' || shown === 'late')
      log.info({ conversation, turn, shown, code }, 'answer not shown whole');
    if (shown === 'all') troubles.over(conversation);
    else if (code !== undefined)
      troubles.cost(conversation, `${platform} refuses answers in one channel (${code})`, {
        conversation,
        code,
      });
    if (shown === 'closed' && signal.reason !== LOST && (await isHeld()))
      await orElse(options.tellAsker?.(message, record, code), undefined, 'asker not told');
    // Whoever finds it no longer live reads all of its messages.
    await written;
    if (signal.reason === RESTART) return 'done';
    const taken = withdrawn.get(turn);
    if (taken) await patiently(() => takeOut(turn, record, taken.withMessages));
    return shown === 'late' && options.shutdown.aborted ? 'left' : 'done';
  }

  /** False while it is under way. */
  async function beginAgain(turn: string, record: AnswerRecord): Promise<boolean> {
    if (await isLive(record.conversation, turn)) return false;
    // Read anew: what the caller has may be older than the last message.
    const now = await records.read(turn);
    if (!now) return false;
    // Of private messages, only those that can still be reached.
    const ids = record.isPrivate ? now.ids.filter((id) => record.ids.includes(id)) : now.ids;
    await records.write(turn, { ...now, ids, run: now.run + 1 });
    return queue.retry(record.conversation, turn);
  }

  /** Whether it waits for its first answer: then a placeholder is all that stands there. */
  const isUnanswered = async (turn: string, { conversation, run }: AnswerRecord) => {
    const live = await queue.live(conversation);
    return run === 1 && live.some(({ id, phase }) => id === turn && phase === 'waiting');
  };

  const isLive = async (conversation: ConversationId, turn: string) =>
    (await queue.live(conversation)).some(({ id }) => id === turn);

  async function showKept({ message, answer, end, notice: said, thoughts }: StoredTurn): Promise<void> {
    if (await isLive(message.conversation, message.id)) return;
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
      mode: 'answer',
      revision: 0,
      signal: options.shutdown,
    });
  }

  const say = (surface: Surface, text: string) =>
    sayAll(surface, [
      { type: 'text', text },
      { type: 'end', end: 'stop' },
    ]);

  /** Its marks are the platform's own, which a text of Markdown would show. */
  const sayNotice = (surface: Surface, text: string) =>
    sayAll(surface, [{ type: 'end', end: 'stop', notice: text }]);

  async function sayAll(surface: Surface, said: Chunk[]): Promise<void> {
    async function* chunks(): AsyncGenerator<Chunk> {
      yield* said;
    }
    await showAnswer({
      chunks: chunks(),
      surface,
      document: documentOf(''),
      notice,
      blockedNotice: BLOCKED_NOTICE,
      onMessages: () => {},
      abort: () => {},
      isRestarting: () => false,
      buttons: () => [],
      log,
    }).done;
  }

  async function begin(
    message: Message,
    { replyTo, isPrivate = false, placeholder, isAwaited = false }: Destination,
  ): Promise<'new' | 'seen' | 'full'> {
    const { id, conversation, author, tenant } = message;
    const record: AnswerRecord = {
      conversation,
      asker: author.id,
      ids: placeholder === undefined ? [] : [placeholder],
      run: 1,
      ...(placeholder !== undefined && { isPlaceheld: true }),
      ...(replyTo && { replyTo }),
      ...(isPrivate && { isPrivate }),
    };
    if (!(await records.read(id))) await records.write(id, record);
    const own = await orElse(settings.read(tenant), undefined, 'settings not read');
    const result = await queue.accept(message, own?.whenBusy);
    if (result === 'full') {
      await records.remove(id);
      const told = `${message.lane} ${author.id}`;
      if (!isAwaited && toldBusy.has(told)) return result;
      toldBusy.set(told, true);
      const surface = await surfaceOf(id, { ...record, ids: [] });
      if (surface) await sayNotice(surface, BUSY_NOTICE);
    }
    return result;
  }

  return {
    begin,

    async goOn({ message: { conversation, lane, tenant, author } }, { id, at }, to) {
      const text = CONTINUE_PROMPT;
      await begin({ id, conversation, lane, tenant, author, text, attachments: [], at }, to);
    },

    async again(turn, record) {
      // Its buttons are there a moment before it is put away.
      for (const wait of PUT_AWAY_WAITS_MS) {
        await sleep(wait);
        if (await beginAgain(turn, record)) return true;
      }
      return false;
    },

    async live(turn) {
      const record = await records.read(turn);
      if (!record || !(await isLive(record.conversation, turn))) return undefined;
      return (await transcripts.find(record.conversation, turn))?.message;
    },

    async restart(message) {
      await queue.restart(message);
    },

    async withdraw(turn, record, withMessages) {
      if (showings.has(turn)) {
        // What says only that it is being answered goes with it, and so does a post that is under way.
        const isUnsaid = record.run === 1 && !showings.get(turn)?.hasWords();
        withdrawn.set(turn, { withMessages: withMessages || isUnsaid });
        await queue.cancel(record.conversation, turn);
        return true;
      }
      const isUnsaid = record.isPlaceheld === true && (await isUnanswered(turn, record));
      const goesToo = withMessages || isUnsaid;
      return (await takeOut(turn, record, goesToo)) || !goesToo;
    },

    messageDeleted(id) {
      for (const showing of showings.values()) showing?.deleted(id);
    },

    show,

    showKept,

    say,
  };
}
