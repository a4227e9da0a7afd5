/** Objects as Discord sends them, made from the world. */
import {
  type APIChannel,
  type APIGuildMember,
  type APIUser,
  ChannelType,
  type GatewayGuildCreateDispatchData,
  InteractionContextType,
  OverwriteType,
  PermissionFlagsBits,
} from 'discord-api-types/v10';
import {
  BOT,
  isoTime,
  isThread,
  type StoredChannel,
  type StoredGuild,
  type StoredMember,
  type StoredUser,
  type World,
} from './world.ts';

export function userPayload(user: StoredUser): APIUser {
  return {
    id: user.id,
    username: user.name,
    discriminator: user.bot ? '0001' : '0',
    global_name: user.globalName,
    avatar: null,
    public_flags: 0 as NonNullable<APIUser['public_flags']>,
    ...(user.bot ? { bot: true } : {}),
  };
}

type Member = Omit<APIGuildMember, 'user'>;

export function memberPayload(member: StoredMember): Member {
  return {
    nick: member.nick,
    avatar: null,
    banner: null,
    roles: member.roles,
    joined_at: member.joinedAt,
    premium_since: null,
    deaf: false,
    mute: false,
    flags: 0 as APIGuildMember['flags'],
    pending: false,
    communication_disabled_until: null,
  };
}

const FORUMS = new Set([ChannelType.GuildForum, ChannelType.GuildMedia]);

/** The compiler cannot derive the union of channel types from data, so the only assertion is here. */
export function channelPayload(world: World, channel: StoredChannel): APIChannel {
  const lastMessageId = [...channel.messages.keys()].at(-1) ?? null;
  const base = { id: channel.id, type: channel.type, last_message_id: lastMessageId, flags: 0 };
  if (channel.recipientId !== null) {
    const recipient = world.users.get(channel.recipientId);
    return { ...base, recipients: recipient ? [userPayload(recipient)] : [] } as unknown as APIChannel;
  }
  const inGuild = {
    ...base,
    guild_id: channel.guildId,
    name: channel.name,
    parent_id: channel.parentId,
    rate_limit_per_user: channel.rateLimitPerUser,
  };
  if (!isThread(channel)) {
    const position = [...world.channels.keys()].indexOf(channel.id);
    return {
      ...inGuild,
      position,
      topic: null,
      nsfw: false,
      // The overwrite of @everyone has the server's id (topics/permissions.mdx).
      permission_overwrites: [
        ...(channel.isHidden
          ? [
              {
                id: channel.guildId,
                type: OverwriteType.Role,
                allow: '0',
                deny: String(PermissionFlagsBits.ViewChannel),
              },
            ]
          : []),
        ...(channel.denied === 0n && channel.granted === 0n
          ? []
          : [
              {
                id: world.bot.id,
                type: OverwriteType.Member,
                allow: String(channel.granted),
                deny: String(channel.denied),
              },
            ]),
      ],
      ...(FORUMS.has(channel.type) && { available_tags: channel.availableTags }),
    } as unknown as APIChannel;
  }
  const said = channel.messages.size;
  return {
    ...inGuild,
    owner_id: channel.ownerId,
    ...(channel.appliedTags.length > 0 && { applied_tags: channel.appliedTags }),
    message_count: said,
    total_message_sent: said,
    member_count: channel.threadMembers.size,
    thread_metadata: {
      archived: channel.archived,
      locked: channel.locked,
      auto_archive_duration: channel.autoArchiveDuration,
      archive_timestamp: isoTime(new Date()),
      create_timestamp: isoTime(new Date()),
    },
  } as unknown as APIChannel;
}

export function guildEvent(world: World, guild: StoredGuild): GatewayGuildCreateDispatchData {
  const channels = [...world.channels.values()].filter((channel) => channel.guildId === guild.id);
  const members = [...guild.members].flatMap(([id, member]) => {
    const user = world.users.get(id);
    return user ? [{ ...memberPayload(member), user: userPayload(user) }] : [];
  });
  return {
    ...guildPayload(guild),
    joined_at: guild.members.get(world.bot.id)?.joinedAt ?? isoTime(new Date()),
    large: false,
    unavailable: false,
    member_count: members.length,
    voice_states: [],
    // Without the members intent Discord sends only the bot's own.
    members: members.filter((member) => member.user.id === world.bot.id),
    channels: channels
      .filter((channel) => !isThread(channel))
      .map((channel) => channelPayload(world, channel)),
    threads: channels
      .filter((channel) => isThread(channel) && !channel.archived)
      .map((channel) => channelPayload(world, channel)),
    presences: [],
    stage_instances: [],
    guild_scheduled_events: [],
    soundboard_sounds: [],
  } as unknown as GatewayGuildCreateDispatchData;
}

export function guildPayload(guild: StoredGuild) {
  return {
    id: guild.id,
    name: guild.name,
    icon: null,
    splash: null,
    discovery_splash: null,
    description: null,
    banner: null,
    owner_id: guild.ownerId,
    afk_channel_id: null,
    afk_timeout: 300,
    verification_level: 0,
    default_message_notifications: 0,
    explicit_content_filter: 0,
    roles: guild.roles,
    emojis: [],
    stickers: [],
    features: [],
    mfa_level: 0,
    application_id: null,
    system_channel_id: null,
    system_channel_flags: 0,
    rules_channel_id: null,
    vanity_url_code: null,
    premium_tier: 0,
    preferred_locale: 'en-US',
    public_updates_channel_id: null,
    nsfw_level: 0,
    premium_progress_bar_enabled: false,
    safety_alerts_channel_id: null,
  };
}

export function contextOf(channel: StoredChannel): InteractionContextType {
  return channel.guildId === null ? InteractionContextType.BotDM : InteractionContextType.Guild;
}

export function botPermissions(channel: StoredChannel): bigint {
  return (BOT | channel.granted) & ~channel.denied;
}
