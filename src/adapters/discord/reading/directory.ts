/** Which channels, threads and roles there are, as the gateway tells. */
import {
  ChannelType,
  GatewayDispatchEvents as Event,
  type GatewayDispatchPayload,
  PermissionFlagsBits,
  type REST,
} from 'discord.js';
import { seenName } from '../../../core/text/unseen.ts';
import { type Channels, createChannels, isThread, type KnownChannel } from './channels.ts';
import { createGuilds, type Guilds } from './guilds.ts';

export interface Directory
  extends Pick<Channels, 'all' | 'known' | 'newestIn' | 'channel'>,
    Pick<Guilds, 'expect' | 'isWhole' | 'isAdmin' | 'roleOfBot' | 'roleName'> {
  /** Takes note of an event. */
  see(event: GatewayDispatchPayload): void;
  /** The name of a channel or thread, if everybody who reads in the channel `readIn` is known to be allowed to see it. */
  nameFor(channelId: string, readIn: string): string | undefined;
  /** The title of a thread or forum post, with its tags. */
  titleOf(threadId: string): string | undefined;
}

/** Discord: 100 characters a name (channel.mdx). */
const NAME_CHARACTERS = 100;

export function createDirectory(rest: REST): Directory {
  const channels = createChannels(rest);
  const guilds = createGuilds();
  const { all, known, newestIn, channel } = channels;
  const { expect, isWhole, isAdmin, roleOfBot, roleName } = guilds;

  /** Whether everyone in the server may view the channel, or the one that a thread is in (topics/permissions.mdx). */
  function isForAll(named: KnownChannel): boolean {
    const { type, guild = '', parent = '', isPublic } = named;
    if (type === ChannelType.PrivateThread) return false;
    if (isThread(named)) {
      const above = known(parent);
      return above !== undefined && !isThread(above) && isForAll(above);
    }
    if (guilds.everyoneMay(guild, PermissionFlagsBits.Administrator)) return true;
    return isPublic ?? guilds.everyoneMay(guild, PermissionFlagsBits.ViewChannel);
  }

  return {
    all,
    known,
    newestIn,
    channel,
    expect,
    isWhole,
    isAdmin,
    roleOfBot,
    roleName,
    see: (event) => see(event, channels, guilds),
    nameFor(channelId, readIn) {
      const [named, place] = [known(channelId), known(readIn)];
      if (!named || !place || named.guild === undefined || named.guild !== place.guild) return undefined;
      const isOwn = channelId === readIn || channelId === place.parent;
      return isOwn || isForAll(named) ? seenName(named.name, NAME_CHARACTERS) : undefined;
    },
    titleOf(threadId) {
      const thread = known(threadId);
      if (!thread?.name) return undefined;
      const names = known(thread.parent ?? '')?.tagNames;
      const named = thread.tags.flatMap((id) => names?.get(id) ?? []);
      return named.length > 0 ? `${thread.name} (${named.join(', ')})` : thread.name;
    },
  };
}

function see({ t, d }: GatewayDispatchPayload, channels: Channels, guilds: Guilds): void {
  switch (t) {
    case Event.GuildCreate:
      if (d.unavailable) return;
      for (const channel of [...d.channels, ...d.threads]) channels.keep(channel, d.id);
      guilds.keep(d);
      break;
    case Event.GuildUpdate:
      guilds.setOwner(d.id, d.owner_id);
      break;
    case Event.GuildDelete:
      guilds.gone(d.id, d.unavailable === true);
      break;
    case Event.GuildRoleCreate:
    case Event.GuildRoleUpdate:
      guilds.setRole(d.guild_id, d.role);
      break;
    case Event.GuildRoleDelete:
      guilds.removeRole(d.guild_id, d.role_id);
      break;
    case Event.ChannelCreate:
    case Event.ChannelUpdate:
    case Event.ThreadCreate:
    case Event.ThreadUpdate:
      channels.keep(d);
      break;
    case Event.ThreadListSync:
      for (const thread of d.threads) channels.keep(thread, d.guild_id);
      break;
    case Event.MessageCreate:
      channels.said(d.channel_id, d.id);
      break;
    case Event.ChannelDelete:
    case Event.ThreadDelete:
      channels.remove(d.id);
      break;
  }
}
