/** Reads messages as people see them: as text, with quotes of the messages they refer to. */
import { type APIAttachment, type APIMessage, MessageType, type REST, Routes } from 'discord.js';
import type { Transcripts } from '../../core/ports.ts';
import type { ConversationId, Quote } from '../../core/types.ts';
import type { Directory } from './directory.ts';
import { inTime } from './in-time.ts';
import { filesIn, forwardedIn, seenIn, shownBeside, shownFilesIn } from './message-text.ts';
import { isInHistory, shortQuote } from './own-answers.ts';
import { nameOf, readable } from './text.ts';
import { createThreadHistory } from './thread-history.ts';

/** Material for the model: messages that a message refers to, and content beside its text. */
export interface Material {
  quotes: Quote[];
  files: APIAttachment[];
}

type Said = Pick<APIMessage, 'content' | 'mentions'> & { guild_id?: string };
type Asked = APIMessage & { guild_id?: string };

export interface Reading {
  /** The written text, with Discord's tokens as people see them. */
  text(message: Said): string;
  /** The message that it replies to. */
  repliedTo(message: APIMessage): Promise<APIMessage | undefined>;
  /** The material beside a message's text: the message it replies to, forwarded messages, cards and files. */
  material(message: Asked, conversation: ConversationId): Promise<Material>;
  /** Messages said in its thread before it. */
  thread(message: APIMessage): Promise<Material>;
}

export interface ReadingOptions {
  rest: REST;
  botId(): string;
  directory: Directory;
  transcripts: Transcripts;
  /** Whether that host holds Discord's files. */
  isFileHost(hostname: string): boolean;
}

/** Longest time that looking up a message delays its question, ms. */
const LOOK_UP_MS = 1_000;
const NOTHING_READABLE = '[nothing in this message can be read]';

export function createReading(options: ReadingOptions): Reading {
  const { rest, botId, directory, transcripts, isFileHost } = options;
  const readIn = (guild: string | undefined) => (content: string, mentions: APIMessage['mentions']) =>
    readable(content, {
      mentions,
      botId: botId(),
      ownRole: directory.roleOfBot(guild, botId()),
      channelName: (id) => directory.known(id)?.name,
      roleName: (id) => directory.roleName(guild, id),
    });

  const isOwn = ({ author }: APIMessage) => author.id === botId();

  /** A message as people see it. Parley's own messages come without their buttons. */
  function seen(message: APIMessage, guild: string | undefined): string {
    return seenIn(isOwn(message) ? { ...message, components: [] } : message, readIn(guild));
  }

  function forwarded(message: APIMessage, guild: string | undefined): Quote[] {
    return forwardedIn(message)
      .map((one) => ({ from: 'a forwarded message', text: seenIn(one, readIn(guild)) }))
      .filter(({ text }) => text !== '');
  }

  const allFilesIn = (message: APIMessage) => [...filesIn(message), ...shownFilesIn(message, isFileHost)];

  async function repliedTo(message: APIMessage): Promise<APIMessage | undefined> {
    if (message.type !== MessageType.Reply) return undefined;
    // Discord usually sends the message along; otherwise it is fetched.
    if (message.referenced_message !== undefined) return message.referenced_message ?? undefined;
    const { channel_id: channel = message.channel_id, message_id: id } = message.message_reference ?? {};
    if (!id) return undefined;
    return inTime(LOOK_UP_MS, rest.get(Routes.channelMessage(channel, id)) as Promise<APIMessage>);
  }

  /** Quotes a message that is replied to. The whole text is quoted, unless the model has that answer in its history. */
  async function quoted(
    message: APIMessage,
    guild: string | undefined,
    conversation: ConversationId,
  ): Promise<Material> {
    const said = seen(message, guild);
    if (isOwn(message) && (await isInHistory(message, conversation, transcripts)))
      return { quotes: said ? [shortQuote(said)] : [], files: [] };
    const from = isOwn(message) ? 'your earlier answer' : nameOf(message.author);
    const quotes = [...(said ? [{ from, text: said }] : []), ...forwarded(message, guild)];
    return { quotes, files: allFilesIn(message) };
  }

  const history = createThreadHistory({
    rest,
    directory,
    from: ({ author }) => nameOf(author),
    read(message) {
      const guild = directory.known(message.channel_id)?.guild;
      const texts = [seen(message, guild), ...forwarded(message, guild).map(({ text }) => text)];
      const names = filesIn(message).map(({ filename }) => `[file: ${filename}]`);
      return [...texts, ...names].filter(Boolean).join('\n');
    },
  });

  return {
    repliedTo,
    text: ({ content, mentions, guild_id }) => readIn(guild_id)(content, mentions),

    async material(message, conversation) {
      const { guild_id: guild } = message;
      const replied = await repliedTo(message);
      const before = replied ? await quoted(replied, guild, conversation) : { quotes: [], files: [] };
      const isUnreadable =
        message.type === MessageType.Reply && before.quotes.length + before.files.length === 0;
      const beside = shownBeside(message, readIn(guild));
      return {
        quotes: [
          ...before.quotes,
          ...(isUnreadable
            ? [{ from: replied ? nameOf(replied.author) : 'someone', text: NOTHING_READABLE }]
            : []),
          ...forwarded(message, guild),
          ...(beside ? [{ from: 'the same message: its cards, polls and stickers', text: beside }] : []),
        ],
        files: [...allFilesIn(message), ...before.files],
      };
    },

    async thread(message) {
      const { quotes, first } = await history.before(message);
      return { quotes, files: first ? allFilesIn(first) : [] };
    },
  };
}

/** Whether the quote holds something to read. */
export function isReadable({ text }: Quote): boolean {
  return text !== NOTHING_READABLE;
}
