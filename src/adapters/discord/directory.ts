/** Which channels and roles there are, as the gateway tells; what it did not tell of a channel is asked once. */
import {
  type APIChannel,
  type ChannelType,
  GatewayDispatchEvents as Event,
  type GatewayDispatchPayload,
  PermissionFlagsBits,
  type REST,
  Routes,
} from 'discord.js';
import { LRUCache } from 'lru-cache';

export interface Channel {
  type: ChannelType;
  guild: string | undefined;
  /** Of a thread, the channel it is in. */
  parent: string | undefined;
  name: string;
}

export interface KnownChannel extends Channel {
  /** Of the newest message as of when the channel was told of; it may be gone. Undefined where there never was one. */
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
  /** What is known without asking. */
  known(channelId: string): KnownChannel | undefined;
  /** Undefined where Discord does not tell. Never throws. */
  channel(channelId: string): Promise<Channel | undefined>;
  /** Whether roles make a member one who may manage the server: by owning it, or by a permission. */
  isAdmin(guild: string, userId: string, roles: string[]): boolean;
}

interface Guild {
  owner: string;
  /** The permissions of each role, as Discord's bit set; the role of everyone has the guild's id. */
  roles: Map<string, bigint>;
}

const MOST_CHANNELS = 50_000;
/** Either of them makes an admin. */
const ADMIN = PermissionFlagsBits.ManageGuild | PermissionFlagsBits.Administrator;

export function createDirectory(rest: REST): Directory {
  const channels = new LRUCache<string, KnownChannel>({ max: MOST_CHANNELS });
  const guilds = new Map<string, Guild>();
  const expected = new Set<string>();
  const asked = new Map<string, Promise<Channel | undefined>>();

  function keep(channel: APIChannel, guild = 'guild_id' in channel ? channel.guild_id : undefined): Channel {
    const known: KnownChannel = {
      type: channel.type,
      guild,
      parent: 'parent_id' in channel ? (channel.parent_id ?? undefined) : undefined,
      name: channel.name ?? '',
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
          const roles = new Map(d.roles.map(({ id, permissions }) => [id, BigInt(permissions)]));
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
          guilds.get(d.guild_id)?.roles.set(d.role.id, BigInt(d.role.permissions));
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
        case Event.ChannelDelete:
        case Event.ThreadDelete:
          channels.delete(d.id);
      }
    },
    known: (channelId) => channels.get(channelId),
    async channel(channelId) {
      const known = channels.get(channelId);
      if (known) return known;
      const asking = asked.get(channelId) ?? ask(channelId);
      asked.set(channelId, asking);
      return asking;
    },
    isAdmin(guildId, userId, roles) {
      const guild = guilds.get(guildId);
      if (!guild) return false;
      const has = [guildId, ...roles].some((role) => ((guild.roles.get(role) ?? 0n) & ADMIN) !== 0n);
      return has || guild.owner === userId;
    },
  };
}
