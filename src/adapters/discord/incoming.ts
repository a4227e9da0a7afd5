/** Tells which of Discord's messages are for Parley, and makes of each what the engine answers. */
import {
  type APIAttachment,
  type APIMessage,
  type APIUser,
  ChannelType,
  type GatewayMessageCreateDispatchData,
  MessageReferenceType,
  MessageType,
  type REST,
  Routes,
} from 'discord.js';
import { type Access, mayAsk } from '../../core/access.ts';
import type { Settings, TenantSettings, Transcripts } from '../../core/ports.ts';
import type { ConversationId, Message, Quote, TenantId } from '../../core/types.ts';
import type { IncomingFiles, SentFile } from '../incoming-files.ts';
import type { JoinedThreads } from '../joined-threads.ts';
import type { Channel, Directory } from './directory.ts';
import { conversationOf, type Place, tenantOf } from './place.ts';
import { authorOf, forwarded, mentions, nameOf, readable } from './text.ts';

export interface IncomingOptions {
  rest: REST;
  /** The bot's user id; known once Discord is connected. */
  botId(): string;
  /** Whether messages that do not mention the bot come with their text. */
  readsAll(): boolean;
  directory: Directory;
  threads: JoinedThreads;
  files: IncomingFiles;
  settings: Settings;
  transcripts: Transcripts;
}

/** A message that is for Parley, and from where. */
export interface Call {
  tenant: TenantId;
  place: Place;
  settings: TenantSettings;
  isAdmin: boolean;
  access: Access;
  /** False of a message in a thread that Parley takes part in, which does not name it. */
  isAddressed: boolean;
}

/** A person's place, from a message or an interaction. */
export interface Spot {
  guild: string | undefined;
  channelId: string;
  channel: Channel | undefined;
  user: APIUser;
  roles: string[];
  isAdmin: boolean;
}

export type IncomingMessage = GatewayMessageCreateDispatchData;

export interface Incoming {
  /** Whether it names Parley; undefined when it is not for Parley. It asks for nothing that history leaves out. */
  isAddressed(message: IncomingMessage): Promise<boolean | undefined>;
  /** Undefined when the message is not for Parley. */
  recognise(message: IncomingMessage): Promise<Call | undefined>;
  /** Who calls from where, and whether they may. */
  callFrom(spot: Spot, isAddressed: boolean): Promise<Call>;
  /** What it says, as the model reads it. */
  text(message: IncomingMessage): string;
  /** What is to be answered; undefined when it holds nothing to answer, as a bare mention does. */
  messageOf(
    message: IncomingMessage,
    call: Call,
    given?: { text: string; id: string },
  ): Promise<Message | undefined>;
}

const THREADS = new Set<ChannelType>([
  ChannelType.PublicThread,
  ChannelType.PrivateThread,
  ChannelType.AnnouncementThread,
]);
/** Of a thread that Parley is first called into, what it reads. */
const EARLIER_MESSAGES = 30;
const EARLIER_CHARACTERS = 8_000;
/** Of an answer of Parley's own that is replied to: enough to tell which it was, since history holds it. */
const OWN_QUOTE_CHARACTERS = 200;

export function isThread(channel: Channel | undefined): boolean {
  return channel !== undefined && THREADS.has(channel.type);
}

/** One after another: a thread or a DM as a whole; in a channel, each person's. */
function laneOf(conversation: ConversationId, { guild, thread }: Place, userId: string): string {
  return guild === undefined || thread !== undefined ? conversation : `${conversation}|${userId}`;
}

