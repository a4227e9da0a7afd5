/** Tells which of Discord's messages are for Parley, and makes of each what the engine answers. */
import {
  type APIAttachment,
  type APIUser,
  type GatewayMessageCreateDispatchData,
  MessageType,
  type REST,
} from 'discord.js';
import { placesAround } from '../../../chat/conversation-ids.ts';
import type { Forgotten, ForgottenReading } from '../../../chat/forgotten.ts';
import { type IncomingFiles, notShown, type SentFile, withOrigin } from '../../../chat/incoming-files.ts';
import type { JoinedThreads } from '../../../chat/joined-threads.ts';
import { type Access, mayAsk } from '../../../core/access/access.ts';
import type { Admission } from '../../../core/access/admission.ts';
import type { Settings, TenantSettings } from '../../../core/settings.ts';
import type { Transcripts } from '../../../core/storage.ts';
import type { ConversationId, Message, TenantId } from '../../../core/types.ts';
import { conversationOf, type Place, personOf, spaceOf, tenantOf } from '../ids.ts';
import { type Channel, type Directory, isThread } from '../reading/directory.ts';
import { createReading, isReadable, type QuotedFile, type Reading } from '../reading/reading.ts';
import { authorOf } from '../reading/text.ts';
import { namesOthers, namesParley } from './addressed.ts';

export interface IncomingOptions {
  rest: REST;
  /** The bot's user id; known once Discord is connected. */
  botId(): string;
  /** Whether messages that do not mention the bot come with their text. */
  readsAll(): boolean;
  directory: Directory;
  threads: JoinedThreads;
  forgotten: ForgottenReading;
  files: IncomingFiles;
  /** Whether that host holds Discord's files. */
  isFileHost(hostname: string): boolean;
  settings: Settings;
  transcripts: Transcripts;
  admission: Admission;
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

/** A question that did not come as a message. */
export interface Given {
  id: string;
  text: string;
  /** The text is Parley's own. It is no question unless there is something else to read. */
  isPrompt?: boolean;
}

export type Unasked = 'nothing' | 'unreadable' | 'forgotten';

export interface Incoming {
  /** Whether it names Parley; undefined when it is not for Parley. It asks for nothing that history leaves out. */
  isAddressed(message: IncomingMessage): Promise<boolean | undefined>;
  /** Undefined when the message is not for Parley. */
  recognise(message: IncomingMessage): Promise<Call | undefined>;
  /** Who calls from where, and whether they may. */
  callFrom(spot: Spot, isAddressed: boolean): Promise<Call>;
  /** What it says, as the model reads it. */
  text: Reading['text'];
  /** Whether a message was forgotten before Parley heard of it. */
  isForgotten(message: IncomingMessage): Promise<boolean>;
  /** Whether Discord may have withheld the text: without the message content intent it comes empty. */
  isWithheld(message: IncomingMessage): boolean;
  /**
   * The message to answer. `nothing`: it holds nothing to answer, such as a bare mention. `unreadable`: nothing
   * in it, or in what it refers to, can be read. `forgotten`: it was forgotten while it was being read.
   */
  messageOf(message: IncomingMessage, call: Call, given?: Given): Promise<Message | Unasked>;
}

/** One after another: a thread or a DM as a whole; in a channel, each person's. */
function laneOf(conversation: ConversationId, { guild, thread }: Place, userId: string): string {
  return guild === undefined || thread !== undefined ? conversation : `${conversation}|${userId}`;
}

export function createIncoming(options: IncomingOptions): Incoming {
  const { botId, directory, threads, files, settings, transcripts } = options;
  const reading = createReading(options);

  const forgottenAt = (conversation: ConversationId) =>
    options.forgotten.at(placesAround(conversation), botId());
  const isForgottenAt = (forgotten: Forgotten, { id, author }: IncomingMessage) =>
    forgotten.itself({ id, author: author.id });

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
    const inPlace = guild === undefined ? 'yes' : mayAsk(own, { channels, roles, isAdmin });
    const asking = {
      space: spaceOf(tenant),
      person: [personOf(user.id)],
      isDirect: guild === undefined,
    };
    // In a channel that admins left out, it is silent.
    const refusal =
      inPlace === 'channel' ? undefined : await options.admission.refusalOf(asking, tenant, own);
    return { tenant, place, settings: own, isAdmin, access: refusal ?? inPlace, isAddressed };
  }

  /** Whether the message is the first in its conversation. */
  async function isFirst({ id }: IncomingMessage, conversation: ConversationId): Promise<boolean> {
    const { turns } = await transcripts.read(conversation, { limit: 2 });
    return turns.every((turn) => turn.message.id === id);
  }

