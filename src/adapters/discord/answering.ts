/** Answers on Discord from their message to their last edit: begun, shown, stopped, taken back. */
import type { REST } from 'discord.js';
import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import type { Forgetting } from '../../core/forget.ts';
import { BLOCKED_NOTICE } from '../../core/notices.ts';
import type { Settings, Transcripts, TurnQueue } from '../../core/ports.ts';
import type { Chunk, Message } from '../../core/types.ts';
import { whereFrom } from '../../core/where-from.ts';
import { createDocument, type Document } from '../reply/document.ts';
import type { Pacer } from '../reply/pacing.ts';
import { type Showing, showAnswer } from '../reply/show.ts';
import type { Surface } from '../reply/surface.ts';
import { discordDialect } from './dialect.ts';
import { channelOf } from './place.ts';
import type { AnswerRecord, Records } from './records.ts';
import { createSurface, type InteractionToken } from './surface.ts';
import type { Typing } from './typing.ts';

export interface AnsweringOptions {
  rest: REST;
  pacer: Pacer;
  typing: Typing;
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
  interaction?: InteractionToken;
  isPrivate?: boolean;
}

export interface Answering {
  /** Hands a message to the queue, to be answered there. */
  begin(message: Message, to: Destination): Promise<'new' | 'seen'>;
  /** Answers it again in the same messages; false when that is under way, or the turn is gone. */
  again(turn: string, record: AnswerRecord, interaction: InteractionToken): Promise<boolean>;
  /** From now on an answer's messages are reached by this interaction's token. */
  reachBy(turn: string, interaction: InteractionToken): void;
  /** The message that is being answered now, or waits for it. */
  live(turn: string): Message | undefined;
  /** Answers a message that was edited as it now reads, in the same messages. */
  restart(message: Message): Promise<void>;
  /** Takes a turn out of the history, stopped if it is live; `withMessages`: what shows its answer is deleted too. */
  withdraw(turn: string, record: AnswerRecord, withMessages: boolean): Promise<void>;
  /** Someone deleted a message on Discord; without effect where it shows no live answer. */
  messageDeleted(id: string): void;
  show(message: Message, chunks: AsyncIterable<Chunk>): Promise<void>;
  /** Says something by itself, in reply to a message. Never throws. */
  say(channel: string, text: string, replyTo: string): Promise<void>;
}

/** Discord: 2,000 characters a message (message.mdx). */
export const MESSAGE_CHARACTERS = 2_000;
/** What Discord is known to allow in a channel before its headers say so: messages, and edits, in so long. */
export const MESSAGES = { limit: 5, windowMs: 5_000 };
/** As many interactions as may be waiting to be answered. */
const MOST_TOKENS = 5_000;
const TOKEN_MS = 15 * 60_000;

/** A notice, told apart from what the model says. */
export const smallPrint = (text: string) => `-# ${text}`;

