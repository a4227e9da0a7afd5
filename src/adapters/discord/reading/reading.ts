/** Reads messages as people see them: as text, with quotes of the messages they refer to. */
import { type APIMessage, MessageType } from 'discord.js';
import type { Forgotten } from '../../../chat/forgotten.ts';
import type { ConversationId, Quote } from '../../../core/types.ts';
import { createForwards, type ForwardsOptions } from './forwards.ts';
import { createMessageQuotes, type MessageQuotesOptions, SOMEONE } from './message-quotes.ts';
import { shownBeside } from './message-text.ts';
import { createQuoteReplied, type Memory, type QuotedMaterial, repliedTo } from './replies.ts';
import { createThreadHistory } from './thread-history.ts';

type Written = Pick<APIMessage, 'content' | 'mentions' | 'channel_id'> & { guild_id?: string };
type Asked = APIMessage & { guild_id?: string };

export interface Reading {
  /** The written text, with Discord's tokens as people see them. */
  text(message: Written): string;
  /** The message that this one replies to. */
  repliedTo(message: APIMessage): Promise<APIMessage | undefined>;
  /**
   * The material beside a message's text: the message it replies to, forwarded messages, cards and files. A forgotten
   * message is material only if the person points at it with this question (`isPointedAt`).
   */
  material(message: Asked, conversation: ConversationId, memory: Memory): Promise<QuotedMaterial>;
  /** Everything that people see in a message, a quote for each author, without what was forgotten. */
  whole(message: Asked): Promise<Quote[]>;
  /** The messages in its thread before this one. */
  thread(message: APIMessage, forgotten: Forgotten): Promise<QuotedMaterial>;
}

export interface ReadingOptions extends ForwardsOptions, MessageQuotesOptions {
  directory: ForwardsOptions['directory'];
}

const NOTHING_READABLE = '[nothing in this message can be read]';

export function createReading(options: ReadingOptions): Reading {
  const { rest, directory } = options;
  const withoutForgotten = createForwards(options);
  const quotes = createMessageQuotes(options);
  const { readIn, originOf, forwarded, quotedFiles, ownFiles } = quotes;
  const quoteReplied = createQuoteReplied(quotes, options.transcripts);
  const history = createThreadHistory({ rest, directory, withoutForgotten, read: quotes.quotesOf });

  return {
    repliedTo: (message) => repliedTo(rest, message),
    text: ({ content, mentions, guild_id, channel_id }) => readIn(guild_id, channel_id)(content, mentions),

    async material(asked, conversation, memory) {
      const { guild_id: guild } = asked;
      const told = memory.isPointedAt ? asked : await withoutForgotten(asked);
      const message = { ...told, ...(guild && { guild_id: guild }) };
      const found = await repliedTo(rest, message);
      const replied = found && (await withoutForgotten(found));
      const before = replied
        ? await quoteReplied(replied, guild, conversation, memory)
        : { quotes: [], files: [] };
      const isUnreadable =
        message.type === MessageType.Reply && before.quotes.length + before.files.length === 0;
      const beside = shownBeside(message, readIn(guild, message.channel_id));
      return {
        quotes: [
          ...before.quotes,
          ...(isUnreadable
            ? [{ ...(replied ? originOf(replied) : { from: SOMEONE }), text: NOTHING_READABLE }]
            : []),
          ...forwarded(message, guild),
          ...(beside
            ? [{ from: '', note: 'the same message: its cards, polls and stickers', text: beside }]
            : []),
        ],
        files: [...ownFiles(message), ...before.files],
      };
    },

    whole: async (message) => quotes.quotesOf(await withoutForgotten(message)),

    async thread(message, forgotten) {
      const { quotes, first } = await history.before(message, forgotten);
      return { quotes, files: first ? quotedFiles(first, originOf(first)) : [] };
    },
  };
}

/** Whether the quote holds something to read. */
export function isReadable({ text }: Quote): boolean {
  return text !== NOTHING_READABLE && text !== '';
}
