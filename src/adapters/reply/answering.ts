/** Answers on a platform of messages, from the question to the last edit: begun, shown, begun again, taken back. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Forgetting } from '../../core/forget.ts';
import { BLOCKED_NOTICE, RESTART_NOTICE } from '../../core/notices.ts';
import type { Settings, StoredTurn, Transcripts, TurnQueue } from '../../core/ports.ts';
import type { Chunk, Message, Turn } from '../../core/types.ts';
import { whereFrom } from '../../core/where-from.ts';
import type { Dialect } from './dialect.ts';
import { createDocument, type Document } from './document.ts';
import type { AnswerRecord, Records } from './records.ts';
import { type Showing, type Shown, showAnswer, usualButtons } from './show.ts';
import { ShowError, type Surface } from './surface.ts';

export interface AnsweringOptions {
  /** Where a turn's answer is shown. */
  surfaceOf(turn: string, record: AnswerRecord): Surface;
  /** What the platform makes of Markdown, and the characters of one of its messages. */
  dialect: Dialect;
  limit: number;
  /** Whether a message that grows is only ever appended to, as a stream is. */
  isAppendOnly?: boolean;
  /** How a notice is told apart from what the model says. */
  notice(text: string): string;
  records: Records;
  settings: Settings;
  transcripts: Transcripts;
  queue: TurnQueue;
  forgetting: Forgetting;
  /** Aborted when Parley stops. */
  shutdown: AbortSignal;
  log: Logger;
}

/** Where an answer goes, beside its conversation. */
export interface Destination {
  replyTo?: string;
  isPrivate?: boolean;
}

export interface Answering {
  /** Hands a message to the queue, to be answered there. */
  begin(message: Message, to: Destination): Promise<'new' | 'seen'>;
  /** Takes up what a Parley that died left unfinished, in the same messages. Called once, when it can be shown. */
  resume(): Promise<void>;
  /** Answers it again in the same messages; false when that is under way, or the turn is gone. */
  again(turn: string, record: AnswerRecord): Promise<boolean>;
  /** The message that is being answered now, or waits for it. */
  live(turn: string): Message | undefined;
  /** Answers a message that was edited as it now reads, in the same messages. */
  restart(message: Message): Promise<void>;
  /** Takes a turn out of the history, stopped if it is live; `withMessages`: what shows its answer is deleted too. */
  withdraw(turn: string, record: AnswerRecord, withMessages: boolean): Promise<void>;
  /** Someone deleted a message there; without effect where it shows no live answer. */
  messageDeleted(id: string): void;
  show(message: Message, chunks: AsyncIterable<Chunk>): Promise<void>;
  /** Shows an answer that has ended as it is kept, whatever stands in its messages. */
  showKept(turn: StoredTurn): Promise<void>;
  /** Says something by itself, as one message without buttons. Never throws. */
  say(surface: Surface, text: string): Promise<void>;
}

/** Between attempts to take a button away. */
const TIDY_WAITS_MS = [500, 2_000, 5_000];

interface Live {
  message: Message;
  /** How often the message was edited since. */
  restarts: number;
  showing?: Showing;
}

