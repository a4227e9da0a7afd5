/** Messages as Slack writes them, in answers and in events. */
import type { StoredFile, StoredMessage, StoredUser, StoredWorkspace, Stream, World } from './world.ts';

export function messagePayload(world: World, message: StoredMessage): Record<string, unknown> {
  const workspace = world.workspaces.get(message.workspaceId);
  const author = workspace?.users.get(message.userId);
  const replies = repliesOf(world, message);
  const last = replies.at(-1);
  return {
    ...(message.subtype ? { subtype: message.subtype } : {}),
    ...(message.clientMsgId ? { client_msg_id: message.clientMsgId } : {}),
    type: 'message',
    user: message.userId,
    ts: message.ts,
    text: message.stream?.text || message.text,
    ...(message.blocks.length > 0 ? { blocks: message.blocks } : {}),
    ...(message.attachments.length > 0 ? { attachments: message.attachments } : {}),
    ...(message.files.length > 0 ? { files: message.files.map((file) => sharedFile(world, file)) } : {}),
    team: author?.teamId ?? message.workspaceId,
    ...(author && author.teamId !== message.workspaceId ? stranger(author) : {}),
    ...(message.botId === undefined ? {} : ofBot(world, message, workspace)),
    ...(message.username === undefined ? {} : { username: message.username }),
    ...(message.metadata === undefined ? {} : { metadata: message.metadata }),
    ...(message.edited ? { edited: message.edited } : {}),
    ...message.more,
    ...(message.stream ? { streaming_state: streamingState(message.stream) } : {}),
    ...threadFields(world, message),
    ...(last
      ? {
          thread_ts: message.ts,
          reply_count: replies.length,
          reply_users: [...new Set(replies.map(({ userId }) => userId))],
          latest_reply: last.ts,
        }
      : {}),
  };
}

/** Slack has three states. */
export function streamingState({ state }: Stream): string {
  if (state === 'in_progress') return state;
  return state === 'closed' ? 'errored' : 'completed';
}

export function repliesOf(
  world: World,
  { workspaceId, channelId, ts, threadTs }: StoredMessage,
): StoredMessage[] {
  if (threadTs !== undefined) return [];
  const channel = world.workspaces.get(workspaceId)?.channels.get(channelId);
  return [...(channel?.messages.values() ?? [])].filter((one) => one.threadTs === ts);
}

function threadFields(world: World, message: StoredMessage): object {
  if (message.threadTs === undefined) return {};
  const channel = world.workspaces.get(message.workspaceId)?.channels.get(message.channelId);
  const parent = channel?.messages.get(message.threadTs);
  return {
    thread_ts: message.threadTs,
    ...(parent ? { parent_user_id: parent.userId } : {}),
    ...(message.broadcast && parent ? { root: messagePayload(world, parent) } : {}),
  };
}

function stranger({ teamId, name, realName, displayName }: StoredUser): object {
  return {
    user_team: teamId,
    source_team: teamId,
    user_profile: {
      name,
      real_name: realName,
      display_name: displayName,
      team: teamId,
      is_restricted: false,
    },
  };
}

function ofBot(world: World, { botId, own }: StoredMessage, workspace: StoredWorkspace | undefined): object {
  const appId = own ? world.appId : 'A0SOMEBODY';
  const name = own ? workspace?.users.get(workspace.bot.userId)?.name : 'somebody';
  const profile = { id: botId, app_id: appId, name, deleted: false, team_id: workspace?.id };
  return { bot_id: botId, app_id: appId, bot_profile: profile };
}

function sharedFile(world: World, file: StoredFile): object {
  return file.hidden
    ? { id: file.id, mode: 'file_access', file_access: 'check_file_info' }
    : filePayload(world, file);
}

/** The messages that share a file, by channel (docs.slack.dev, file object: shares). */
function sharesOf(world: World, { workspaceId, shares }: StoredFile): Record<string, unknown> {
  const channels = world.workspaces.get(workspaceId)?.channels;
  const kept = shares.filter(({ channelId, ts }) => channels?.get(channelId)?.messages.has(ts));
  const of = (isPublic: boolean) => {
    const some = kept.filter(({ channelId }) => (channels?.get(channelId)?.type === 'channel') === isPublic);
    const all = Object.groupBy(some, ({ channelId }) => channelId);
    return Object.keys(all).length > 0 ? all : undefined;
  };
  const [open, closed] = [of(true), of(false)];
  return { ...(open && { public: open }), ...(closed && { private: closed }) };
}

export function filePayload(world: World, file: StoredFile): Record<string, unknown> {
  const { origin } = world;
  if (file.mode === 'tombstone') return { id: file.id, mode: 'tombstone' };
  const extension = /\.(\w+)$/.exec(file.name)?.[1] ?? 'binary';
  const path = `${file.workspaceId}-${file.id}`;
  return {
    id: file.id,
    created: file.created,
    timestamp: file.created,
    name: file.name,
    title: file.title,
    mimetype: file.mimetype,
    filetype: extension,
    pretty_type: extension.toUpperCase(),
    user: file.userId,
    user_team: file.workspaceId,
    editable: file.mode === 'snippet',
    size: file.bytes.length,
    mode: file.mode,
    ...(file.subtype ? { subtype: file.subtype } : {}),
    is_external: false,
    is_public: true,
    ...(file.alt === undefined ? {} : { alt_txt: file.alt }),
    shares: sharesOf(world, file),
    url_private: `${origin}/files-pri/${path}/${encodeURIComponent(file.name)}`,
    url_private_download: `${origin}/files-pri/${path}/download/${encodeURIComponent(file.name)}`,
    file_access: 'visible',
  };
}

export function userPayload(user: StoredUser, workspace: StoredWorkspace): Record<string, unknown> {
  const stranger = user.teamId !== workspace.id;
  return {
    id: user.id,
    team_id: user.teamId,
    name: user.name,
    deleted: false,
    real_name: user.realName,
    tz: user.tz,
    tz_label: user.tz,
    tz_offset: 0,
    profile: {
      real_name: user.realName,
      real_name_normalized: user.realName,
      display_name: user.displayName,
      display_name_normalized: user.displayName,
      team: user.teamId,
      ...(user.bot ? { bot_id: workspace.bot.id } : {}),
    },
    is_bot: user.bot,
    is_app_user: false,
    ...(stranger
      ? { is_stranger: true }
      : {
          is_admin: user.isAdmin || user.isOwner,
          is_owner: user.isOwner,
          is_primary_owner: false,
          is_restricted: user.guest,
          is_ultra_restricted: false,
        }),
    updated: 1_700_000_000,
  };
}
