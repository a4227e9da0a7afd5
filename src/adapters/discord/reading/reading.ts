/** Reads messages as people see them: as text, with quotes of the messages they refer to. */
import { type APIAttachment, type APIMessage, MessageType, Routes } from 'discord.js';
import type { Forgotten } from '../../../chat/forgotten.ts';
import { FORGOTTEN_QUOTE } from '../../../core/forgetting/forgotten-quotes.ts';
import { quotedName } from '../../../core/turn/speech.ts';
import type { ConversationId, Origin, Quote } from '../../../core/types.ts';
import { inTime } from '../incoming/in-time.ts';
import { createForwards, type ForwardsOptions } from './forwards.ts';
import {
  filesIn,
  forwardedIn,
  type Read,
  seenIn,
  shownBeside,
  shownFilesIn,
  type VisibleFields,
} from './message-text.ts';
import { isInHistory, isKept, ownOrigin, shortened } from './own-answers.ts';
import { nameOf, readable } from './text.ts';
import { createThreadHistory } from './thread-history.ts';

/** Material for the model: messages that a message refers to, and content beside its text. */
export interface QuotedMaterial {
  quotes: Quote[];
  files: AttachmentWithOrigin[];
}

/** A file; with its origin where it is not the message's own. */
export type AttachmentWithOrigin = APIAttachment & { origin?: Origin };

/** Limits on reading earlier messages. */
export interface Memory {
  forgotten: Forgotten;
  /** The message was chosen for this question: a new act of the person who asks. */
  isPointedAt: boolean;
}

type Said = Pick<APIMessage, 'content' | 'mentions' | 'channel_id'> & { guild_id?: string };
type Asked = APIMessage & { guild_id?: string };

export interface Reading {
  /** The written text, with Discord's tokens as people see them. */
  text(message: Said): string;
  /** The message that it replies to. */
  repliedTo(message: APIMessage): Promise<APIMessage | undefined>;
  /**
   * The material beside a message's text: the message it replies to, forwarded messages, cards and files. Of what was
   * forgotten, there is no material but of a message that its person points at by itself (`isPointedAt`).
   */
  material(message: Asked, conversation: ConversationId, memory: Memory): Promise<QuotedMaterial>;
  /** Messages said in its thread before it. */
  thread(message: APIMessage, forgotten: Forgotten): Promise<QuotedMaterial>;
}

export interface ReadingOptions extends ForwardsOptions {
  /** Whether that host holds Discord's files. */
  isFileHost(hostname: string): boolean;
}

/** Longest time that looking up a message delays its question, ms. */
const LOOK_UP_MS = 1_000;
const SOMEONE = 'someone';
const FORWARDED: Origin = { from: '', note: 'a forwarded message' };
const NOTHING_READABLE = '[nothing in this message can be read]';

export function createReading(options: ReadingOptions): Reading {
  const { rest, botId, directory, transcripts, isFileHost } = options;
  const withoutForgotten = createForwards(options);
  const readIn =
    (guild: string | undefined, channel: string): Read =>
    (content, mentions) =>
      readable(content, {
        mentions,
        botId: botId(),
        ownRole: directory.roleOfBot(guild, botId()),
        channelName: (id) => directory.nameFor(id, channel),
        roleName: (id) => directory.roleName(guild, id),
      });

  const originOf = (message: APIMessage): Origin =>
    isOwn(message) ? ownOrigin(message) : { from: nameOf(message.author) || SOMEONE, by: message.author.id };

  const isOwn = ({ author }: APIMessage) => author.id === botId();

  /** A message as people see it. Parley's own messages come without their buttons. */
  function seen(message: APIMessage, guild: string | undefined): string {
    return seenIn(
      isOwn(message) ? { ...message, components: [] } : message,
      readIn(guild, message.channel_id),
    );
  }

  function forwarded(message: APIMessage, guild: string | undefined): Quote[] {
    return forwardedIn(message)
      .map((one) => ({ ...FORWARDED, text: seenIn(one, readIn(guild, message.channel_id)) }))
      .filter(({ text }) => text !== '');
  }

  const allFilesIn = (message: VisibleFields) => [...filesIn(message), ...shownFilesIn(message, isFileHost)];

  const quotedFiles = (message: VisibleFields, origin: Origin): AttachmentWithOrigin[] =>
    allFilesIn(message).map((file) => ({ ...file, origin }));

  /** A message's own files, and those of messages that it forwards. */
  function ownFiles(message: APIMessage): AttachmentWithOrigin[] {
    const copies = forwardedIn(message).flatMap((copy) => quotedFiles(copy, FORWARDED));
    return [...allFilesIn({ ...message, message_snapshots: [] }), ...copies];
  }

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
    { forgotten, isPointedAt }: Memory,
  ): Promise<QuotedMaterial> {
    const said = seen(message, guild);
    const origin = originOf(message);
    if (isOwn(message) && (await isInHistory(message, conversation, transcripts)))
      return { quotes: said ? [{ ...origin, text: shortened(said) }] : [], files: [] };
    const isForgotten = !isPointedAt && forgotten.itself({ id: message.id, author: message.author.id });
    if (isForgotten && !(isOwn(message) && (await isKept(message, conversation, transcripts))))
      return { quotes: [FORGOTTEN_QUOTE], files: [] };
    const quotes = [...(said ? [{ ...origin, text: said }] : []), ...forwarded(message, guild)];
    return { quotes, files: quotedFiles(message, origin) };
  }

  const history = createThreadHistory({
    rest,
    directory,
    withoutForgotten,
    read(message) {
      const guild = directory.known(message.channel_id)?.guild;
      const { from, note = '', by } = originOf(message);
      const text = seen(message, guild);
      const names = filesIn(message).map(({ filename }) => quotedName(filename));
      const withFiles = names.length > 0 ? `with the files ${names.join(', ')}` : '';
      const own = {
        from,
        note: [note, withFiles].filter(Boolean).join(', '),
        text,
        ...(by !== undefined && { by }),
      };
      const copies = forwarded(message, guild).map((copy) => ({
        ...copy,
        note: `${copy.note} by ${quotedName(from)}`,
        ...(by !== undefined && { by }),
      }));
      return [...(text !== '' || withFiles !== '' ? [own] : []), ...copies];
    },
  });

  return {
    repliedTo,
    text: ({ content, mentions, guild_id, channel_id }) => readIn(guild_id, channel_id)(content, mentions),

    async material(asked, conversation, memory) {
      const { guild_id: guild } = asked;
      const told = memory.isPointedAt ? asked : await withoutForgotten(asked);
      const message = { ...told, ...(guild && { guild_id: guild }) };
      const found = await repliedTo(message);
      const replied = found && (await withoutForgotten(found));
      const before = replied ? await quoted(replied, guild, conversation, memory) : { quotes: [], files: [] };
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
