/** Channels, direct messages and their history. */
import { count, flag, needed, text } from '../api/args.ts';
import type { Call } from '../api/call.ts';
import { SlackError } from '../api/errors.ts';
import type { Context } from '../context.ts';
import { MESSAGES } from '../delivery/events.ts';
import { messagePayload } from '../world/message-payload.ts';
import {
  type ChannelType,
  dmWith,
  newChannel,
  type StoredChannel,
  type StoredMessage,
  type StoredWorkspace,
} from '../world/world.ts';
import { channelOf, type Methods } from './method.ts';

export const conversationMethods: Methods = {
  'conversations.info': {
    handle: (_, call) => ({ channel: channelPayload(call.workspace, channelOf(call)) }),
  },
  'conversations.list': {
    team: true,
    handle(_, { workspace, args }) {
      const types = (text(args, 'types') ?? 'public_channel').split(',');
      const all = [...workspace.channels.values()].filter(
        (one) =>
          types.includes(PUBLIC_NAME[one.type]) &&
          (one.type === 'channel' || one.members.has(workspace.bot.userId)),
      );
      return {
        channels: all.map((one) => channelPayload(workspace, one)),
        response_metadata: { next_cursor: '' },
      };
    },
  },
  'users.conversations': { team: true, handle: ofBot },
  'conversations.members': {
    handle(_, call) {
      const channel = channelOf(call);
      return { members: [...channel.members], response_metadata: { next_cursor: '' } };
    },
  },
  'conversations.open': { scope: 'im:write', handle: open },
  'conversations.join': {
    scope: 'channels:join',
    handle(_, call) {
      const channel = channelOf(call);
      channel.members.add(call.workspace.bot.userId);
      return { channel: channelPayload(call.workspace, channel) };
    },
  },
  'conversations.history': {
    handle: (context, call) => paged(context, call, historyOf(context, call).reverse(), 100),
  },
  'conversations.replies': {
    handle(context, call) {
      const all = historyOf(context, call, needed(call.args, 'ts', 'thread_not_found'));
      const [parent] = all;
      if (!parent) throw new SlackError('thread_not_found');
      return paged(context, call, all, 1000, parent);
    },
  },
};

const PUBLIC_NAME = { channel: 'public_channel', group: 'private_channel', im: 'im', mpim: 'mpim' } as const;

/** Scope that the bot needs to list channels of each kind. */
const LISTED = { channel: 'channels:read', group: 'groups:read', im: 'im:read', mpim: 'mpim:read' } as const;

/** Conversations that the bot is a member of. */
function ofBot({ scopes }: Context, { workspace, args }: Call): object {
  const types = (text(args, 'types') ?? 'public_channel').split(',');
  const kinds = (Object.keys(PUBLIC_NAME) as ChannelType[]).filter((kind) =>
    types.includes(PUBLIC_NAME[kind]),
  );
  for (const kind of kinds) {
    const needed = LISTED[kind];
    if (!scopes.has(needed))
      throw new SlackError('missing_scope', { needed, provided: [...scopes].join(',') });
  }
  const mine = [...workspace.channels.values()].filter(
    ({ type, members, archived }) =>
      kinds.includes(type) &&
      members.has(workspace.bot.userId) &&
      !(archived && flag(args, 'exclude_archived')),
  );
  const from = Number(text(args, 'cursor') ?? 0);
  const page = mine.slice(from, from + Math.min(count(args, 'limit', 100), 999));
  const next = from + page.length;
  return {
    channels: page.map((one) => channelPayload(workspace, one)),
    response_metadata: { next_cursor: next < mine.length ? String(next) : '' },
  };
}

function channelPayload(workspace: StoredWorkspace, channel: StoredChannel): Record<string, unknown> {
  const { id, type, name, created, archived, shared, members } = channel;
  const bot = workspace.bot.userId;
  const common = {
    id,
    created,
    is_channel: type === 'channel',
    is_group: type === 'group',
    is_im: type === 'im',
    is_mpim: type === 'mpim',
    is_private: type !== 'channel',
    is_archived: archived,
    is_ext_shared: shared,
    is_shared: shared,
    is_org_shared: false,
    context_team_id: workspace.id,
  };
  if (type === 'im') return { ...common, user: [...members].find((one) => one !== bot), is_open: true };
  return {
    ...common,
    name,
    name_normalized: name,
    is_general: name === 'general',
    is_member: members.has(bot),
    topic: { value: '', creator: '', last_set: 0 },
    purpose: { value: '', creator: '', last_set: 0 },
    num_members: members.size,
  };
}

