/** Threads and forum posts. */
import { ChannelType, MessageFlags, MessageType, PermissionFlagsBits } from 'discord-api-types/v10';
import { channelOf, checkMaySend, may, messageIn } from '../access.ts';
import type { Context } from '../context.ts';
import { announce, draftFrom, post, recordPings } from '../posting.ts';
import { length } from '../rest/component-limits.ts';
import {
  invalidForm,
  missingPermissions,
  threadExists,
  threadLocked,
  wrongChannelType,
} from '../rest/errors.ts';
import type { MessageBody } from '../rest/limits.ts';
import { messagePayload } from '../world/message-payloads.ts';
import { channelPayload } from '../world/payloads.ts';
import { isThread, newChannel, type StoredChannel, type StoredMessage } from '../world/world.ts';
import type { Route } from './route.ts';

const DURATIONS = [60, 1440, 4320, 10080];
const WITH_THREADS = [ChannelType.GuildText, ChannelType.GuildAnnouncement];
const FORUMS = [ChannelType.GuildForum, ChannelType.GuildMedia];

const fromMessage: Route = {
  method: 'POST',
  path: '/channels/:channel/messages/:message/threads',
  kind: 'other',
  bucket: 'other',
  auth: 'bot',
  handle(context, { params, body }) {
    const channel = channelOf(context, params.channel);
    if (!WITH_THREADS.includes(channel.type)) throw wrongChannelType();
    if (!may(channel, PermissionFlagsBits.CreatePublicThreads)) throw missingPermissions();
    const message = messageIn(channel, params.message);
    checkThread(body);
    if (context.world.channels.has(message.id)) throw threadExists();
    const thread = startThread(context, channel, {
      name: String(body.name),
      ownerId: context.world.bot.id,
      message,
      autoArchiveDuration: Number(body.auto_archive_duration ?? 1440),
    });
    return { status: 201, body: channelPayload(context.world, thread) };
  },
};

const withoutMessage: Route = {
  method: 'POST',
  path: '/channels/:channel/threads',
  kind: 'other',
  bucket: 'other',
  auth: 'bot',
  handle(context, { params, body, files }) {
    const { world } = context;
    const channel = channelOf(context, params.channel);
    const forum = FORUMS.includes(channel.type);
    if (!forum && !WITH_THREADS.includes(channel.type)) throw wrongChannelType();
    if (!may(channel, PermissionFlagsBits.CreatePublicThreads)) throw missingPermissions();
    checkThread(body);
    const name = String(body.name);
    const autoArchiveDuration = Number(body.auto_archive_duration ?? 1440);
    if (!forum) {
      // Discord makes a private thread when no type is given.
      const type = Number(body.type ?? ChannelType.PrivateThread);
      const thread = startThread(context, channel, {
        name,
        ownerId: world.bot.id,
        type,
        autoArchiveDuration,
      });
      return { status: 201, body: channelPayload(world, thread) };
    }
    const wanted = body.message;
    if (typeof wanted !== 'object' || wanted === null) {
      throw invalidForm('message', 'BASE_TYPE_REQUIRED', 'This field is required');
    }
    const fields = draftFrom(context, wanted as MessageBody, files, { by: 'create' });
    const thread = startThread(context, channel, { name, ownerId: world.bot.id, autoArchiveDuration });
    const message = post(context, { ...fields, id: thread.id, channelId: thread.id, authorId: world.bot.id });
    recordPings(context, message, 'create');
    return {
      status: 201,
      body: { ...channelPayload(world, thread), message: messagePayload(world, message) },
    };
  },
};

function checkThread(body: Record<string, unknown>): void {
  length('name', body.name, 1, 100);
  const duration = body.auto_archive_duration;
  if (duration !== undefined && duration !== null && !DURATIONS.includes(Number(duration))) {
    const text = 'Value must be one of (60, 1440, 4320, 10080).';
    throw invalidForm('auto_archive_duration', 'BASE_TYPE_CHOICES', text);
  }
}

interface NewThread {
  name: string;
  ownerId: string;
  /** The message that the thread starts from. Absent: the thread stands by itself. */
  message?: StoredMessage;
  type?: ChannelType;
  autoArchiveDuration?: number;
  appliedTags?: string[];
}

/** Starts a thread. A thread from a message has the message's id, and so has the first message of a forum post. */
export function startThread(context: Context, parent: StoredChannel, wanted: NewThread): StoredChannel {
  const { world, gateway } = context;
  const { message, name, ownerId } = wanted;
  const thread = newChannel({
    ...(message ? { id: message.id } : {}),
    type: wanted.type ?? ChannelType.PublicThread,
    name,
    guildId: parent.guildId,
    parentId: parent.id,
    ownerId,
    denied: parent.denied,
    granted: parent.granted,
    autoArchiveDuration: wanted.autoArchiveDuration ?? 1440,
    threadMembers: new Set([ownerId]),
    appliedTags: wanted.appliedTags ?? [],
  });
  world.channels.set(thread.id, thread);
  gateway.dispatch('THREAD_CREATE', { ...channelPayload(world, thread), newly_created: true });
  if (message) {
    message.flags |= MessageFlags.HasThread;
    announce(context, message);
    post(context, {
      channelId: thread.id,
      authorId: message.authorId,
      content: '',
      type: MessageType.ThreadStarterMessage,
      reference: { messageId: message.id, channelId: parent.id },
    });
  }
  return thread;
}

/** Unarchives a thread, as a new message does. @throws ApiError when the thread is locked */
export function unarchive(context: Context, channel: StoredChannel): void {
  if (!isThread(channel) || !channel.archived) return;
  if (channel.locked) throw threadLocked();
  setThread(context, channel, { archived: false });
}

export function setThread(
  { world, gateway }: Context,
  thread: StoredChannel,
  state: { archived?: boolean; locked?: boolean },
): void {
  Object.assign(thread, state);
  gateway.dispatch('THREAD_UPDATE', channelPayload(world, thread));
}

const join: Route = {
  method: 'PUT',
  path: '/channels/:channel/thread-members/:user',
  kind: 'other',
  bucket: 'other',
  auth: 'bot',
  handle(context, { params }) {
    const thread = channelOf(context, params.channel);
    if (!isThread(thread)) throw wrongChannelType();
    checkMaySend(context, thread);
    const user = params.user ?? '';
    thread.threadMembers.add(user === '@me' ? context.world.bot.id : user);
    return { status: 204 };
  },
};

export const threadRoutes: Route[] = [fromMessage, withoutMessage, join];
