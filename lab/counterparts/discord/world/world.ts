/** The world of this Discord: users, guilds, channels, messages. It is the counterpart's source of truth. */
import {
  type APIEmbed,
  type APIGuildForumTag,
  type APIMessageTopLevelComponent,
  type APIPoll,
  type APIRole,
  type APIStickerItem,
  ChannelType,
  type MessageType,
  PermissionFlagsBits,
} from 'discord-api-types/v10';
import type { Mentioned } from './mentions.ts';
import { snowflake } from './snowflake.ts';

export interface StoredUser {
  id: string;
  name: string;
  globalName: string | null;
  bot: boolean;
  /** Whether the user accepts DMs. If not, Discord answers 50007. */
  takesDms: boolean;
}

export interface StoredMember {
  nick: string | null;
  roles: string[];
  joinedAt: string;
}

export interface StoredGuild {
  id: string;
  name: string;
  ownerId: string;
  roles: APIRole[];
  members: Map<string, StoredMember>;
  /** The bot's presence in the guild. */
  presence: 'joined' | 'unavailable' | 'removed';
}

export interface StoredChannel {
  id: string;
  guildId: string | null;
  type: ChannelType;
  name: string;
  parentId: string | null;
  /** Creator of a thread. */
  ownerId: string | null;
  /** The user of a DM. */
  recipientId: string | null;
  archived: boolean;
  locked: boolean;
  /** Slow mode: seconds between two messages of one user; 0 means off. */
  rateLimitPerUser: number;
  autoArchiveDuration: number;
  threadMembers: Set<string>;
  /** Whether its overwrite for @everyone denies VIEW_CHANNEL. The bot may view it. */
  isHidden: boolean;
  /** Permissions that the bot lacks in this channel. */
  denied: bigint;
  /** Permissions in this channel besides those of the invitation. */
  granted: bigint;
  /** Tags of a forum. */
  availableTags: APIGuildForumTag[];
  /** Ids of a forum post's tags. */
  appliedTags: string[];
  /** Messages by id, oldest first, without deleted and ephemeral ones. */
  messages: Map<string, StoredMessage>;
}

export interface StoredAttachment {
  id: string;
  name: string;
  type: string;
  bytes: Uint8Array;
  description: string | undefined;
}

export interface HistoryEntry {
  /** When people saw this content, by `performance.now()`. */
  at: number;
  content: string;
  kind: 'create' | 'edit';
}

export interface StoredMessage {
  id: string;
  channelId: string;
  authorId: string;
  type: MessageType;
  content: string;
  flags: number;
  embeds: APIEmbed[];
  components: APIMessageTopLevelComponent[];
  attachments: StoredAttachment[];
  poll: APIPoll | null;
  stickers: APIStickerItem[];
  pinned: boolean;
  reference: { messageId: string; channelId: string } | null;
  /** The forwarded message as it was. */
  snapshot: StoredMessage | null;
  mentioned: Mentioned;
  nonce: string | number | undefined;
  /**
   * Id of the webhook that posted the message under its author's name. For an answer to an interaction it is the
   * application's id.
   */
  webhookId: string | null;
  /** The interaction that the message answers. */
  interaction: { id: string; userId: string; type: number; name: string | undefined } | null;
  at: Date;
  editedAt: Date | null;
  deleted: boolean;
  history: HistoryEntry[];
}

export interface World {
  bot: StoredUser;
  applicationId: string;
  /** Address of attachments, without a slash at the end. */
  origin: string;
  users: Map<string, StoredUser>;
  guilds: Map<string, StoredGuild>;
  channels: Map<string, StoredChannel>;
  /** All messages by id, with deleted and ephemeral ones. */
  messages: Map<string, StoredMessage>;
  /** Files given to commands, which are attached to no message. */
  looseFiles: Map<string, StoredAttachment>;
}

export function createWorld(botName: string): World {
  const bot: StoredUser = { id: snowflake(), name: botName, globalName: null, bot: true, takesDms: false };
  return {
    bot,
    // The application's id differs from the bot's id, as for applications made before 2017. The two are easily
    // confused.
    applicationId: snowflake(),
    origin: '',
    users: new Map([[bot.id, bot]]),
    guilds: new Map(),
    channels: new Map(),
    messages: new Map(),
    looseFiles: new Map(),
  };
}

export const ADMIN = (1n << 53n) - 1n;

export const MEMBER =
  PermissionFlagsBits.ViewChannel |
  PermissionFlagsBits.SendMessages |
  PermissionFlagsBits.SendMessagesInThreads |
  PermissionFlagsBits.CreatePublicThreads |
  PermissionFlagsBits.ReadMessageHistory |
  PermissionFlagsBits.EmbedLinks |
  PermissionFlagsBits.AttachFiles |
  PermissionFlagsBits.AddReactions |
  PermissionFlagsBits.UseApplicationCommands;

/**
 * Permissions of the bot's invitation. They include pinging everyone, so that the platform does not hide a ping that
 * the bot must not send.
 */
export const BOT = MEMBER | PermissionFlagsBits.UseExternalEmojis | PermissionFlagsBits.MentionEveryone;

export function newGuild(name: string, ownerId: string, id = snowflake()): StoredGuild {
  return {
    id,
    name,
    ownerId,
    roles: [newRole('@everyone', MEMBER, id)],
    members: new Map(),
    presence: 'joined',
  };
}

/**
 * The role that Discord creates for an invited bot. It has the bot's name, and no other member has it
 * (topics/permissions.mdx).
 */
export function roleOfBot(bot: StoredUser): APIRole {
  return { ...newRole(bot.name, BOT), managed: true, mentionable: false, tags: { bot_id: bot.id } };
}

export function newMember(): StoredMember {
  return { nick: null, roles: [], joinedAt: isoTime(new Date()) };
}

export function newRole(name: string, permissions = 0n, id = snowflake()): APIRole {
  return {
    id,
    name,
    color: 0,
    colors: { primary_color: 0, secondary_color: null, tertiary_color: null },
    hoist: false,
    position: name === '@everyone' ? 0 : 1,
    permissions: String(permissions),
    managed: false,
    mentionable: true,
    flags: 0 as APIRole['flags'],
  };
}

export function newChannel(
  fields: Partial<StoredChannel> & { type: ChannelType; name: string },
): StoredChannel {
  return {
    id: snowflake(),
    guildId: null,
    parentId: null,
    ownerId: null,
    recipientId: null,
    archived: false,
    locked: false,
    rateLimitPerUser: 0,
    autoArchiveDuration: 1440,
    threadMembers: new Set(),
    isHidden: false,
    denied: 0n,
    granted: 0n,
    availableTags: [],
    appliedTags: [],
    messages: new Map(),
    ...fields,
  };
}

export function isThread(channel: StoredChannel): boolean {
  return (
    channel.type === ChannelType.PublicThread ||
    channel.type === ChannelType.PrivateThread ||
    channel.type === ChannelType.AnnouncementThread
  );
}

/** Discord writes `+00:00`, not `Z`. */
export function isoTime(date: Date): string {
  return date.toISOString().replace('Z', '000+00:00');
}