/** Messages, oldest first; a thread includes its parent. */
function historyOf({ scopes }: Context, call: Call, threadTs?: string): StoredMessage[] {
  const channel = channelOf(call);
  const { scope } = MESSAGES[channel.type];
  if (!scopes.has(scope)) {
    throw new SlackError('missing_scope', { needed: scope, provided: [...scopes].join(',') });
  }
  if (!channel.members.has(call.workspace.bot.userId)) throw new SlackError('not_in_channel');
  const all = [...channel.messages.values()];
  if (threadTs === undefined) return all.filter((one) => one.threadTs === undefined || one.broadcast);
  const asked = channel.messages.get(threadTs);
  const parent = asked?.threadTs ?? threadTs;
  return all.filter((one) => one.ts === parent || one.threadTs === parent);
}

/**
 * A page of a thread or a history. A thread is oldest first, and its first page contains the parent, whatever the
 * range (simstudioai/sim #4934). Apps outside the Marketplace get at most `historyMost` messages (rate limits,
 * 2025).
 */
function paged(
  { world, settings }: Context,
  { args }: Call,
  all: StoredMessage[],
  most: number,
  parent?: StoredMessage,
): object {
  const latest = text(args, 'latest');
  const oldest = text(args, 'oldest');
  const inclusive = flag(args, 'inclusive') === true;
  // Timestamps have the same length, so they compare as strings.
  const within = all.filter((one) => one === parent || isWithin(one));
  function isWithin({ ts }: StoredMessage): boolean {
    return (
      (latest === undefined || ts < latest || (inclusive && ts === latest)) &&
      (oldest === undefined || ts > oldest || (inclusive && ts === oldest))
    );
  }
  const from = Number(text(args, 'cursor') ?? 0);
  const page = within.slice(from, from + Math.min(count(args, 'limit', most), settings.historyMost));
  const next = from + page.length;
  const more = next < within.length;
  return {
    messages: page.map((one) => messagePayload(world, one)),
    has_more: more,
    pin_count: 0,
    response_metadata: { next_cursor: more ? String(next) : '' },
  };
}

function open(_: Context, { args, workspace }: Call): object {
  const known = text(args, 'channel');
  const users = (text(args, 'users') ?? '').split(',').filter(Boolean);
  if (known !== undefined) {
    const channel = workspace.channels.get(known);
    if (!channel) throw new SlackError('channel_not_found');
    return { channel: { id: channel.id } };
  }
  if (users.length === 0) throw new SlackError('users_list_not_supplied');
  if (users.some((id) => !workspace.users.has(id))) throw new SlackError('user_not_found');
  if (users.some((id) => workspace.users.get(id)?.bot)) throw new SlackError('cannot_dm_bot');
  const [first = ''] = users;
  const channel = users.length === 1 ? dmWith(workspace, first) : groupOf(workspace, users);
  const whole = flag(args, 'return_im') ? channelPayload(workspace, channel) : { id: channel.id };
  return { channel: whole, no_op: true, already_open: true };
}

/** The group DM of several people and the bot. */
export function groupOf(workspace: StoredWorkspace, users: string[]): StoredChannel {
  const members = new Set([...users, workspace.bot.userId]);
  for (const one of workspace.channels.values()) {
    if (
      one.type === 'mpim' &&
      one.members.size === members.size &&
      [...members].every((id) => one.members.has(id))
    )
      return one;
  }
  const names = users.map((id) => workspace.users.get(id)?.name ?? id);
  const channel = newChannel(workspace.id, { type: 'mpim', name: `mpdm-${names.join('--')}-1`, members });
  workspace.channels.set(channel.id, channel);
  return channel;
}
