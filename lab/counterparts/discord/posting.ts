/** Writes messages into the world and tells the gateway. Permissions are checked elsewhere. */
import {
  type APIMessageTopLevelComponent,
  EmbedType,
  MessageFlags,
  MessageType,
} from 'discord-api-types/v10';
import type { Context, Ping } from './context.ts';
import { withIds } from './rest/component-tree.ts';
import { checkFields, checkNotEmpty, type MessageBody } from './rest/limits.ts';
import type { UploadedFile } from './rest/request.ts';
import { allow, isNobody, mentionedIn, NOBODY } from './world/mentions.ts';
import { messageEvent } from './world/message-payloads.ts';
import { snowflake } from './world/snowflake.ts';
import type { StoredAttachment, StoredMessage } from './world/world.ts';

/** Flags that the bot may set. Discord ignores the others. */
const SETTABLE_FLAGS =
  MessageFlags.SuppressEmbeds |
  MessageFlags.Ephemeral |
  MessageFlags.SuppressNotifications |
  MessageFlags.IsComponentsV2 |
  MessageFlags.IsVoiceMessage;

export type Draft = Partial<StoredMessage> & Pick<StoredMessage, 'channelId' | 'authorId' | 'content'>;

/** Puts a message into its channel, unless it is ephemeral, and dispatches it. */
export function post(context: Context, draft: Draft): StoredMessage {
  const { world, gateway, settings } = context;
  const message: StoredMessage = {
    id: snowflake(),
    type: MessageType.Default,
    flags: 0,
    embeds: [],
    components: [],
    attachments: [],
    poll: null,
    stickers: [],
    pinned: false,
    reference: null,
    snapshot: null,
    mentioned: NOBODY,
    nonce: undefined,
    webhookId: null,
    interaction: null,
    at: new Date(),
    editedAt: null,
    deleted: false,
    history: [{ at: performance.now(), content: draft.content, kind: 'create' }],
    ...draft,
  };
  world.messages.set(message.id, message);
  if (isEphemeral(message)) return message;
  world.channels.get(message.channelId)?.messages.set(message.id, message);
  const event = messageEvent(world, message);
  if (!settings.sendsReferenced) delete event.referenced_message;
  gateway.dispatch('MESSAGE_CREATE', event);
  return message;
}

export function change(context: Context, message: StoredMessage, fields: Partial<StoredMessage>): void {
  Object.assign(message, fields, { editedAt: new Date() });
  message.history.push({ at: performance.now(), content: message.content, kind: 'edit' });
  announce(context, message);
}

/** Sends MESSAGE_UPDATE with the current message. */
export function announce({ world, gateway }: Context, message: StoredMessage): void {
  if (!isEphemeral(message)) gateway.dispatch('MESSAGE_UPDATE', messageEvent(world, message));
}

/** Delay of a link's preview, ms. */
const PREVIEW_MS = 150;

/** Sends the previews of a message's links later, as an update of the whole message without an edit. */
export function unfurlLater(context: Context, message: StoredMessage): void {
  if (!/(?<!<)https?:\/\/\S/.test(message.content)) return;
  setTimeout(() => unfurl(context, message), PREVIEW_MS).unref();
}

/** Discord: MESSAGE_UPDATE with `edited_timestamp: null`, the same content and new embeds (message.mdx, Embeds). */
export function unfurl(context: Context, message: StoredMessage): void {
  if (message.deleted) return;
  const url = /https?:\/\/\S+/.exec(message.content)?.[0] ?? 'https://example.com/';
  const preview = { type: EmbedType.Link, title: 'A page', url, description: 'What the page is about.' };
  message.embeds = [...message.embeds, preview];
  announce(context, message);
}

export function remove({ world, gateway }: Context, message: StoredMessage): void {
  message.deleted = true;
  const channel = world.channels.get(message.channelId);
  channel?.messages.delete(message.id);
  if (isEphemeral(message)) return;
  const guild = channel?.guildId ? { guild_id: channel.guildId } : {};
  gateway.dispatch('MESSAGE_DELETE', { id: message.id, channel_id: message.channelId, ...guild });
}

