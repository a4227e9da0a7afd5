/** Objects as Discord sends them, made from the world. */
import {
  type APIAttachment,
  type APIChannel,
  type APIGuildMember,
  type APIMessage,
  type APIMessageSnapshot,
  type APIUser,
  ChannelType,
  type GatewayGuildCreateDispatchData,
  InteractionContextType,
  MessageReferenceType,
  OverwriteType,
  PermissionFlagsBits,
} from 'discord-api-types/v10';
import {
  BOT,
  isoTime,
  isThread,
  type StoredAttachment,
  type StoredChannel,
  type StoredGuild,
  type StoredMember,
  type StoredMessage,
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

/** The author of a webhook's message has the webhook's id and the name it was called with (message.mdx, author). */
function authorPayload(
  { applicationId }: World,
  { webhookId: id }: StoredMessage,
  author: StoredUser,
): APIUser {
  if (id === null || id === applicationId) return userPayload(author);
  return { id, username: author.name, discriminator: '0000', global_name: null, avatar: null, bot: true };
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

export function attachmentUrl(world: World, channelId: string, file: StoredAttachment): string {
  const path = `/attachments/${channelId}/${file.id}/${encodeURIComponent(file.name)}`;
  return `${world.origin}${path}?ex=7fffffff&is=60000000&hm=00`;
}

export function attachmentPayload(world: World, channelId: string, file: StoredAttachment): APIAttachment {
  const url = attachmentUrl(world, channelId, file);
  return {
    id: file.id,
    filename: file.name,
    size: file.bytes.length,
    url,
    proxy_url: url,
    content_type: file.type,
    ...(file.description === undefined ? {} : { description: file.description }),
  };
}

export function messagePayload(world: World, message: StoredMessage, withReferenced = true): APIMessage {
  const author = world.users.get(message.authorId);
  if (!author) throw new Error(`message ${message.id} has no author`);
  const { mentioned, reference, snapshot } = message;
  const thread = world.channels.get(message.id);
  const inThread = thread && thread.id !== message.channelId ? channelPayload(world, thread) : undefined;
  const guildId = world.channels.get(message.channelId)?.guildId;
  const payload: APIMessage = {
    id: message.id,
    channel_id: message.channelId,
    type: message.type,
    author: authorPayload(world, message, author),
    content: message.content,
    timestamp: isoTime(message.at),
    edited_timestamp: message.editedAt === null ? null : isoTime(message.editedAt),
    tts: false,
    mention_everyone: mentioned.everyone,
    mention_roles: mentioned.roles,
    mentions: mentioned.users.flatMap((id) => {
      const user = world.users.get(id);
      return user ? [userPayload(user)] : [];
    }),
    attachments: message.attachments.map((file) => attachmentPayload(world, message.channelId, file)),
    embeds: message.embeds,
    components: message.components,
    pinned: message.pinned,
    flags: message.flags as NonNullable<APIMessage['flags']>,
  };
  if (message.nonce !== undefined) payload.nonce = message.nonce;
  if (inThread) payload.thread = inThread as NonNullable<APIMessage['thread']>;
  if (message.poll) payload.poll = message.poll;
  if (message.stickers.length > 0) payload.sticker_items = message.stickers;
  if (message.webhookId !== null) payload.webhook_id = message.webhookId;
  if (message.interaction) {
    const user = world.users.get(message.interaction.userId);
    payload.application_id = world.applicationId;
    payload.interaction_metadata = {
      id: message.interaction.id,
      type: message.interaction.type,
      user: userPayload(user ?? author),
      authorizing_integration_owners: { 0: guildId ?? '0' },
    } as NonNullable<APIMessage['interaction_metadata']>;
  }
  if (reference) {
    payload.message_reference = {
      type: snapshot ? MessageReferenceType.Forward : MessageReferenceType.Default,
      message_id: reference.messageId,
      channel_id: reference.channelId,
      ...(guildId ? { guild_id: guildId } : {}),
    };
    if (!snapshot && withReferenced) {
      const referenced = world.messages.get(reference.messageId);
      payload.referenced_message =
        !referenced || referenced.deleted ? null : messagePayload(world, referenced, false);
    }
  }
  if (snapshot) {
    const copy = messagePayload(world, snapshot, false);
    const { content, embeds, attachments, components, timestamp, edited_timestamp, flags, type, mentions } =
      copy;
    const inner = {
      ...(copy.sticker_items && { sticker_items: copy.sticker_items }),
      content,
      embeds,
      attachments,
      components,
      timestamp,
      edited_timestamp,
      flags,
      type,
      mentions,
    };
    payload.message_snapshots = [
      { message: { ...inner, mention_roles: [] } } as unknown as APIMessageSnapshot,
    ];
  }
  return payload;
}

/** The data of MESSAGE_CREATE and MESSAGE_UPDATE: the message with more fields. */
export function messageEvent(world: World, message: StoredMessage): APIMessage & { guild_id?: string } {
  const payload = messagePayload(world, message);
  const guild = world.guilds.get(world.channels.get(message.channelId)?.guildId ?? '');
  if (!guild) return payload;
  const member = guild.members.get(message.authorId);
  const mentions = payload.mentions.map((user) => {
    const mentionedMember = guild.members.get(user.id);
    return mentionedMember ? { ...user, member: memberPayload(mentionedMember) } : user;
  });
  return {
    ...payload,
    mentions,
    guild_id: guild.id,
    ...(member && message.webhookId === null ? { member: memberPayload(member) } : {}),
  };
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
