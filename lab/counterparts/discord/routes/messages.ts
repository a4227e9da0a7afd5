/** Messages of channels. */
import { MessageReferenceType, MessageType, PermissionFlagsBits } from 'discord-api-types/v10';
import { channelOf, checkMayDelete, checkMaySend, may, messageIn, ownMessageIn } from '../access.ts';
import type { Context } from '../context.ts';
import { withoutContent } from '../gateway/intents.ts';
import { change, changesFrom, draftFrom, post, recordPings, remove } from '../posting.ts';
import { invalidForm, missingPermissions, noHistory, oldEditsLimited, slowMode } from '../rest/errors.ts';
import type { MessageBody } from '../rest/limits.ts';
import type { UploadedFile } from '../rest/request.ts';
import { messagePayload } from '../world/message-payloads.ts';
import type { StoredChannel, StoredMessage } from '../world/world.ts';
import type { Route } from './route.ts';
import { unarchive } from './threads.ts';

const list: Route = {
  method: 'GET',
  path: '/channels/:channel/messages',
  kind: 'other',
  bucket: 'other',
  auth: 'bot',
  handle(context, { params, query }) {
    const channel = channelOf(context, params.channel);
    if (!may(channel, PermissionFlagsBits.ReadMessageHistory)) return { status: 200, body: [] };
    const limit = Number(query.get('limit') ?? 50);
    if (!Number.isInteger(limit) || limit < 1 || limit > 100) {
      throw invalidForm('limit', 'NUMBER_TYPE_MAX', 'int value should be between 1 and 100.');
    }
    const all = [...channel.messages.values()];
    const before = query.get('before');
    const after = query.get('after');
    const older = before === null ? all : all.filter(({ id }) => BigInt(id) < BigInt(before));
    const wanted =
      after === null
        ? older.slice(-limit)
        : older.filter(({ id }) => BigInt(id) > BigInt(after)).slice(0, limit);
    // Newest first, also with `after`.
    return { status: 200, body: wanted.reverse().map((message) => readable(context, channel, message)) };
  },
};

const read: Route = {
  method: 'GET',
  path: '/channels/:channel/messages/:message',
  kind: 'other',
  bucket: 'other',
  auth: 'bot',
  handle(context, { params }) {
    const channel = channelOf(context, params.channel);
    return { status: 200, body: readable(context, channel, messageIn(channel, params.message)) };
  },
};

/** The message as an application without the message content intent reads it over HTTP. */
function readable({ world, settings }: Context, channel: StoredChannel, message: StoredMessage) {
  const payload = messagePayload(world, message);
  const all = settings.messageContentAllowed || channel.guildId === null;
  return all ? payload : withoutContent(payload, world.bot.id);
}

const create: Route = {
  method: 'POST',
  path: '/channels/:channel/messages',
  kind: 'create',
  bucket: 'create',
  auth: 'bot',
  handle(context, { params, body, files }) {
    const { world } = context;
    const channel = channelOf(context, params.channel);
    checkMaySend(context, channel);
    checkMayAttach(channel, files);
    const wanted: MessageBody = body;
    const nonce = wanted.nonce ?? undefined;
    const known = wanted.enforce_nonce && nonce !== undefined ? saidWith(context, channel, nonce) : undefined;
    if (known) return { status: 200, body: messagePayload(world, known) };
    const repliedTo = referencedBy(wanted, channel);
    const fields = draftFrom(context, wanted, files, { by: 'create', repliedTo: repliedTo?.authorId });
    checkSlowMode(context, channel);
    unarchive(context, channel);
    channel.threadMembers.add(world.bot.id);
    const message = post(context, {
      ...fields,
      channelId: channel.id,
      authorId: world.bot.id,
      nonce,
      type: repliedTo ? MessageType.Reply : MessageType.Default,
      reference: repliedTo ? { messageId: repliedTo.id, channelId: channel.id } : null,
    });
    recordPings(context, message, 'create');
    return { status: 200, body: messagePayload(world, message) };
  },
};

