/** Questions on Discord, from the message to the beginning of its answer; and what becomes of one that is edited. */
import { ChannelType, type REST } from 'discord.js';
import { LRUCache } from 'lru-cache';
import type { CommandCall } from '../../core/commands/command.ts';
import { accessNotice, UNREADABLE_NOTICE, WITHHELD_NOTICE } from '../../core/notices.ts';
import type { Message } from '../../core/types.ts';
import { isLater } from '../catch-up.ts';
import type { JoinedThreads } from '../joined-threads.ts';
import type { Answering } from '../reply/answering.ts';
import type { AnswerRecord } from '../reply/records.ts';
import type { Surface } from '../reply/surface.ts';
import type { ShownBy } from '../reply/turn-showings.ts';
import { createAsked, type Update } from './asked.ts';
import type { Deletions } from './deletions.ts';
import type { Directory } from './directory.ts';
import { type Call, type Incoming, type IncomingMessage, isThread } from './incoming.ts';
import { channelOf, conversationOf } from './place.ts';
import type { Surfaces } from './surfaces.ts';
import { nameOf } from './text.ts';
import { makeThread, removeEmptyThread } from './threads.ts';
import type { Typing } from './typing.ts';

export interface Questions {
  /** Begins an answer where the message is for Parley; whether it is. @throws StoreError */
  take(message: IncomingMessage): Promise<boolean>;
  /** An update of a question that is still being read: it is read anew. Whether it was one. */
  amended(update: Update): boolean;
  /** An update of a message: a person's edit of what is being answered, or waits for it, begins the answer again. */
  edited(update: Update): Promise<void>;
  /** Where an answer is shown. */
  surfaceOf(turn: string, record: AnswerRecord, by?: ShownBy): Promise<Surface | undefined>;
  say(message: IncomingMessage, text: string): Promise<void>;
}

export interface QuestionsOptions {
  rest: REST;
  botId(): string;
  incoming: Incoming;
  /** To be called only once the adapter is made. */
  answering(): Answering;
  surfaces: Surfaces;
  typing: Typing;
  deletions: Deletions;
  threads: JoinedThreads;
  directory: Directory;
  help(call: CommandCall): string;
  /** Takes a message that was left before. */
  takeAgain(message: IncomingMessage): void;
}

/** The longest that a reply in a thread comes before the message that makes Parley join it. */
const OVERTAKEN_MS = 10_000;
const MOST_OVERTAKEN = 1_000;
const MOST_LEFT_IN_THREAD = 20;
/** One person of a channel is told once in that time that their text is kept back. */
const TOLD_MS = 10 * 60_000;
const MOST_TOLD = 5_000;
/** A question that waits for others to be answered does not show typing for longer than this. */
const TYPING_MS = 1_000;
/** Channels whose messages a thread can be made from. */
const MAKES_THREADS = new Set<ChannelType | undefined>([
  ChannelType.GuildText,
  ChannelType.GuildAnnouncement,
]);

