/** Handles questions on Discord from the message to the start of the answer, and edits of questions. */
import { ChannelType, type REST } from 'discord.js';
import { LRUCache } from 'lru-cache';
import type { AnswerRecord } from '../../../chat/answer/answer-records.ts';
import type { Answering } from '../../../chat/answer/answering.ts';
import type { Surface } from '../../../chat/answer/surface.ts';
import type { ShownBy } from '../../../chat/answer/turn-showings.ts';
import { isLater } from '../../../chat/catch-up.ts';
import type { JoinedThreads } from '../../../chat/joined-threads.ts';
import type { RareNotices } from '../../../chat/rare-notices.ts';
import type { Access } from '../../../core/access/access.ts';
import type { MessageRate } from '../../../core/access/message-rate.ts';
import type { Refusals } from '../../../core/access/refusals.ts';
import type { CommandCall, Commands } from '../../../core/commands/command.ts';
import { tooManyNotice, UNREADABLE_NOTICE, WITHHELD_NOTICE } from '../../../core/sentences/notices.ts';
import type { Message } from '../../../core/types.ts';
import type { Surfaces } from '../answer/surfaces.ts';
import type { Typing } from '../answer/typing.ts';
import { channelOf, commandPlaceOf, conversationOf, personOf } from '../ids.ts';
import { createTypedCommands } from '../interactions/typed-commands.ts';
import { type Directory, isThread } from '../reading/directory.ts';
import { nameOf } from '../reading/text.ts';
import { createAsked, type Update } from './asked.ts';
import type { Deletions } from './deletions.ts';
import type { Call, Incoming, IncomingMessage, Unasked } from './incoming.ts';
import { makeThread, removeEmptyThread } from './threads.ts';

export interface Questions {
  /** Begins an answer if the message is for Parley; returns whether it is. @throws StoreError */
  take(message: IncomingMessage): Promise<boolean>;
  /** Applies an update to a question that is still being read. Returns whether it was one. */
  amended(update: Update): boolean;
  /**
   * Handles an update of a message. A person's edit of a question that is being answered, or waits, restarts
   * the answer.
   */
  edited(update: Update): Promise<void>;
  /** The surface of an answer. */
  surfaceOf(turn: string, record: AnswerRecord, by?: ShownBy): Promise<Surface | undefined>;
  say(message: IncomingMessage, text: string): Promise<void>;
}

export interface QuestionsOptions {
  rest: REST;
  botId(): string;
  incoming: Incoming;
  /** Call only once the adapter is made. */
  answering(): Answering;
  surfaces: Surfaces;
  typing: Typing;
  deletions: Deletions;
  threads: JoinedThreads;
  directory: Directory;
  rate: MessageRate;
  refusals: Refusals;
  rareNotices: RareNotices;
  /** Writes to a person in direct messages. */
  tellDirectly(user: string, text: string): Promise<void>;
  commands: Pick<Commands, 'run'>;
  help(call: CommandCall): string;
  /** Takes a message that was skipped before. */
  takeAgain(message: IncomingMessage): void;
}

/** Longest time by which a reply in a thread can precede the message that makes Parley join, ms. */
const OVERTAKEN_MS = 10_000;
const MOST_OVERTAKEN = 1_000;
const MOST_LEFT_IN_THREAD = 20;
/** How often one person in a channel is told that their text is withheld, ms. */
const TOLD_MS = 10 * 60_000;
const MOST_TOLD = 5_000;
/** A queued question that waits for others shows typing for at most this long, ms. */
const TYPING_MS = 1_000;
/** Kinds of channels whose messages can start a thread. */
const MAKES_THREADS = new Set<ChannelType | undefined>([
  ChannelType.GuildText,
  ChannelType.GuildAnnouncement,
]);