export function createAnswering(options: AnsweringOptions): Answering {
  const { rest, pacer, typing, records, settings, transcripts, queue, forgetting, log } = options;
  const tokens = new LRUCache<string, InteractionToken>({ max: MOST_TOKENS, ttl: TOKEN_MS });
  /** From being accepted until shown, by turn: the message as it reads now, and what shows its answer. */
  const live = new Map<string, { message: Message; showing?: Showing }>();
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

  function surfaceOf(turn: string, record: AnswerRecord): Surface {
    const interaction = tokens.get(turn);
    return createSurface({
      rest,
      typing,
      bucket: (key) => pacer.bucket(key, MESSAGES),
      channel: channelOf(record.conversation),
      turn,
      run: record.run,
      ...(record.replyTo && { replyTo: record.replyTo }),
      ...(interaction && { interaction }),
      ...(record.isPrivate && { isPrivate: true }),
    });
  }

  async function takeOut(turn: string, record: AnswerRecord, withMessages: boolean): Promise<void> {
    if (withMessages) {
      const surface = surfaceOf(turn, record);
      for (const id of record.ids) await orElse(surface.remove(id), undefined, 'answer not deleted');
    }
    await forgetting.message(record.conversation, turn);
    await records.remove(turn);
  }

  return {
    async begin(message, { replyTo, interaction, isPrivate = false }) {
      const { id, conversation, author } = message;
      if (!(await records.read(id))) {
        await records.write(id, {
          conversation,
          asker: author.id,
          ids: [],
          run: 0,
          ...(replyTo && { replyTo }),
          ...(isPrivate && { isPrivate }),
        });
      }
      if (interaction) tokens.set(id, interaction);
      const isKnown = live.has(id);
      if (!isKnown) live.set(id, { message });
      let result: 'new' | 'seen' = 'seen';
      try {
        result = await queue.accept(message);
        return result;
      } finally {
        if (result === 'seen' && !isKnown) live.delete(id);
      }
    },

    async again(turn, record, interaction) {
      if (live.has(turn)) return false;
      if (record.isPrivate) tokens.set(turn, interaction);
      return queue.retry(record.conversation, turn);
    },

    reachBy: (turn, interaction) => void tokens.set(turn, interaction),

    live: (turn) => live.get(turn)?.message,

    async restart(message) {
      const entry = live.get(message.id);
      if (!entry || entry.message.text === message.text) return;
      const before = entry.message;
      // First, since the answer that is stopped asks at once whether another follows.
      entry.message = message;
      if (!(await queue.restart(message))) entry.message = before;
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

    async show(message, chunks) {
      const { id: turn, conversation, tenant } = message;
      const blank: AnswerRecord = { conversation, asker: message.author.id, ids: [], run: 0 };
      const [known, own, before] = await Promise.all([
        orElse(records.read(turn), undefined, 'answer record not read'),
        orElse(settings.read(tenant), undefined, 'settings not read'),
        orElse(transcripts.find(conversation, turn), undefined, 'turn not read'),
      ]);
      const record = { ...(known ?? blank), run: (known?.run ?? 0) + 1 };
      const entry: { message: Message; showing?: Showing } = live.get(turn) ?? { message };
      live.set(turn, entry);
      entry.showing = showAnswer({
        chunks,
        surface: surfaceOf(turn, record),
        document: documentOf(''),
        limit: MESSAGE_CHARACTERS,
        existing: record.ids,
        ...(before?.answer && record.ids.length > 0 && { previous: { document: documentOf(before.answer) } }),
        ...(own?.mostParts !== undefined && { mostParts: own.mostParts }),
        notice: smallPrint,
        placeholder: smallPrint('Thinking …'),
        blockedNotice: BLOCKED_NOTICE,
        onMessages(ids) {
          record.ids = ids;
          void orElse(records.write(turn, record), undefined, 'answer record not written');
        },
        abort: () => void queue.cancel(conversation, turn),
        isRestarting: () => entry.message.text !== message.text,
        shutdown: options.shutdown,
        log: log.child({ conversation, turn }),
      });
      const { shown } = await entry.showing.done;
      if (shown !== 'all') log.warn({ conversation, turn, shown }, 'answer not shown whole');
      if (entry.message.text !== message.text) return;
      live.delete(turn);
      const taken = withdrawn.get(turn);
      withdrawn.delete(turn);
      if (taken) await takeOut(turn, record, taken.withMessages);
    },

    async say(channel, text, replyTo) {
      async function* chunks(): AsyncGenerator<Chunk> {
        yield { type: 'text', text };
        yield { type: 'end', end: 'stop' };
      }
      const surface = createSurface({
        rest,
        typing,
        bucket: (key) => pacer.bucket(key, MESSAGES),
        channel,
        turn: `say ${replyTo}`,
        run: 0,
        replyTo,
      });
      await showAnswer({
        chunks: chunks(),
        surface,
        document: documentOf(''),
        limit: MESSAGE_CHARACTERS,
        notice: smallPrint,
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

function documentOf(markdown: string): Document {
  const document = createDocument({ limit: MESSAGE_CHARACTERS, dialect: discordDialect });
  document.append(markdown);
  return document;
}