/** Between attempts to begin an answer again that is just being put away. */
const PUT_AWAY_WAITS_MS = [0, 50, 100, 200, 400];
/** An answer over which Parley died is begun again so often. */
const MOST_RESUMED = 2;

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
    log,
  } = options;
  /** From being accepted until shown, by turn: the message as it reads now, and what shows its answer. */
  const live = new Map<string, Live>();
  /** Turns that were taken back while they were live, and whether their messages go too. */
  const withdrawn = new Map<string, { withMessages: boolean }>();

  /** What an answer can be shown without; a failure is for the log. */
  async function orElse<T, F>(work: Promise<T>, fallback: F, what: string): Promise<T | F> {
    try {
      return await work;
    } catch (error) {
      log.error({ error: whereFrom(error) }, what);
      return fallback;
    }
  }

  function documentOf(markdown: string): Document {
    const document = createDocument({ limit, dialect, isAppendOnly });
    document.append(markdown);
    return document;
  }

  async function takeOut(turn: string, record: AnswerRecord, withMessages: boolean): Promise<void> {
    if (withMessages) {
      const surface = surfaceOf(turn, record);
      for (const id of record.ids) await orElse(surface.remove(id), undefined, 'answer not deleted');
    }
    await forgetting.message(record.conversation, turn);
    await records.remove(turn);
  }

  /** What is left of an answer that a deletion stopped is no longer being written. */
  async function endWhatIsLeft(surface: Surface, { id, text }: NonNullable<Shown['left']>): Promise<void> {
    for (const wait of [...TIDY_WAITS_MS, undefined]) {
      try {
        return await surface.edit(id, { text, buttons: usualButtons('stopped') });
      } catch (error) {
        if (!(error instanceof ShowError)) throw error;
        if (wait === undefined || (error.kind !== 'again' && error.kind !== 'limited')) return;
        await sleep(error.retryAfterMs ?? wait);
      }
    }
  }

  async function show(message: Message, chunks: AsyncIterable<Chunk>): Promise<void> {
    const { id: turn, conversation, tenant } = message;
    const blank: AnswerRecord = { conversation, asker: message.author.id, ids: [], run: 1 };
    const [known, own, before] = await Promise.all([
      orElse(records.read(turn), undefined, 'answer record not read'),
      orElse(settings.read(tenant), undefined, 'settings not read'),
      orElse(transcripts.find(conversation, turn), undefined, 'turn not read'),
    ]);
    const entry: Live = live.get(turn) ?? { message, restarts: 0 };
    const { restarts } = entry;
    const record = { ...(known ?? blank), run: (known ?? blank).run + restarts };
    live.set(turn, entry);
    const taken = withdrawn.get(turn);
    if (taken) {
      // It was taken back while it waited: nothing of it is shown.
      for await (const _ of chunks);
      live.delete(turn);
      withdrawn.delete(turn);
      return takeOut(turn, record, taken.withMessages);
    }
    let written: Promise<void> = Promise.resolve();
    const surface = surfaceOf(turn, record);
    entry.showing = showAnswer({
      chunks,
      surface,
      document: documentOf(''),
      limit,
      existing: record.ids,
      isResumed: (record.resumed ?? 0) > 0,
      ...(before?.answer && record.ids.length > 0 && { previous: { document: documentOf(before.answer) } }),
      ...(own?.mostParts !== undefined && { mostParts: own.mostParts }),
      notice,
      placeholder: notice('Thinking …'),
      blockedNotice: BLOCKED_NOTICE,
      onMessages(ids) {
        record.ids = ids;
        written = orElse(records.write(turn, { ...record }), undefined, 'answer record not written');
      },
      abort: () => void queue.cancel(conversation, turn),
      isRestarting: () => entry.restarts !== restarts,
      shutdown: options.shutdown,
      log: log.child({ conversation, turn }),
    });
    const { shown, code, left } = await entry.showing.done;
    if (left && !withdrawn.has(turn))
      await orElse(endWhatIsLeft(surface, left), undefined, 'answer not ended');
    // That someone deleted it, or edited the question, is nothing to look after.
    if (shown === 'closed' || shown === 'late')
      log.warn({ conversation, turn, shown, code }, 'answer not shown whole');
    // Whoever finds it no longer live reads all of its messages.
    await written;
    if (entry.restarts !== restarts) return;
    live.delete(turn);
    // What a stopping Parley could not show any more, the next start shows.
    if (shown !== 'late' || !options.shutdown.aborted)
      await orElse(records.ended(turn), undefined, 'answer record not written');
    const late = withdrawn.get(turn);
    withdrawn.delete(turn);
    if (late) await takeOut(turn, record, late.withMessages);
  }

  /** False while it is under way. */
  async function beginAgain(turn: string, record: AnswerRecord): Promise<boolean> {
    const kept = await transcripts.find(record.conversation, turn);
    // Read anew: what the caller has may be older than the last message.
    const now = await records.read(turn);
    if (!kept || !now || live.has(turn)) return false;
    // Of private messages, only those that can still be reached.
    const ids = record.isPrivate ? now.ids.filter((id) => record.ids.includes(id)) : now.ids;
    await records.write(turn, { ...now, ids, run: now.run + 1, resumed: 0 });
    await records.begun(turn);
    live.set(turn, { message: kept.message, restarts: 0 });
    const isBegun = await queue.retry(record.conversation, turn);
    if (!isBegun) live.delete(turn);
    return isBegun;
  }

  async function showKept({ message, answer, end, notice: said }: Turn): Promise<void> {
    if (live.has(message.id)) return;
    async function* chunks(): AsyncGenerator<Chunk> {
      if (answer) yield { type: 'text', text: answer };
      yield { type: 'end', end: end ?? 'interrupted', ...(said !== undefined && { notice: said }) };
    }
    await show(message, chunks());
  }

  return {
    async begin(message, { replyTo, isPrivate = false }) {
      const { id, conversation, author } = message;
      if (!(await records.read(id))) {
        await records.write(id, {
          conversation,
          asker: author.id,
          ids: [],
          run: 1,
          ...(replyTo && { replyTo }),
          ...(isPrivate && { isPrivate }),
        });
        // Before it is kept, so that from then on it is known to be unfinished.
        await records.begun(id);
      }
      const isKnown = live.has(id);
      if (!isKnown) live.set(id, { message, restarts: 0 });
      let result: 'new' | 'seen' = 'seen';
      try {
        result = await queue.accept(message);
        return result;
      } finally {
        if (result === 'seen' && !isKnown) live.delete(id);
      }
    },

    async again(turn, record) {
      // Its buttons are there a moment before it is put away.
      for (const wait of PUT_AWAY_WAITS_MS) {
        await sleep(wait);
        if (!live.has(turn) && (await beginAgain(turn, record))) return true;
      }
      return false;
    },

    async resume() {
      const found: { record: AnswerRecord; turn: StoredTurn }[] = [];
      for (const id of await records.unfinished()) {
        if (live.has(id)) continue;
        const record = await records.read(id);
        const turn = record && (await transcripts.find(record.conversation, id));
        // What was private could be reached by a token only, which died as well.
        if (record && turn && !record.isPrivate) found.push({ record, turn });
        else await records.ended(id);
      }
      // Each lane in the order of its questions.
      found.sort((a, b) => a.turn.message.at - b.turn.message.at);
      for (const { record, turn } of found) {
        const { id } = turn.message;
        const resumed = (record.resumed ?? 0) + 1;
        if (turn.end !== null) void orElse(showKept(turn), undefined, 'answer not shown');
        else if (resumed <= MOST_RESUMED) {
          await records.write(id, { ...record, resumed });
          live.set(id, { message: turn.message, restarts: 0 });
          if (!(await queue.retry(record.conversation, id))) live.delete(id);
        } else {
          const closed: Turn = { ...turn, end: 'interrupted', notice: RESTART_NOTICE };
          await transcripts.keep(record.conversation, closed);
          void orElse(showKept(closed), undefined, 'answer not shown');
        }
      }
      if (found.length > 0) log.info({ answers: found.length }, 'unfinished answers taken up');
    },

    live: (turn) => live.get(turn)?.message,

    async restart(message) {
      const entry = live.get(message.id);
      if (!entry || entry.message.text === message.text) return;
      const before = entry.message;
      // First, since the answer that is stopped asks at once whether another follows.
      entry.message = message;
      entry.restarts++;
      if (await queue.restart(message)) return;
      entry.message = before;
      entry.restarts--;
    },

    async withdraw(turn, record, withMessages) {
      if (live.has(turn)) {
        withdrawn.set(turn, { withMessages });
        queue.cancel(record.conversation, turn);
      } else await takeOut(turn, record, withMessages);
    },

    messageDeleted(id) {
      for (const { showing } of live.values()) showing?.deleted(id);
    },

    show,

    showKept,

    async say(surface, text) {
      async function* chunks(): AsyncGenerator<Chunk> {
        yield { type: 'text', text };
        yield { type: 'end', end: 'stop' };
      }
      await showAnswer({
        chunks: chunks(),
        surface,
        document: documentOf(''),
        limit,
        notice,
        placeholder: '',
        blockedNotice: BLOCKED_NOTICE,
        onMessages: () => {},
        abort: () => {},
        isRestarting: () => false,
        buttons: () => [],
        log,
      }).done;
    },
  };
}
