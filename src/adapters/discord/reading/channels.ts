/** Channels and threads as far as this process knows them: from the gateway's events, or asked of Discord once. */
import { type APIChannel, ChannelType, PermissionFlagsBits, type REST, Routes } from 'discord.js';
import { isLater } from '../../../chat/catch-up/later-id.ts';
import { createRecent } from '../../../core/recent.ts';
import { inTime } from '../in-time.ts';

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
  /** The newest message's id when Discord sent the channel; the message may be deleted. Undefined if there never was one. */
  lastMessage: string | undefined;
}

export interface Channels {
  /** Every channel and thread that is known, with its id. */
  all(): Iterable<[string, KnownChannel]>;
  /** The channel as far as it is known without a call. */
  known(channelId: string): KnownChannel | undefined;
  /** The channel, which is asked of Discord if it is not known. Undefined if Discord does not tell. Never throws. */
  channel(channelId: string): Promise<Channel | undefined>;
  /** The id of the newest message in the channel, as far as this process has heard. */
  newestIn(channelId: string): string | undefined;
  /** Takes note of a channel. @param guild its server, if the channel itself does not say it */
  keep(channel: APIChannel, guild?: string): Channel;
  remove(channelId: string): void;
  /** Takes note of a message. */
  said(channelId: string, messageId: string): void;
}

/** Longest time that a question waits for Discord's data on a channel, ms. */
const ASK_MS = 1_000;
const MOST_CHANNELS = 50_000;

export function createChannels(rest: REST): Channels {
  const channels = createRecent<string, KnownChannel>(MOST_CHANNELS);
  /** Ids of the newest messages since the channel was sent, by channel. */
  const newest = createRecent<string, string>(MOST_CHANNELS);
  const asked = new Map<string, Promise<Channel | undefined>>();

  function keep(channel: APIChannel, guild?: string): Channel {
    const known = knownOf(channel, guild);
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
    all: () => channels.entries(),
    known: (channelId) => channels.get(channelId),
    async channel(channelId) {
      const known = channels.get(channelId);
      if (known) return known;
      const asking = asked.get(channelId) ?? ask(channelId);
      asked.set(channelId, asking);
      return inTime(ASK_MS, asking);
    },
    newestIn: (channelId) => newest.get(channelId) ?? channels.get(channelId)?.lastMessage,
    keep,
    remove: (channelId) => void channels.delete(channelId),
    said(channelId, messageId) {
      // After a resume Discord may send an older message again.
      if (isLater(messageId, newest.get(channelId) ?? '')) newest.set(channelId, messageId);
    },
  };
}

function knownOf(
  channel: APIChannel,
  guild = 'guild_id' in channel ? channel.guild_id : undefined,
): KnownChannel {
  return {
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
}

/** Reads the overwrite of @everyone, whose id is the server's. */
function isPublicIn(channel: APIChannel, guild: string): boolean | undefined {
  const overwrites = 'permission_overwrites' in channel ? (channel.permission_overwrites ?? []) : [];
  const own = overwrites.find(({ id }) => id === guild);
  if (own && (BigInt(own.allow) & PermissionFlagsBits.ViewChannel) !== 0n) return true;
  return own && (BigInt(own.deny) & PermissionFlagsBits.ViewChannel) !== 0n ? false : undefined;
}
