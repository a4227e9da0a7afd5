/** Reads questions on Discord with the edits that come meanwhile, and makes threads to answer them in. */
import { ChannelType, type REST } from 'discord.js';
import type { ChatPlatform } from '../../../chat/inbox/chat-platform.ts';
import type { Message } from '../../../core/types.ts';
import { channelOf } from '../ids.ts';
import type { Directory } from '../reading/directory.ts';
import { createAsked, type Update } from './asked.ts';
import type { Caller, IncomingMessage } from './callers.ts';
import type { Incoming } from './incoming.ts';
import type { ReadingSign } from './reading-sign.ts';
import { makeThread, removeEmptyThread } from './threads.ts';

export interface OpenQuestionsOptions {
  rest: REST;
  botId(): string;
  incoming: Incoming;
  directory: Directory;
  sign: ReadingSign;
}

export interface OpenQuestions extends Pick<ChatPlatform<IncomingMessage, Caller, Update>, 'open' | 'edits'> {
  /** Applies an update to a question that is still being read. Returns whether it was one. */
  amended(update: Update): boolean;
}

/** Kinds of channels whose messages can start a thread. */
const MAKES_THREADS = new Set<ChannelType | undefined>([
  ChannelType.GuildText,
  ChannelType.GuildAnnouncement,
]);

export function createOpenQuestions(options: OpenQuestionsOptions): OpenQuestions {
  const { rest, botId, incoming, sign } = options;
  const asked = createAsked(incoming.text);
  /** Ids of questions whose files and references are being read. */
  const reading = new Set<string>();

  /** Reads a message, with the edits that came while it was read. */
  async function read(message: IncomingMessage, caller: Caller): ReturnType<Incoming['messageOf']> {
    reading.add(message.id);
    try {
      let newest = message;
      for (;;) {
        const question = await incoming.messageOf(newest, caller);
        const noted = asked.noted(message.id) ?? newest;
        // Parley stays silent about an unreadable message that does not address it.
        if (noted === newest) return question === 'unreadable' && !caller.isAddressed ? 'nothing' : question;
        newest = noted;
      }
    } finally {
      reading.delete(message.id);
    }
  }

  return {
    amended(update) {
      if (!reading.has(update.id)) return false;
      const message = asked.merged(update);
      if (message && asked.isChanged(update) && !incoming.isWithheld(message)) asked.note(message);
      return true;
    },

    async open(message, caller) {
      asked.note(message);
      const thread = await threadFor(message, caller, options);
      // The conversation belongs to the thread from its beginning. In the thread there is no message to reply to.
      const location = thread === undefined ? caller.location : { ...caller.location, thread };
      sign.start(message.id, thread ?? message.channel_id);
      return {
        read: () => read(message, { ...caller, location }),
        joins: location.thread,
        destination: async () => (thread === undefined ? { replyTo: message.id } : {}),
        async close(outcome) {
          sign.endSoon(message.id);
          if (outcome === 'gone' && thread !== undefined) await removeEmptyThread(rest, thread, botId());
        },
      };
    },

    edits: {
      async changed(update, live) {
        // Skip bots' messages: Parley edits its own all the time.
        if (update.author?.bot || asked.isChanged(update) === false) return undefined;
        const before = await live();
        const now = before && asked.merged(update);
        return now && !now.author.bot && !incoming.isWithheld(now) ? { now, before } : undefined;
      },
      async questionOf(message, caller, before) {
        const isChanged = asked.isChanged(message);
        const thread = channelOf(before.conversation);
        const location = thread === message.channel_id ? caller.location : { ...caller.location, thread };
        const question = await incoming.messageOf(message, { ...caller, location });
        asked.note(message);
        if (typeof question === 'string') return undefined;
        return isChanged === undefined && isSame(question, message, before) ? undefined : question;
      },
      revisionOf: ({ edited_timestamp }) => `${edited_timestamp}`,
    },
  };
}

/** Makes a thread to answer in, if the server wants that and Discord allows it. */
async function threadFor(
  message: IncomingMessage,
  { location, settings }: Caller,
  { rest, incoming, directory }: OpenQuestionsOptions,
): Promise<string | undefined> {
  if (settings.replyIn !== 'thread' || location.guild === undefined || location.thread) return undefined;
  if (!MAKES_THREADS.has(directory.known(location.channel)?.type)) return undefined;
  const question = incoming.text(message);
  if (!question && message.attachments.length === 0) return undefined;
  return makeThread(rest, location.channel, message.id, question);
}

/** Whether the question is the same as before, as the model reads it. A preview may add a picture. */
function isSame(question: Message, { attachments }: IncomingMessage, before: Message): boolean {
  const [now, then] = [idsOf(question.attachments), idsOf(before.attachments)];
  const isTaken = attachments.every(({ id }) => !now.includes(id) || then.includes(id));
  return question.text === before.text && isTaken && then.every((id) => now.includes(id));
}

const idsOf = (files: { id: string }[]) => files.map(({ id }) => id);
