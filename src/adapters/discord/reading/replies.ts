/** Messages that are replied to, as quotes. */
import { type APIMessage, MessageType, type REST, Routes } from 'discord.js';
import type { Forgotten } from '../../../chat/forgotten.ts';
import { FORGOTTEN_QUOTE } from '../../../core/forgetting/forgotten-quotes.ts';
import type { Transcripts } from '../../../core/storage.ts';
import type { ConversationId, Quote } from '../../../core/types.ts';
import { inTime } from '../in-time.ts';
import type { AttachmentWithOrigin, MessageQuotes } from './message-quotes.ts';
import { isInHistory, isKept, shortened } from './own-answers.ts';

/** Material for the model: messages that a message refers to, and content beside its text. */
export interface QuotedMaterial {
  quotes: Quote[];
  files: AttachmentWithOrigin[];
}

/** Limits on reading earlier messages. */
export interface Memory {
  forgotten: Forgotten;
  /** The message was chosen for this question: a new act of the person who asks. */
  isPointedAt: boolean;
}

/** Longest time that looking up a message delays its question, ms. */
const LOOK_UP_MS = 1_000;

/** The message that this one replies to. */
export async function repliedTo(rest: REST, message: APIMessage): Promise<APIMessage | undefined> {
  if (message.type !== MessageType.Reply) return undefined;
  // Discord usually sends the message along; otherwise it is fetched.
  if (message.referenced_message !== undefined) return message.referenced_message ?? undefined;
  const { channel_id: channel = message.channel_id, message_id: id } = message.message_reference ?? {};
  if (!id) return undefined;
  return inTime(LOOK_UP_MS, rest.get(Routes.channelMessage(channel, id)) as Promise<APIMessage>);
}

/** Quotes a message that is replied to: the whole text, or its beginning if the model has the answer in its history. */
export function createQuoteReplied(
  { isOwn, originOf, seen, forwarded, quotedFiles }: MessageQuotes,
  transcripts: Transcripts,
) {
  return async (
    message: APIMessage,
    guild: string | undefined,
    conversation: ConversationId,
    { forgotten, isPointedAt }: Memory,
  ): Promise<QuotedMaterial> => {
    const said = seen(message, guild);
    const origin = originOf(message);
    if (isOwn(message) && (await isInHistory(message, conversation, transcripts)))
      return { quotes: said ? [{ ...origin, text: shortened(said) }] : [], files: [] };
    const isForgotten = !isPointedAt && forgotten.itself({ id: message.id, author: message.author.id });
    if (isForgotten && !(isOwn(message) && (await isKept(message, conversation, transcripts))))
      return { quotes: [FORGOTTEN_QUOTE], files: [] };
    const quotes = [...(said ? [{ ...origin, text: said }] : []), ...forwarded(message, guild)];
    return { quotes, files: quotedFiles(message, origin) };
  };
}