  async function isAddressed(message: IncomingMessage): Promise<boolean | undefined> {
    const { author, type, guild_id: guild } = message;
    if (author.bot || author.system || message.webhook_id) return undefined;
    if (type !== MessageType.Default && type !== MessageType.Reply) return undefined;
    if (!guild || namesParley(message, { botId: botId(), role: directory.roleOfBot(guild, botId()) }))
      return true;
    const replied = await reading.repliedTo(message);
    if (replied?.author.id === botId()) return true;
    const known = directory.known(message.channel_id);
    if (!options.readsAll() || (known && !isThread(known))) return undefined;
    if (namesOthers(message, botId(), replied)) return undefined;
    return (await threads.has(message.channel_id)) ? false : undefined;
  }

  return {
    isAddressed,
    callFrom,
    text: reading.text,

    async isForgotten(message) {
      const channel = await directory.channel(message.channel_id);
      const parent = isThread(channel) ? channel?.parent : undefined;
      const place = { channel: parent ?? message.channel_id, ...(parent && { thread: message.channel_id }) };
      const tenant = tenantOf(message.guild_id || undefined, message.author.id);
      return isForgottenAt(
        await forgottenAt(conversationOf(tenant, { guild: message.guild_id, ...place })),
        message,
      );
    },

    isWithheld: ({ guild_id, content, attachments, mentions, sticker_items }) =>
      Boolean(guild_id) &&
      !options.readsAll() &&
      content === '' &&
      attachments.length === 0 &&
      !sticker_items?.length &&
      !mentions.some(({ id }) => id === botId()),

    async recognise(message) {
      const isNamed = await isAddressed(message);
      if (isNamed === undefined) return undefined;
      const { author } = message;
      const guild = message.guild_id || undefined;
      const roles = message.member?.roles ?? [];
      const call = await callFrom(
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
      return !isNamed && call.settings.inThreads === 'mentions' ? undefined : call;
    },

    async messageOf(message, { tenant, place, isAdmin }, given) {
      const { guild } = place;
      const conversation = conversationOf(tenant, place);
      const begins = place.thread === message.channel_id && (await isFirst(message, conversation));
      const nothing = { quotes: [], files: [] };
      const forgotten = await forgottenAt(conversation);
      const memory = { forgotten, isPointedAt: given?.isPrompt === true };
      const [own, before] = await Promise.all([
        reading.material({ ...message, ...(guild && { guild_id: guild }) }, conversation, memory),
        begins ? reading.thread(message, forgotten) : nothing,
      ]);
      const quotes = [...before.quotes, ...own.quotes];
      const attached = new Map<string, QuotedFile>();
      for (const file of [...own.files, ...before.files])
        if (!attached.has(file.id)) attached.set(file.id, file);
      const { taken, left, more } = await files.take(conversation, [...attached.values()].map(fileOf));
      const now = await forgottenAt(conversation);
      if (now.version !== forgotten.version && isForgottenAt(now, message)) return 'forgotten';
      const said = given?.text ?? reading.text(message);
      if ((!said || given?.isPrompt) && taken.length === 0 && !quotes.some(isReadable))
        return quotes.length + left.length > 0 || refers(message) ? 'unreadable' : 'nothing';
      const material = [...quotes, ...notShown({ left, more })];
      const isShared = guild !== undefined && place.person === undefined;
      // A thread may be named for what was asked in it first.
      const isNamedSince = place.thread && !forgotten.asHistory({ id: place.thread, author: '' });
      const topic = begins && place.thread && isNamedSince ? directory.titleOf(place.thread) : undefined;
      return {
        id: given?.id ?? message.id,
        conversation,
        lane: laneOf(conversation, place, message.author.id),
        tenant,
        author: authorOf(message.author, message.member, isShared),
        ...(isAdmin && { reader: 'admin' as const }),
        text: said,
        attachments: taken.map((file) => withOrigin(file, attached.get(file.id)?.origin)),
        ...(material.length > 0 && { quotes: material }),
        ...(topic && { topic }),
        at: Date.parse(message.timestamp) || Date.now(),
      };
    },
  };
}

/** Whether the message refers to something to read. */
function refers({ type, message_snapshots = [] }: IncomingMessage): boolean {
  return type === MessageType.Reply || message_snapshots.length > 0;
}

function fileOf({ id, filename, size, content_type = '', url }: APIAttachment): SentFile {
  return { id, name: filename, size, type: content_type, url };
}
