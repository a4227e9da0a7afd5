/** Messages as Discord sends them. */
import {
  type APIAttachment,
  type APIMessage,
  type APIMessageSnapshot,
  type APIUser,
  MessageReferenceType,
} from 'discord-api-types/v10';
import { channelPayload, memberPayload, userPayload } from './payloads.ts';
import { isoTime, type StoredAttachment, type StoredMessage, type StoredUser, type World } from './world.ts';

/** The author of a webhook's message has the webhook's id and the name it was called with (message.mdx, author). */
function authorPayload(
  { applicationId }: World,
  { webhookId: id }: StoredMessage,
  author: StoredUser,
): APIUser {
  if (id === null || id === applicationId) return userPayload(author);
  return { id, username: author.name, discriminator: '0000', global_name: null, avatar: null, bot: true };
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
  const { mentioned, snapshot } = message;
  const thread = world.channels.get(message.id);
  const inThread = thread && thread.id !== message.channelId ? channelPayload(world, thread) : undefined;
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
  Object.assign(payload, interactionFields(world, message, author));
  Object.assign(payload, referenceFields(world, message, withReferenced));
  if (snapshot) payload.message_snapshots = [snapshotPayload(messagePayload(world, snapshot, false))];
  return payload;
}

function guildIdOf(world: World, { channelId }: StoredMessage): string | null | undefined {
  return world.channels.get(channelId)?.guildId;
}

function interactionFields(world: World, message: StoredMessage, author: StoredUser): Partial<APIMessage> {
  const { interaction } = message;
  if (!interaction) return {};
  const user = world.users.get(interaction.userId);
  return {
    application_id: world.applicationId,
    interaction_metadata: {
      id: interaction.id,
      type: interaction.type,
      user: userPayload(user ?? author),
      authorizing_integration_owners: { 0: guildIdOf(world, message) ?? '0' },
    } as NonNullable<APIMessage['interaction_metadata']>,
  };
}

function referenceFields(
  world: World,
  message: StoredMessage,
  withReferenced: boolean,
): Pick<APIMessage, 'message_reference' | 'referenced_message'> {
  const { reference, snapshot } = message;
  if (!reference) return {};
  const guildId = guildIdOf(world, message);
  const pointer = {
    type: snapshot ? MessageReferenceType.Forward : MessageReferenceType.Default,
    message_id: reference.messageId,
    channel_id: reference.channelId,
    ...(guildId ? { guild_id: guildId } : {}),
  };
  if (snapshot || !withReferenced) return { message_reference: pointer };
  const referenced = world.messages.get(reference.messageId);
  const isThere = referenced && !referenced.deleted;
  return {
    message_reference: pointer,
    referenced_message: isThere ? messagePayload(world, referenced, false) : null,
  };
}

/** The fields of a forwarded message that Discord copies. */
function snapshotPayload(copy: APIMessage): APIMessageSnapshot {
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
  return { message: { ...inner, mention_roles: [] } } as unknown as APIMessageSnapshot;
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
