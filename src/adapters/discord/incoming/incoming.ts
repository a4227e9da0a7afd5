/** Tells which of Discord's messages are for Parley, and makes questions for the engine of them. */
import { MessageType, type REST } from 'discord.js';
import type { ForgottenReading } from '../../../chat/forgotten.ts';
import { askerFields } from '../../../chat/inbox/caller.ts';
import { createQuestionMaker, type QuestionFile, type Unasked } from '../../../chat/inbox/question.ts';
import type { IncomingFiles } from '../../../chat/incoming-files.ts';
import type { Transcripts } from '../../../core/storage.ts';
import type { ConversationId, Message } from '../../../core/types.ts';
import { conversationOf, type Location, tenantOf } from '../ids.ts';
import { isThread } from '../reading/channels.ts';
import type { AttachmentWithOrigin } from '../reading/message-quotes.ts';
import { createReading, isReadable, type Reading } from '../reading/reading.ts';
import { authorOf } from '../reading/text.ts';
import { createPlaceReading, type ReadPlaceOf } from '../summaries/place-reading.ts';
import {
  type Caller,
  type Callers,
  type CallersOptions,
  createCallers,
  type IncomingMessage,
} from './callers.ts';

export interface IncomingOptions extends CallersOptions {
  rest: REST;
  forgotten: ForgottenReading;
  files: IncomingFiles;
  /** Whether that host holds Discord's files. */
  isFileHost(hostname: string): boolean;
  transcripts: Transcripts;
}

/** A question that did not come as a message. */
export interface Given {
  id: string;
  text: string;
  /** The text is Parley's own. It is no question unless there is something else to read. */
  isPrompt?: boolean;
}

export interface Incoming extends Callers {
  /** The message's text as the model reads it. */
  text: Reading['text'];
  /** Reads what was said where an interaction is used. */
  readPlaceOf: ReadPlaceOf;
  /** Whether a message was forgotten before Parley heard of it. */
  isForgotten(message: IncomingMessage): Promise<boolean>;
  /** Whether Discord may have withheld the text: without the message content intent it comes empty. */
  isWithheld(message: IncomingMessage): boolean;
  /** The message to answer, or why there is none. */
  messageOf(message: IncomingMessage, caller: Caller, given?: Given): Promise<Message | Unasked>;
}

/** The lane of a question: one for a thread or a DM as a whole, in a channel one for each person. */
function laneOf(conversation: ConversationId, { guild, thread }: Location, userId: string): string {
  return guild === undefined || thread !== undefined ? conversation : `${conversation}|${userId}`;
}

export function createIncoming(options: IncomingOptions): Incoming {
  const { botId, directory } = options;
  const reading = createReading(options);
  const maker = createQuestionMaker(options);
  const saidIn = ({ id, author }: IncomingMessage) => ({ id, author: author.id, ownId: botId() });

  return {
    ...createCallers(options, reading.repliedTo),
    text: reading.text,
    readPlaceOf: createPlaceReading({ ...options, quotesOf: reading.whole }),

    async isForgotten(message) {
      const { guild_id: guild, channel_id: channelId, author } = message;
      const channel = await directory.channel(channelId);
      const parent = isThread(channel) ? channel?.parent : undefined;
      const location = { guild, channel: parent ?? channelId, ...(parent && { thread: channelId }) };
      const conversation = conversationOf(tenantOf(guild || undefined, author.id), location);
      return (await maker.forgottenAt(conversation, botId())).itself(saidIn(message));
    },

    isWithheld: ({ guild_id, content, attachments, mentions, sticker_items }) =>
      Boolean(guild_id) &&
      !options.readsAll() &&
      content === '' &&
      attachments.length === 0 &&
      !sticker_items?.length &&
      !mentions.some(({ id }) => id === botId()),

    async messageOf(message, caller, given) {
      const { tenant, location } = caller;
      const { guild, thread } = location;
      const conversation = conversationOf(tenant, location);
      const begins = thread === message.channel_id && (await maker.isFirst(conversation, message.id));
      const frame = {
        id: given?.id ?? message.id,
        conversation,
        lane: laneOf(conversation, location, message.author.id),
        tenant,
        ...askerFields(caller),
        at: Date.parse(message.timestamp) || Date.now(),
      };
      return maker.make(frame, saidIn(message), async (forgotten) => {
        const memory = { forgotten, isPointedAt: given?.isPrompt === true };
        const [own, before] = await Promise.all([
          reading.material({ ...message, ...(guild && { guild_id: guild }) }, conversation, memory),
          begins ? reading.thread(message, forgotten) : { quotes: [], files: [] },
        ]);
        // A thread may be named for what was asked in it first.
        const isNamedSince = thread && !forgotten.asHistory({ id: thread, author: '' });
        return {
          text: given?.text ?? reading.text(message),
          author: authorOf(
            message.author,
            message.member,
            guild !== undefined && location.person === undefined,
          ),
          quotes: [...before.quotes, ...own.quotes],
          isReadable,
          files: [...own.files, ...before.files].map(fileOf),
          isPrompt: given?.isPrompt === true,
          holdsMore: refers(message),
          topic: async () => (begins && isNamedSince ? directory.titleOf(thread) : undefined),
        };
      });
    },
  };
}

/** Whether the message refers to something to read. */
function refers({ type, message_snapshots = [] }: IncomingMessage): boolean {
  return type === MessageType.Reply || message_snapshots.length > 0;
}

function fileOf({ id, filename, size, content_type = '', url, origin }: AttachmentWithOrigin): QuestionFile {
  return { id, name: filename, size, type: content_type, url, origin };
}
