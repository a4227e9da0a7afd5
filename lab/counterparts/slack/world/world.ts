/** The world of this Slack: workspaces, users, channels, messages. */
import { newId } from './ids.ts';

export interface StoredUser {
  id: string;
  name: string;
  realName: string;
  displayName: string;
  /** The user's own team, which differs from the workspace for people of Slack Connect. */
  teamId: string;
  bot: boolean;
  isAdmin: boolean;
  isOwner: boolean;
  guest: boolean;
  tz: string;
}

export interface StoredUserGroup {
  id: string;
  handle: string;
  name: string;
  users: string[];
  deleted: boolean;
}

/** An organisation of Enterprise Grid. */
export interface StoredOrg {
  id: string;
  /** The bot, the same in all workspaces of the organisation. */
  bot: { id: string; userId: string };
  /** Token of an installation for the whole organisation; undefined if there is none. */
  token: string | undefined;
}

export interface StoredWorkspace {
  id: string;
  name: string;
  domain: string;
  /** Organisation of Enterprise Grid; null without one. */
  enterpriseId: string | null;
  /** Ids of the app's bot and of the bot's user. */
  bot: { id: string; userId: string };
  /** The valid token; undefined if the app is not installed here, though maybe in the organisation. */
  token: string | undefined;
  users: Map<string, StoredUser>;
  channels: Map<string, StoredChannel>;
  userGroups: Map<string, StoredUserGroup>;
}

export type ChannelType = 'channel' | 'group' | 'im' | 'mpim';

export interface StoredChannel {
  id: string;
  workspaceId: string;
  type: ChannelType;
  name: string;
  members: Set<string>;
  archived: boolean;
  /** Whether the channel is shared with another workspace by Slack Connect. */
  shared: boolean;
  created: number;
  /** Messages by ts, oldest first, without deleted and ephemeral ones. */
  messages: Map<string, StoredMessage>;
}

export interface StoredFile {
  id: string;
  workspaceId: string;
  userId: string;
  name: string;
  title: string;
  mimetype: string;
  /** Content type that the server sends, if it differs from the media type. */
  contentType: string | undefined;
  bytes: Uint8Array;
  mode: 'hosted' | 'snippet' | 'tombstone' | 'external';
  /** Subtype of the file, such as `slack_audio`. */
  subtype: string | undefined;
  /** Whether events have only the file's id, as for files of another workspace. */
  hidden: boolean;
  created: number;
  /** The content in words. */
  alt?: string;
  shares: { channelId: string; ts: string }[];
}

export interface HistoryEntry {
  /** By `performance.now()`. */
  at: number;
  text: string;
}

export type Block = Record<string, unknown> & { type: string };

export interface Stream {
  /** Slack sets `closed`, the user sets `stopped`. */
  state: 'in_progress' | 'completed' | 'closed' | 'stopped';
  /** Kind of content that the stream takes; undefined before the first content. */
  mode: 'markdown' | 'chunks' | undefined;
  startedAt: number;
  text: string;
  tasks: Record<string, unknown>[];
  appends: number;
}

export interface StoredMessage {
  ts: string;
  channelId: string;
  workspaceId: string;
  userId: string;
  /** Bot of the message; undefined for a person's message. */
  botId: string | undefined;
  /** Whether this app posted the message. */
  own: boolean;
  subtype: string | undefined;
  clientMsgId: string | undefined;
  text: string;
  blocks: Block[];
  attachments: unknown[];
  files: StoredFile[];
  /** The ts of a reply's parent. */
  threadTs: string | undefined;
  broadcast: boolean;
  metadata: unknown;
  edited: { user: string; ts: string } | undefined;
  deleted: boolean;
  /** The only user who sees the ephemeral message. */
  ephemeralTo: string | undefined;
  username: string | undefined;
  unfurl: { links: boolean; media: boolean };
  stream: Stream | undefined;
  reactions: Map<string, Set<string>>;
  history: HistoryEntry[];
  changedAt: number;
  /** Further fields from Slack, such as `language`. */
  more: object;
}

export type ViewBody = Record<string, unknown> & { type: 'modal' | 'home'; blocks: Block[] };

export interface StoredView {
  id: string;
  workspaceId: string;
  userId: string;
  /** The view as the app sent it. */
  body: ViewBody;
  hash: string;
  rootId: string;
  previousId: string | null;
  open: boolean;
  /** Every version of the view, oldest first. */
  history: ViewBody[];
}

export interface StoredToken {
  /** Workspace of the token; undefined for an organisation's token. */
  workspaceId: string | undefined;
  enterpriseId: string | undefined;
  state: 'active' | 'revoked' | 'inactive';
  /** Expiry of the token, by `performance.now()`; undefined means never. */
  expiresAt: number | undefined;
}