function saidWith(
  { world }: Context,
  channel: StoredChannel,
  nonce: string | number,
): StoredMessage | undefined {
  const own = [...channel.messages.values()].filter(({ authorId }) => authorId === world.bot.id);
  return own.findLast((message) => String(message.nonce) === String(nonce));
}

/** The message that the body replies to. @throws ApiError when nobody can reply to it */
function referencedBy(body: MessageBody, channel: StoredChannel): StoredMessage | undefined {
  const reference = body.message_reference;
  if (!reference) return undefined;
  if (reference.type === MessageReferenceType.Forward) {
    throw new Error('the counterpart does not know forwards by the bot');
  }
  if (!may(channel, PermissionFlagsBits.ReadMessageHistory)) throw noHistory();
  const referenced = channel.messages.get(reference.message_id ?? '');
  const elsewhere = reference.channel_id !== undefined && reference.channel_id !== channel.id;
  if (!referenced || elsewhere) {
    if (reference.fail_if_not_exists === false) return undefined;
    throw invalidForm('message_reference', 'REPLIES_UNKNOWN_MESSAGE', 'Unknown message');
  }
  if (!isRepliable(referenced)) {
    const text = 'Cannot reply to a system message';
    throw invalidForm('message_reference', 'REPLIES_CANNOT_REPLY_TO_SYSTEM_MESSAGE', text);
  }
  return referenced;
}

function isRepliable({ type }: StoredMessage): boolean {
  return [
    MessageType.Default,
    MessageType.Reply,
    MessageType.ChatInputCommand,
    MessageType.ContextMenuCommand,
  ].includes(type);
}

function checkMayAttach(channel: StoredChannel, files: readonly UploadedFile[]): void {
  if (files.length > 0 && !may(channel, PermissionFlagsBits.AttachFiles)) throw missingPermissions();
}

/**
 * Discord: slow mode also holds for a bot without a permission to bypass it (resources/channel.mdx,
 * rate_limit_per_user).
 */
function checkSlowMode({ world }: Context, channel: StoredChannel): void {
  const last = [...channel.messages.values()].findLast(({ authorId }) => authorId === world.bot.id);
  if (!last) return;
  const left = last.at.getTime() + channel.rateLimitPerUser * 1000 - Date.now();
  if (left > 0) throw Object.assign(slowMode(), { retryAfter: left / 1000 });
}

const HOUR_MS = 3_600_000;
const oldEdits = new WeakMap<StoredChannel, number[]>();

/** Edits of messages older than an hour have a limit of their own (discord-api-docs #4413 ◇). */
function checkOldEdits({ settings }: Context, channel: StoredChannel, { at }: StoredMessage): void {
  if (Date.now() - at.getTime() < HOUR_MS) return;
  const { limit, window } = settings.oldEdits;
  const recent = (oldEdits.get(channel) ?? []).filter((one) => one > Date.now() - window);
  const [first] = recent;
  if (first !== undefined && recent.length >= limit)
    throw Object.assign(oldEditsLimited(), { retryAfter: (first + window - Date.now()) / 1000 });
  oldEdits.set(channel, [...recent, Date.now()]);
}

const edit: Route = {
  method: 'PATCH',
  path: '/channels/:channel/messages/:message',
  kind: 'edit',
  bucket: 'edit',
  auth: 'bot',
  handle(context, { params, body, files }) {
    const channel = channelOf(context, params.channel);
    const message = ownMessageIn(context, channel, params.message);
    checkMayAttach(channel, files);
    checkOldEdits(context, channel, message);
    change(context, message, changesFrom(context, message, body, files, { by: 'edit' }));
    recordPings(context, message, 'edit');
    return { status: 200, body: messagePayload(context.world, message) };
  },
};

const erase: Route = {
  method: 'DELETE',
  path: '/channels/:channel/messages/:message',
  kind: 'delete',
  bucket: 'delete',
  auth: 'bot',
  handle(context, { params }) {
    const channel = channelOf(context, params.channel);
    const message = messageIn(channel, params.message);
    if (message.authorId !== context.world.bot.id) throw missingPermissions();
    checkMayDelete(channel);
    remove(context, message);
    return { status: 204 };
  },
};

export const messageRoutes: Route[] = [list, read, create, edit, erase];
