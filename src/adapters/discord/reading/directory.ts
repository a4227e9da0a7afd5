/** Which channels and roles there are, as the gateway tells; what it did not tell of a channel is asked once. */
import {
  type APIChannel,
  type APIRole,
  ChannelType,
  GatewayDispatchEvents as Event,
  type GatewayDispatchPayload,
  PermissionFlagsBits,
  type REST,
  Routes,
} from 'discord.js';
import { isLater } from '../../../chat/catch-up/later-id.ts';
import { createRecent } from '../../../core/recent.ts';
import { seenName } from '../../../core/text/unseen.ts';
import { inTime } from '../incoming/in-time.ts';

export interface Channel {
  type: ChannelType;
  guild: string | undefined;
  /** The channel that a thread is in; undefined for a channel. */
  parent: string | undefined;
  name: string;
}

const THREADS = new Set<ChannelType>([
  ChannelType.PublicThread,
  ChannelType.PrivateThread,
  ChannelType.AnnouncementThread,
]);

export function isThread(channel: Channel | undefined): boolean {
  return channel !== undefined && THREADS.has(channel.type);
}

export interface KnownChannel extends Channel {
  /** Ids of a forum post's tags. */
  tags: string[];
  /** Names of a forum's tags, by id. */
  tagNames: Map<string, string>;
  /** Whether everyone in its server may view the channel, by its own rules; undefined: the server's rules decide. */
  isPublic: boolean | undefined;
  /** The newest message's id when Discord sent the channel; it may be gone. Undefined where there never was one. */
  lastMessage: string | undefined;
}

export interface Directory {
  /** A connection is new: Discord tells next of these servers, all anew. */
  expect(guilds: string[]): void;
  /** Whether it has told of all of them, among those that `isOf` says. */
  isWhole(isOf: (guild: string) => boolean): boolean;
  /** Takes note of an event. */
  see(event: GatewayDispatchPayload): void;
  /** Every channel and thread that is known, with its id. */
  all(): Iterable<[string, KnownChannel]>;
  /** The channel as far as it is known without a call. */
  known(channelId: string): KnownChannel | undefined;
  /** The id of the newest message there, as far as this process has heard. */
  newestIn(channelId: string): string | undefined;
  /** Undefined where Discord does not tell. Never throws. */
  channel(channelId: string): Promise<Channel | undefined>;
  /** Whether roles make a member one who may manage the server: by owning it, or by a permission. */
  isAdmin(guild: string, userId: string, roles: string[]): boolean;
  /** The role that Discord made for this bot in the server (topics/permissions.mdx, Role Tags). */
  roleOfBot(guild: string | undefined, botId: string): string | undefined;
  roleName(guild: string | undefined, roleId: string): string | undefined;
  /** The name of a channel or thread, if it is known that everybody who reads in that other channel may know it. */
  nameFor(channelId: string, readIn: string): string | undefined;
  /** The title of a thread or forum post, with its tags. */
  titleOf(threadId: string): string | undefined;
}

interface Guild {
  owner: string;
  /** Roles by id; @everyone's role has the guild's id. */
  roles: Map<string, Role>;
}

interface Role {
  name: string;
  /** Permissions as Discord's bit set. */
  permissions: bigint;
  /** Id of the bot that the role was made for. */
  bot: string | undefined;
}

/** Longest time that a question waits for Discord's data on a channel, ms. */
const ASK_MS = 1_000;

const MOST_CHANNELS = 50_000;
/** Discord: 100 characters a name (channel.mdx). */
const NAME_CHARACTERS = 100;
/** Either of them makes an admin. */
const ADMIN = PermissionFlagsBits.ManageGuild | PermissionFlagsBits.Administrator;

