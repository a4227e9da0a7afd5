/** Channels, DMs, typing, reactions. */
import { ChannelType, PermissionFlagsBits } from 'discord-api-types/v10';
import { channelOf, checkMaySend, may, messageIn } from '../access.ts';
import type { Context } from '../context.ts';
import { length } from '../rest/component-limits.ts';
import {
  invalidForm,
  missingPermissions,
  threadArchived,
  threadLocked,
  unknownUser,
  wrongChannelType,
} from '../rest/errors.ts';
import { channelPayload } from '../world/payloads.ts';
import { isThread, newChannel, type StoredChannel, type World } from '../world/world.ts';
import type { Route } from './route.ts';
import { setThread } from './threads.ts';

const read: Route = {
  method: 'GET',
  path: '/channels/:channel',
  kind: 'other',
  bucket: 'other',
  auth: 'bot',
  handle(context, { params }) {
    return { status: 200, body: channelPayload(context.world, channelOf(context, params.channel)) };
  },
};

/** Edits the name and state of a thread; other channels are refused. */
const edit: Route = {
  method: 'PATCH',
  path: '/channels/:channel',
  kind: 'other',
  bucket: 'other',
  auth: 'bot',
  handle(context, { params, body }) {
    const channel = channelOf(context, params.channel);
    if (!isThread(channel)) throw wrongChannelType();
    if (body.name !== undefined) length('name', body.name, 1, 100);
    if (channel.archived && body.archived !== false) throw threadArchived();
    checkMayUnarchive(context, channel);
    const { name, archived, locked } = body;
    setThread(context, channel, {
      ...(typeof name === 'string' ? { name } : {}),
      ...(typeof archived === 'boolean' ? { archived } : {}),
      ...(typeof locked === 'boolean' ? { locked } : {}),
    });
    return { status: 200, body: channelPayload(context.world, channel) };
  },
};

/** Deletes a thread. Even its creator needs MANAGE_THREADS (channel.mdx, Delete/Close Channel). */
const erase: Route = {
  method: 'DELETE',
  path: '/channels/:channel',
  kind: 'other',
  bucket: 'other',
  auth: 'bot',
  handle(context, { params }) {
    const { world, gateway } = context;
    const channel = channelOf(context, params.channel);
    if (!isThread(channel)) throw wrongChannelType();
    if (!may(channel, PermissionFlagsBits.ManageThreads)) throw missingPermissions();
    world.channels.delete(channel.id);
    gateway.dispatch('THREAD_DELETE', channelPayload(world, channel));
    return { status: 200, body: channelPayload(world, channel) };
  },
};

/** Discord: only a member of a thread may unarchive it, and only its creator if it is locked (topics/threads.mdx). */
function checkMayUnarchive(
  { world }: Context,
  { archived, locked, threadMembers, ownerId }: StoredChannel,
): void {
  if (!archived) return;
  if (locked && ownerId !== world.bot.id) throw threadLocked();
  if (!threadMembers.has(world.bot.id)) throw missingPermissions();
}

const openDm: Route = {
  method: 'POST',
  path: '/users/@me/channels',
  kind: 'other',
  bucket: 'other',
  auth: 'bot',
  handle({ world }, { body }) {
    const id = body.recipient_id;
    if (typeof id !== 'string')
      throw invalidForm('recipient_id', 'BASE_TYPE_REQUIRED', 'This field is required');
    if (!world.users.has(id)) throw unknownUser();
    return { status: 200, body: channelPayload(world, dmWith(world, id)) };
  },
};

/** The one DM channel of this user and the bot. */
export function dmWith(world: World, userId: string): StoredChannel {
  const known = [...world.channels.values()].find(({ recipientId }) => recipientId === userId);
  if (known) return known;
  const channel = newChannel({ type: ChannelType.DM, name: '', recipientId: userId });
  world.channels.set(channel.id, channel);
  return channel;
}

const typing: Route = {
  method: 'POST',
  path: '/channels/:channel/typing',
  kind: 'typing',
  bucket: 'typing',
  auth: 'bot',
  handle(context, { params }) {
    const channel = channelOf(context, params.channel);
    checkMaySend(context, channel);
    if (channel.archived) throw threadArchived();
    context.typing.push({ channelId: channel.id, at: performance.now() });
    return { status: 204 };
  },
};

/** Reactions are accepted and not stored. */
const reactions = (['PUT', 'DELETE'] as const).map(
  (method): Route => ({
    method,
    path: '/channels/:channel/messages/:message/reactions/:emoji/@me',
    kind: 'other',
    bucket: 'other',
    auth: 'bot',
    handle(context, { params }) {
      const channel = channelOf(context, params.channel);
      messageIn(channel, params.message);
      if (channel.archived) throw threadArchived();
      return { status: 204 };
    },
  }),
);

export const channelRoutes: Route[] = [read, edit, erase, openDm, typing, ...reactions];