/** A refresh token, which gives a new token once. */
export interface RefreshToken {
  of: StoredWorkspace | StoredOrg;
  isUsed: boolean;
}

export interface World {
  appId: string;
  /** Address of this Slack, without a slash at the end. */
  origin: string;
  workspaces: Map<string, StoredWorkspace>;
  orgs: Map<string, StoredOrg>;
  /** All tokens ever issued. */
  tokens: Map<string, StoredToken>;
  refreshTokens: Map<string, RefreshToken>;
  files: Map<string, StoredFile>;
  /** Expected bytes of uploads, by file id. */
  uploads: Map<string, number>;
  /** Ids of files whose upload was completed. */
  completed: Set<string>;
  views: Map<string, StoredView>;
  /** All messages, with deleted and ephemeral ones. */
  messages: StoredMessage[];
}

export function createWorld(): World {
  return {
    appId: newId('A'),
    origin: '',
    workspaces: new Map(),
    orgs: new Map(),
    tokens: new Map(),
    refreshTokens: new Map(),
    files: new Map(),
    uploads: new Map(),
    completed: new Set(),
    views: new Map(),
    messages: [],
  };
}

export function newWorkspace(
  name: string,
  botName: string,
  enterpriseId: string | null,
  bot = { id: newId('B'), userId: newId('U') },
): StoredWorkspace {
  const workspace: StoredWorkspace = {
    id: newId('T'),
    name,
    domain: name.toLowerCase().replace(/\W+/g, '-'),
    enterpriseId,
    bot,
    token: undefined,
    users: new Map(),
    channels: new Map(),
    userGroups: new Map(),
  };
  workspace.users.set(bot.userId, newUser(workspace.id, { id: bot.userId, name: botName, bot: true }));
  return workspace;
}

export function newUser(teamId: string, fields: Partial<StoredUser> & { name: string }): StoredUser {
  const realName = fields.name.charAt(0).toUpperCase() + fields.name.slice(1);
  return {
    id: newId('U'),
    realName,
    displayName: fields.name,
    teamId,
    bot: false,
    isAdmin: false,
    isOwner: false,
    guest: false,
    tz: 'Europe/London',
    ...fields,
  };
}

const PREFIX: Record<ChannelType, string> = { channel: 'C', group: 'C', im: 'D', mpim: 'C' };

export function newChannel(
  workspaceId: string,
  fields: Partial<StoredChannel> & { name: string },
): StoredChannel {
  const { type = 'channel' } = fields;
  return {
    id: newId(PREFIX[type]),
    workspaceId,
    type,
    members: new Set(),
    archived: false,
    shared: false,
    created: Math.floor(Date.now() / 1000),
    messages: new Map(),
    ...fields,
  };
}

/** The direct messages between the bot and a user, created if missing. */
export function dmWith(workspace: StoredWorkspace, userId: string): StoredChannel {
  for (const channel of workspace.channels.values()) {
    if (channel.type === 'im' && channel.members.has(userId)) return channel;
  }
  const members = new Set([userId, workspace.bot.userId]);
  const channel = newChannel(workspace.id, { type: 'im', name: '', members });
  workspace.channels.set(channel.id, channel);
  return channel;
}

/** Issues a token for an installation in a workspace or organisation. */
export function newToken({ tokens }: World, of: StoredWorkspace | StoredOrg, lifetime?: number): string {
  const kind = lifetime === undefined ? 'xoxb' : 'xoxe.xoxb';
  const token = `${kind}-${tokens.size + 1}0000-${of.id}-counterpart`;
  of.token = token;
  const inOrg = !('channels' in of);
  const where = { workspaceId: inOrg ? undefined : of.id, enterpriseId: inOrg ? of.id : undefined };
  const expiresAt = lifetime === undefined ? undefined : performance.now() + lifetime;
  tokens.set(token, { ...where, state: 'active', expiresAt });
  return token;
}

/** Ends the validity of a token. */
export function endToken(
  { tokens }: World,
  of: StoredWorkspace | StoredOrg,
  state: 'revoked' | 'inactive',
): void {
  const inOrg = !('channels' in of);
  for (const token of tokens.values())
    if ((inOrg ? token.enterpriseId : token.workspaceId) === of.id) token.state = state;
  of.token = undefined;
}

/** Whether a rotated token has expired (docs.slack.dev: using token rotation). */
export function isExpired({ expiresAt }: StoredToken): boolean {
  return expiresAt !== undefined && expiresAt <= performance.now();
}