export function createDirectory(rest: REST): Directory {
  const channels = createRecent<string, KnownChannel>(MOST_CHANNELS);
  /** By channel: ids of messages since it was told of. */
  const newest = createRecent<string, string>(MOST_CHANNELS);
  const guilds = new Map<string, Guild>();
  const expected = new Set<string>();
  const asked = new Map<string, Promise<Channel | undefined>>();

  function keep(channel: APIChannel, guild = 'guild_id' in channel ? channel.guild_id : undefined): Channel {
    const known: KnownChannel = {
      type: channel.type,
      guild,
      parent: 'parent_id' in channel ? (channel.parent_id ?? undefined) : undefined,
      name: channel.name ?? '',
      tags: 'applied_tags' in channel ? (channel.applied_tags ?? []) : [],
      tagNames: new Map(
        'available_tags' in channel ? channel.available_tags?.map(({ id, name }) => [id, name]) : [],
      ),
      isPublic: guild === undefined ? undefined : isPublicIn(channel, guild),
      lastMessage: 'last_message_id' in channel ? (channel.last_message_id ?? undefined) : undefined,
    };
    channels.set(channel.id, known);
    return known;
  }

  async function ask(channelId: string): Promise<Channel | undefined> {
    try {
      return keep((await rest.get(Routes.channel(channelId))) as APIChannel);
    } catch {
      return undefined;
    } finally {
      asked.delete(channelId);
    }
  }

  /** Whether everyone in the server may view the channel, or the one that a thread is in (topics/permissions.mdx). */
  function isForAll({ type, guild = '', parent = '', isPublic }: KnownChannel): boolean {
    if (type === ChannelType.PrivateThread) return false;
    if (THREADS.has(type)) {
      const above = channels.get(parent);
      return above !== undefined && !THREADS.has(above.type) && isForAll(above);
    }
    const everyone = guilds.get(guild)?.roles.get(guild)?.permissions ?? 0n;
    if ((everyone & PermissionFlagsBits.Administrator) !== 0n) return true;
    return isPublic ?? (everyone & PermissionFlagsBits.ViewChannel) !== 0n;
  }

  return {
    expect(ids) {
      for (const id of ids) expected.add(id);
    },
    isWhole: (isOf) => ![...expected].some(isOf),
    all: () => channels.entries(),
    see({ t, d }) {
      switch (t) {
        case Event.GuildCreate: {
          if (d.unavailable) return;
          for (const channel of [...d.channels, ...d.threads]) keep(channel, d.id);
          const roles = new Map(d.roles.map((role) => [role.id, roleOf(role)]));
          guilds.set(d.id, { owner: d.owner_id, roles });
          expected.delete(d.id);
          return;
        }
        case Event.GuildUpdate: {
          const guild = guilds.get(d.id);
          if (guild) guild.owner = d.owner_id;
          return;
        }
        case Event.GuildDelete:
          // Left, or out of Discord's own reach.
          expected.delete(d.id);
          if (!d.unavailable) guilds.delete(d.id);
          return;
        case Event.GuildRoleCreate:
        case Event.GuildRoleUpdate:
          guilds.get(d.guild_id)?.roles.set(d.role.id, roleOf(d.role));
          return;
        case Event.GuildRoleDelete:
          guilds.get(d.guild_id)?.roles.delete(d.role_id);
          return;
        case Event.ChannelCreate:
        case Event.ChannelUpdate:
        case Event.ThreadCreate:
        case Event.ThreadUpdate:
          keep(d);
          return;
        case Event.ThreadListSync:
          for (const thread of d.threads) keep(thread, d.guild_id);
          return;
        case Event.MessageCreate:
          // After a resume an older one may come again.
          if (isLater(d.id, newest.get(d.channel_id) ?? '')) newest.set(d.channel_id, d.id);
          return;
        case Event.ChannelDelete:
        case Event.ThreadDelete:
          channels.delete(d.id);
      }
    },
    known: (channelId) => channels.get(channelId),
    newestIn: (channelId) => newest.get(channelId) ?? channels.get(channelId)?.lastMessage,
    async channel(channelId) {
      const known = channels.get(channelId);
      if (known) return known;
      const asking = asked.get(channelId) ?? ask(channelId);
      asked.set(channelId, asking);
      return inTime(ASK_MS, asking);
    },
    isAdmin(guildId, userId, roles) {
      const guild = guilds.get(guildId);
      if (!guild) return false;
      const has = [guildId, ...roles].some(
        (role) => ((guild.roles.get(role)?.permissions ?? 0n) & ADMIN) !== 0n,
      );
      return has || guild.owner === userId;
    },
    roleOfBot(guild = '', botId) {
      for (const [id, { bot }] of guilds.get(guild)?.roles ?? []) if (bot === botId) return id;
      return undefined;
    },
    roleName: (guild = '', roleId) => guilds.get(guild)?.roles.get(roleId)?.name,
    nameFor(channelId, readIn) {
      const [named, place] = [channels.get(channelId), channels.get(readIn)];
      if (!named || !place || named.guild === undefined || named.guild !== place.guild) return undefined;
      const isOwn = channelId === readIn || channelId === place.parent;
      return isOwn || isForAll(named) ? seenName(named.name, NAME_CHARACTERS) : undefined;
    },
    titleOf(threadId) {
      const thread = channels.get(threadId);
      if (!thread?.name) return undefined;
      const names = channels.get(thread.parent ?? '')?.tagNames;
      const named = thread.tags.flatMap((id) => names?.get(id) ?? []);
      return named.length > 0 ? `${thread.name} (${named.join(', ')})` : thread.name;
    },
  };
}

/** The overwrite of @everyone, whose id is the server's. */
function isPublicIn(channel: APIChannel, guild: string): boolean | undefined {
  const overwrites = 'permission_overwrites' in channel ? (channel.permission_overwrites ?? []) : [];
  const own = overwrites.find(({ id }) => id === guild);
  if (own && (BigInt(own.allow) & PermissionFlagsBits.ViewChannel) !== 0n) return true;
  return own && (BigInt(own.deny) & PermissionFlagsBits.ViewChannel) !== 0n ? false : undefined;
}

function roleOf({ name, permissions, tags }: APIRole): Role {
  return { name, permissions: BigInt(permissions), bot: tags?.bot_id };
}
