/** What there is on this Slack. */
import { newId } from './ids.ts';

export interface StoredUser {
  id: string;
  name: string;
  realName: string;
  displayName: string;
  /** Not the workspace's for people of Slack Connect. */
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

/** Of Enterprise Grid. */
export interface StoredOrg {
  id: string;
  /** One in all its workspaces. */
  bot: { id: string; userId: string };
  /** Of an installation into the whole of it; undefined: none. */
  token: string | undefined;
}

export interface StoredWorkspace {
  id: string;
  name: string;
  domain: string;
  /** Of Enterprise Grid. */
  enterpriseId: string | null;
  /** Ids of the app there: of its bot, and of the bot's user. */
  bot: { id: string; userId: string };
  /** The token that is valid now; undefined: not installed here, though maybe in the organisation. */
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
  /** Shared with another workspace by Slack Connect. */
  shared: boolean;
  created: number;
  /** By ts, oldest first, without deleted and ephemeral ones. */
  messages: Map<string, StoredMessage>;
}

export interface StoredFile {
  id: string;
  workspaceId: string;
  userId: string;
  name: string;
  title: string;
  mimetype: string;
  /** The server's content type, where that is more than the type. */
  contentType: string | undefined;
  bytes: Uint8Array;
  mode: 'hosted' | 'snippet' | 'tombstone' | 'external';
  /** Such as `slack_audio`. */
  subtype: string | undefined;
  /** Whether events carry only its id, as with files of another workspace. */
  hidden: boolean;
  created: number;
  /** Where it is shared: channel and ts. */
  shares: { channelId: string; ts: string }[];
}

export interface HistoryEntry {
  /** `performance.now()` of the moment it became what people see. */
  at: number;
  text: string;
}

export type Block = Record<string, unknown> & { type: string };

export interface Stream {
  /** `closed` is Slack's doing, `stopped` the user's. */
  state: 'in_progress' | 'completed' | 'closed' | 'stopped';
  /** What it takes; undefined: nothing came yet. */
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
  /** Undefined: of a person. */
  botId: string | undefined;
  /** Whether this app posted it. */
  own: boolean;
  subtype: string | undefined;
  clientMsgId: string | undefined;
  text: string;
  blocks: Block[];
  attachments: unknown[];
  files: StoredFile[];
  /** Of a reply: its parent's ts. */
  threadTs: string | undefined;
  broadcast: boolean;
  metadata: unknown;
  edited: { user: string; ts: string } | undefined;
  deleted: boolean;
  /** The only user who sees it. */
  ephemeralTo: string | undefined;
  username: string | undefined;
  unfurl: { links: boolean; media: boolean };
  stream: Stream | undefined;
  reactions: Map<string, Set<string>>;
  history: HistoryEntry[];
  /** Further fields from Slack, such as `language`. */
  more: object;
}

export type ViewBody = Record<string, unknown> & { type: 'modal' | 'home'; blocks: Block[] };

export interface StoredView {
  id: string;
  workspaceId: string;
  userId: string;
  /** The view as the app gave it. */
  body: ViewBody;
  hash: string;
  rootId: string;
  previousId: string | null;
  open: boolean;
  /** All that it was, oldest first. */
  history: ViewBody[];
}

export interface StoredToken {
  /** Undefined: an organisation's. */
  workspaceId: string | undefined;
  enterpriseId: string | undefined;
  state: 'active' | 'revoked' | 'inactive';
  /** When the token expires, by `performance.now()`; undefined: never. */
  expiresAt: number | undefined;
}

/** A refresh token: gets a new token, once. */
export interface RefreshToken {
  of: StoredWorkspace | StoredOrg;
  isUsed: boolean;
}

export interface World {
  appId: string;
  /** Where it is, without a slash at the end. */
  origin: string;
  workspaces: Map<string, StoredWorkspace>;
  orgs: Map<string, StoredOrg>;
  /** All that were ever given. */
  tokens: Map<string, StoredToken>;
  refreshTokens: Map<string, RefreshToken>;
  files: Map<string, StoredFile>;
  /** How many bytes are expected, by the file's id. */
  uploads: Map<string, number>;
  views: Map<string, StoredView>;
  /** Deleted and ephemeral ones as well. */
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

/** The direct messages between the bot and a user, made when there are none. */
export function dmWith(workspace: StoredWorkspace, userId: string): StoredChannel {
  for (const channel of workspace.channels.values()) {
    if (channel.type === 'im' && channel.members.has(userId)) return channel;
  }
  const members = new Set([userId, workspace.bot.userId]);
  const channel = newChannel(workspace.id, { type: 'im', name: '', members });
  workspace.channels.set(channel.id, channel);
  return channel;
}

/** For an installation in a workspace, or in an organisation; the token it has now. */
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

/** It is not valid any more. */
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