export function createQuestions(options: QuestionsOptions): Questions {
  const { rest, botId, incoming, answering, surfaces, deletions, threads, directory } = options;
  const asked = createAsked(incoming.text);
  /** By the thread, what came while Parley had not joined it. */
  const overtaking = new LRUCache<string, IncomingMessage[]>({
    max: MOST_OVERTAKEN,
    ttl: OVERTAKEN_MS,
    // Of a busy server's threads, nothing else would ever ask for what has run out.
    ttlAutopurge: true,
  });
  /** By the question, ends the typing that is shown before its answer shows that it is being made. */
  const preparing = new Map<string, () => void>();
  /** Ids of questions whose files and references are being read. */
  const reading = new Set<string>();
  const told = new LRUCache<string, true>({ max: MOST_TOLD, ttl: TOLD_MS });

  const say = (message: IncomingMessage, text: string) =>
    answering().say(surfaces.ofNotice(message.channel_id, message.id), text);

  async function take(message: IncomingMessage): Promise<boolean> {
    const call = await incoming.recognise(message);
    if (!call) {
      deletions.notAsked(message.id);
      leave(message);
      return false;
    }
    const { access, isAddressed } = call;
    // Where it shall not answer at all, it is quiet.
    if (access === 'channel') return true;
    if (access !== 'yes') {
      if (isAddressed) await say(message, accessNotice(access));
    } else if (incoming.isWithheld(message)) await sayWithheld(message);
    else {
      const answered = answer(message, call);
      // The thread that may be made from it has its id (threads.mdx).
      threads.joining(message.id, answered);
      await answered;
    }
    return true;
  }

  /** It may be in a thread that Parley joins in a moment, by an earlier message that is still under way. */
  function leave(message: IncomingMessage): void {
    const { channel_id: channel, guild_id: guild, author } = message;
    const known = directory.known(channel);
    if (!guild || author.bot || message.webhook_id || (known && !isThread(known))) return;
    const left = [...(overtaking.get(channel) ?? []), message];
    overtaking.set(channel, left.slice(-MOST_LEFT_IN_THREAD));
  }

  async function join(thread: string, by: IncomingMessage): Promise<void> {
    await threads.add(thread);
    const left = overtaking.get(thread) ?? [];
    overtaking.delete(thread);
    for (const message of left) if (isLater(message.id, by.id)) options.takeAgain(message);
  }

  async function sayWithheld(message: IncomingMessage): Promise<void> {
    const key = `${message.channel_id} ${message.author.id}`;
    if (told.has(key)) return;
    told.set(key, true);
    await say(message, WITHHELD_NOTICE);
  }

  /** What a message asks, with the edits that came while it was read. */
  async function read(message: IncomingMessage, call: Call): ReturnType<Incoming['messageOf']> {
    reading.add(message.id);
    try {
      let newest = message;
      for (;;) {
        const question = await incoming.messageOf(newest, call);
        const noted = asked.noted(message.id) ?? newest;
        if (noted === newest) return question;
        newest = noted;
      }
    } finally {
      reading.delete(message.id);
    }
  }

  function amended(update: Update): boolean {
    if (!reading.has(update.id)) return false;
    const message = asked.merged(update);
    if (message && asked.isChanged(update) && !incoming.isWithheld(message)) asked.note(message);
    return true;
  }

  async function answer(message: IncomingMessage, call: Call): Promise<void> {
    asked.note(message);
    const thread = await threadFor(message, call);
    // The conversation is the thread's from its beginning; there is nothing to reply to in there.
    const place = thread === undefined ? call.place : { ...call.place, thread };
    const stopTyping = options.typing.start(thread ?? message.channel_id);
    preparing.set(message.id, stopTyping);
    try {
      const question = await read(message, { ...call, place });
      if (await deletions.isGone(message.id)) {
        if (thread !== undefined) await removeEmptyThread(rest, thread, botId());
      } else if (typeof question === 'string') await sayNothing(message, call, question);
      else {
        if (place.thread) await join(place.thread, message);
        await answering().begin(question, thread === undefined ? { replyTo: message.id } : {});
        // It was deleted while it was kept.
        if (await deletions.isGone(message.id)) await deletions.withdraw(message.id);
      }
    } finally {
      setTimeout(() => {
        stopTyping();
        preparing.delete(message.id);
      }, TYPING_MS).unref();
    }
  }

  async function sayNothing(
    message: IncomingMessage,
    call: Call,
    what: 'nothing' | 'unreadable',
  ): Promise<void> {
    if (!call.isAddressed) return;
    await say(message, what === 'nothing' ? options.help(commandCallOf(message, call)) : UNREADABLE_NOTICE);
  }

  /** A thread made to answer in, where the server wants that and it can be made. */
  async function threadFor(message: IncomingMessage, { place, settings }: Call): Promise<string | undefined> {
    if (settings.replyIn !== 'thread' || place.guild === undefined || place.thread) return undefined;
    if (!MAKES_THREADS.has(directory.known(place.channel)?.type)) return undefined;
    const question = incoming.text(message);
    if (!question && message.attachments.length === 0) return undefined;
    return makeThread(rest, place.channel, message.id, question);
  }

  function commandCallOf({ author, member }: IncomingMessage, call: Call): CommandCall {
    return {
      tenant: call.tenant,
      conversation: conversationOf(call.tenant, call.place),
      author: { id: author.id, name: nameOf(author, member) },
      isAdmin: call.isAdmin,
    };
  }

  async function edited(update: Update): Promise<void> {
    // Not of its own messages, which it edits all the time.
    if (update.author?.bot) return;
    const isChanged = asked.isChanged(update);
    if (isChanged === false) return;
    const before = await answering().live(update.id);
    const message = before && asked.merged(update);
    if (!message || message.author.bot || incoming.isWithheld(message)) return;
    const call = await incoming.recognise(message);
    if (call?.access !== 'yes') return;
    const thread = channelOf(before.conversation);
    const place = thread === message.channel_id ? call.place : { ...call.place, thread };
    const question = await incoming.messageOf(message, { ...call, place });
    asked.note(message);
    if (typeof question === 'string' || (isChanged === undefined && isSame(question, message, before)))
      return;
    await answering().restart({ ...question, conversation: before.conversation, lane: before.lane });
  }

  return {
    take,
    amended,
    edited,
    say,

    async surfaceOf(turn, record, by) {
      const surface = await deletions.surfaceOf(turn, record, by);
      return (
        surface && {
          ...surface,
          indicate() {
            const stop = surface.indicate();
            preparing.get(turn)?.();
            return stop;
          },
        }
      );
    },
  };
}

/** Whether it asks the same as before, as the model reads it; a preview may show a picture more. */
function isSame(question: Message, { attachments }: IncomingMessage, before: Message): boolean {
  const [now, then] = [idsOf(question.attachments), idsOf(before.attachments)];
  const isTaken = attachments.every(({ id }) => !now.includes(id) || then.includes(id));
  return question.text === before.text && isTaken && then.every((id) => now.includes(id));
}

const idsOf = (files: { id: string }[]) => files.map(({ id }) => id);