export function createIncoming(options: IncomingOptions): Incoming {
  const { rest, botId, directory, threads, files, settings, transcripts } = options;

  async function callFrom(spot: Spot, isAddressed: boolean): Promise<Call> {
    const { guild, channelId, channel, user, roles, isAdmin } = spot;
    const tenant = tenantOf(guild, user.id);
    const own = await settings.read(tenant);
    const parent = isThread(channel) ? channel?.parent : undefined;
    const place: Place = {
      guild,
      channel: parent ?? channelId,
      ...(isThread(channel) && { thread: channelId }),
      ...(guild !== undefined && own.history === 'person' && { person: user.id }),
    };
    const channels = parent === undefined ? [channelId] : [channelId, parent];
    const access = guild === undefined ? 'yes' : mayAsk(own, { channels, roles, isAdmin });
    return { tenant, place, settings: own, isAdmin, access, isAddressed };
  }

  /** Discord sends the message replied to along; only where it could not, it is asked for. */
  async function repliedTo(message: APIMessage): Promise<APIMessage | undefined> {
    if (message.type !== MessageType.Reply) return undefined;
    if (message.referenced_message !== undefined) return message.referenced_message ?? undefined;
    const { channel_id: channel = message.channel_id, message_id: id } = message.message_reference ?? {};
    if (!id) return undefined;
    return (await rest.get(Routes.channelMessage(channel, id)).catch(() => undefined)) as
      | APIMessage
      | undefined;
  }

  const text = (message: Pick<APIMessage, 'content' | 'mentions'>) =>
    readable(message.content, {
      mentions: message.mentions,
      botId: botId(),
      channelName: (id) => directory.known(id)?.name,
    });

  function quoteOf(message: APIMessage): Quote[] {
    const isOwn = message.author.id === botId();
    const said = text(message);
    const quote: Quote = isOwn
      ? { from: 'your earlier answer', text: said.slice(0, OWN_QUOTE_CHARACTERS).toWellFormed() }
      : { from: nameOf(message.author), text: said };
    return [...(said ? [quote] : []), ...forwarded(message)];
  }

  /** What was said in a thread before Parley was first called into it. */
  async function earlier(message: APIMessage, conversation: ConversationId): Promise<Quote[]> {
    if ((await transcripts.read(conversation, { limit: 1 })).turns.length > 0) return [];
    const query = new URLSearchParams({ before: message.id, limit: String(EARLIER_MESSAGES) });
    const before = (await rest
      .get(Routes.channelMessages(message.channel_id), { query })
      .catch(() => [])) as APIMessage[];
    const lines: string[] = [];
    let characters = 0;
    for (const one of before) {
      // The first message of a thread is a copy without text of the one that the thread was made from.
      const said = text(
        one.type === MessageType.ThreadStarterMessage ? (one.referenced_message ?? one) : one,
      );
      if (!said) continue;
      characters += said.length;
      if (characters > EARLIER_CHARACTERS) break;
      lines.unshift(`${nameOf(one.author)}: ${said}`);
    }
    return lines.length === 0
      ? []
      : [{ from: 'this thread, before you were called', text: lines.join('\n') }];
  }

  async function isAddressed(message: IncomingMessage): Promise<boolean | undefined> {
    const { author, type } = message;
    if (author.bot || author.system || message.webhook_id) return undefined;
    if (type !== MessageType.Default && type !== MessageType.Reply) return undefined;
    if (!message.guild_id || mentions(message, botId())) return true;
    if ((await repliedTo(message))?.author.id === botId()) return true;
    const known = directory.known(message.channel_id);
    if (!options.readsAll() || (known && !isThread(known))) return undefined;
    return (await threads.has(message.channel_id)) ? false : undefined;
  }

  return {
    isAddressed,
    callFrom,
    text,

    async recognise(message) {
      const isNamed = await isAddressed(message);
      if (isNamed === undefined) return undefined;
      const { author } = message;
      const guild = message.guild_id || undefined;
      const roles = message.member?.roles ?? [];
      return callFrom(
        {
          guild,
          channelId: message.channel_id,
          channel: guild === undefined ? undefined : await directory.channel(message.channel_id),
          user: author,
          roles,
          isAdmin: guild === undefined || directory.isAdmin(guild, author.id, roles),
        },
        isNamed,
      );
    },

    async messageOf(message, { tenant, place }, given) {
      const conversation = conversationOf(tenant, place);
      const replied = await repliedTo(message);
      const isForward = message.message_reference?.type === MessageReferenceType.Forward;
      const attached = [
        ...message.attachments,
        ...(replied && replied.author.id !== botId() ? replied.attachments : []),
        ...(isForward ? (message.message_snapshots ?? []).flatMap((one) => one.message.attachments) : []),
      ];
      const { taken, left } = await files.take(conversation, attached.map(fileOf));
      const quotes = [
        ...(place.thread === message.channel_id ? await earlier(message, conversation) : []),
        ...(replied ? quoteOf(replied) : []),
        ...forwarded(message),
      ];
      const said = given?.text ?? text(message);
      const unread = left.map((name) => `[attached, but not a file that can be read: ${name}]`);
      if (!said && taken.length === 0 && quotes.length === 0 && unread.length === 0) return undefined;
      const isShared = place.guild !== undefined && place.person === undefined;
      return {
        id: given?.id ?? message.id,
        conversation,
        lane: laneOf(conversation, place, message.author.id),
        tenant,
        author: authorOf(message.author, message.member, isShared),
        text: [said, ...unread].filter(Boolean).join('\n'),
        attachments: taken,
        ...(quotes.length > 0 && { quotes }),
        at: Date.parse(message.timestamp) || Date.now(),
      };
    },
  };
}

function fileOf({ id, filename, size, content_type = '', url }: APIAttachment): SentFile {
  return { id, name: filename, size, type: content_type, url };
}