export function createQuestions(options: QuestionsOptions): Questions {
  const { rest, botId, incoming, answering, surfaces, deletions, threads, directory } = options;
  const typed = createTypedCommands(options);
  const asked = createAsked(incoming.text);
  /** By thread: messages that came before Parley had joined it. */
  const overtaking = new LRUCache<string, IncomingMessage[]>({
    max: MOST_OVERTAKEN,
    ttl: OVERTAKEN_MS,
    // Expired entries of a busy server's threads are never read again, so they are purged.
    ttlAutopurge: true,
  });
  /** By question: ends the typing that is shown before the answer shows its own progress. */
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
    // In a channel where Parley must not answer, it stays silent.
    if (access === 'channel') return true;
    if (access !== 'yes') {
      if (isAddressed) await refuse(message, call, access);
    } else if (incoming.isWithheld(message)) await sayWithheld(message);
    else if (await runTyped(message, call)) return true;
    else if (!(await mustWait(message, message.id, Date.parse(message.timestamp)))) {
      const answered = answer(message, call);
      // A thread made from this message would have the message's id (threads.mdx).
      threads.joining(message.id, answered);
      await answered;
    }
    return true;
  }

  /** Whether the message is a command, which is then done. */
  async function runTyped(message: IncomingMessage, call: Call): Promise<boolean> {
    const said = await typed(message, incoming.text(message), commandCallOf(message, call));
    if (said !== undefined) await say(message, said);
    return said !== undefined;
  }

  /** Says why there is no answer. What its reader can't change is said once an hour, and to a person alone. */
  async function refuse(
    message: IncomingMessage,
    { tenant, isAdmin }: Call,
    access: Exclude<Access, 'yes'>,
  ): Promise<void> {
    const { channel_id: channel, guild_id: guild, author } = message;
    const notice = options.refusals.noticeFor(access, { tenant, person: author.id, isAdmin });
    switch (access) {
      case 'server':
        if (await options.rareNotices.isDue(access, channel)) await say(message, notice);
        return;
      case 'person':
        if (!(await options.rareNotices.isDue(access, author.id))) return;
        if (guild) await options.tellDirectly(author.id, notice);
        else await say(message, notice);
        return;
      default:
        await say(message, notice);
    }
  }

  /** Whether its person sent too many; who does is told once in each channel until they are answered again. */
  async function mustWait(message: IncomingMessage, id: string, at: number): Promise<boolean> {
    const sent = { id, at: at || Date.now(), place: message.channel_id };
    const wait = await options.rate.count(personOf(message.author.id), sent);
    if (wait?.isFirst) await say(message, tooManyNotice(wait.seconds));
    return wait !== undefined;
  }

  /**
   * Keeps a message that may be in a thread that Parley is about to join, because of an earlier message still
   * under way.
   */
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

  /** Reads a message, with the edits that came while it was read. */
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
    // The conversation belongs to the thread from its beginning. In the thread there is no message to reply to.
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
        // The message was deleted while it was being stored.
        if (await deletions.isGone(message.id)) await deletions.withdraw(message.id);
      }
    } finally {
      setTimeout(() => {
        stopTyping();
        preparing.delete(message.id);
      }, TYPING_MS).unref();
    }
  }

  async function sayNothing(message: IncomingMessage, call: Call, what: Unasked): Promise<void> {
    if (!call.isAddressed || what === 'forgotten') return;
    await say(message, what === 'nothing' ? options.help(commandCallOf(message, call)) : UNREADABLE_NOTICE);
  }

  /** Makes a thread to answer in, if the server wants that and Discord allows it. */
  async function threadFor(message: IncomingMessage, { place, settings }: Call): Promise<string | undefined> {
    if (settings.replyIn !== 'thread' || place.guild === undefined || place.thread) return undefined;
    if (!MAKES_THREADS.has(directory.known(place.channel)?.type)) return undefined;
    const question = incoming.text(message);
    if (!question && message.attachments.length === 0) return undefined;
    return makeThread(rest, place.channel, message.id, question);
  }

  function commandCallOf({ id, author, member }: IncomingMessage, call: Call): CommandCall {
    return {
      tenant: call.tenant,
      conversation: conversationOf(call.tenant, call.place),
      author: { id: author.id, name: nameOf(author, member) },
      isAdmin: call.isAdmin,
      // A message does not tell what else its author may do.
      isModerator: call.isAdmin,
      access: call.access,
      place: commandPlaceOf(call.tenant, call.place, id),
    };
  }

  async function edited(update: Update): Promise<void> {
    // Skip bots' messages: Parley edits its own all the time.
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
    if (await mustWait(message, `${message.id} ${message.edited_timestamp}`, Date.now())) return;
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

/** Whether the question is the same as before, as the model reads it. A preview may add a picture. */
function isSame(question: Message, { attachments }: IncomingMessage, before: Message): boolean {
  const [now, then] = [idsOf(question.attachments), idsOf(before.attachments)];
  const isTaken = attachments.every(({ id }) => !now.includes(id) || then.includes(id));
  return question.text === before.text && isTaken && then.every((id) => now.includes(id));
}

const idsOf = (files: { id: string }[]) => files.map(({ id }) => id);