export function isEphemeral(message: StoredMessage): boolean {
  return (message.flags & MessageFlags.Ephemeral) !== 0;
}

interface Writing {
  by: Ping['by'];
  repliedTo?: string | undefined;
}

/** The bot's body as the fields of a new message. @throws ApiError when Discord would refuse it */
export function draftFrom(
  context: Context,
  body: MessageBody,
  files: readonly UploadedFile[],
  writing: Writing,
) {
  checkFields(body, files);
  const content = (body.content ?? '').trim();
  const fields = {
    content,
    flags: (body.flags ?? 0) & SETTABLE_FLAGS,
    embeds: body.embeds ?? [],
    components: componentsOf(body),
    attachments: uploaded(body, files),
    mentioned: mentionedBy(context, body, content, writing),
  };
  checkNotEmpty(fields);
  return fields;
}

/** The bot's PATCH as the fields that change. @throws ApiError when Discord would refuse it */
export function changesFrom(
  context: Context,
  message: StoredMessage,
  body: MessageBody,
  files: readonly UploadedFile[],
  writing: Writing,
): Partial<StoredMessage> {
  const v2 =
    (message.flags & MessageFlags.IsComponentsV2) | ((body.flags ?? 0) & MessageFlags.IsComponentsV2);
  const flags = body.flags ?? message.flags;
  checkFields({ ...body, flags: flags | v2 }, files);
  const fixed = MessageFlags.Ephemeral | MessageFlags.HasThread;
  const changes: Partial<StoredMessage> = {
    flags: (flags & SETTABLE_FLAGS & ~fixed) | v2 | (message.flags & fixed),
  };
  if (body.content !== undefined) changes.content = (body.content ?? '').trim();
  if (body.embeds !== undefined) changes.embeds = body.embeds ?? [];
  if (body.components !== undefined) changes.components = componentsOf(body);
  if (body.attachments !== undefined || files.length > 0) {
    const kept = body.attachments?.map(({ id }) => String(id));
    const retained = message.attachments.filter(({ id }) => !kept || kept.includes(id));
    changes.attachments = [...retained, ...uploaded(body, files)];
  }
  if (body.content !== undefined || body.allowed_mentions !== undefined) {
    changes.mentioned = mentionedBy(context, body, changes.content ?? message.content, writing);
  }
  checkNotEmpty({ ...message, ...changes });
  return changes;
}

function mentionedBy(context: Context, body: MessageBody, content: string, writing: Writing) {
  const interaction = writing.by === 'callback' || writing.by === 'followup';
  const shown = [content, ...(JSON.stringify(body.components ?? []).match(/"content":"[^"]*"/g) ?? [])].join(
    ' ',
  );
  const { repliedTo } = writing;
  const mentioned = allow(mentionedIn(shown), body.allowed_mentions, { repliedTo, interaction });
  return { ...mentioned, users: mentioned.users.filter((id) => context.world.users.has(id)) };
}

/** Records the pings of a message, if any. */
export function recordPings({ pings }: Context, message: StoredMessage, by: Ping['by']): void {
  if (isNobody(message.mentioned)) return;
  pings.push({ ...message.mentioned, messageId: message.id, channelId: message.channelId, by });
}

function componentsOf(body: MessageBody): APIMessageTopLevelComponent[] {
  return withIds(body.components ?? []) as APIMessageTopLevelComponent[];
}

function uploaded(body: MessageBody, files: readonly UploadedFile[]): StoredAttachment[] {
  return files.map((file) => {
    const described = body.attachments?.find(({ id }) => String(id) === file.index);
    return {
      id: snowflake(),
      name: described?.filename ?? file.name,
      type: file.type || 'application/octet-stream',
      bytes: file.bytes,
      description: described?.description,
    };
  });
}
