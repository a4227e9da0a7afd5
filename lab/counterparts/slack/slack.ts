/** What a test has of the counterpart. */

import type { waitFor } from '../wait-for.ts';
import type { Actor } from './actors.ts';
import type {
  Download,
  EventRecord,
  Ping,
  PromptsShown,
  RequestRecord,
  Session,
  StatusShown,
} from './context.ts';
import type { Faults } from './faults.ts';
import type { ViewSeen } from './handle.ts';
import type { Manifest } from './manifest.ts';
import type { MessageView } from './message-view.ts';
import type { Settings, Stats } from './settings.ts';
import type { SocketMode } from './socket-mode.ts';
import type { Limit } from './tiers.ts';
import type { Twin } from './twin.ts';
import type { ChannelType, StoredUser, World } from './world.ts';

export interface ChannelOption {
  name: string;
  type?: ChannelType;
  /** Whether the bot is in it; default true. */
  joined?: boolean;
  /** Shared with another workspace. */
  shared?: boolean;
}

export interface WorkspaceOption {
  name: string;
  /** Default: `general` and `random`. */
  channels?: (string | ChannelOption)[];
  /** Whether the app is installed there from the start, or in its whole organisation; default true. */
  installed?: boolean | 'org';
  /** The organisation of Enterprise Grid that it is in. */
  enterpriseId?: string;
}

export type UserOption = Partial<Omit<StoredUser, 'id' | 'name'>>;

export interface SlackOptions {
  /** Default: one, `Workshop`. */
  workspaces?: WorkspaceOption[];
  botName?: string;
  /** How long a minute of the rate tiers is, milliseconds; default 60,000. */
  minute?: number;
  /** By method, where they are not Slack's. */
  limits?: Record<string, Limit>;
  settings?: Partial<Settings>;
  /** What the app is granted, subscribed to and offers; without it everything, and the command `/parley`. */
  manifest?: Manifest;
  /** False: without `emulate` beside it, which costs 20 ms at the start and a call for each call. */
  twin?: boolean;
  /** 0 takes a free one. */
  port?: number;
  /** A world of before, which goes on. `workspaces` and `botName` have no effect on it. */
  world?: World;
}

export interface Workspace {
  /** The team id. */
  id: string;
  name: string;
  /** Valid now; empty when the app is not installed. */
  readonly botToken: string;
  botId: string;
  botUserId: string;
  /** `<@botUserId>` */
  mention: string;
  /** The user of this name, made when there is none; given options are applied. */
  user(name: string, options?: UserOption): Actor;
  /** The id of the channel of this name. */
  channel(name: string): string;
  addChannel(option: string | ChannelOption): string;
  /** It is archived, the bot is removed or invited, it is shared: nothing is told of that. */
  changeChannel(channel: string, changes: { archived?: boolean; joined?: boolean; shared?: boolean }): void;
  /** Only the app is told of it. */
  deleteChannel(channel: string): void;
  /** The preview of a link comes to a message: `message_changed` without an edit. */
  unfurl(ts: string, attachment?: object): void;
  /**
   * Changes something besides the text, such as `{ language: … }` or `{ pinned_to: […] }`, and reports it as
   * `unfurl` does.
   */
  annotate(ts: string, fields: object): void;
  /** All messages of a channel, by name or id, in their order, or those of a thread with its parent; no ephemeral ones. */
  messages(channel: string, threadTs?: string): MessageView[];
  /** Those of the app. */
  botMessages(channel: string, threadTs?: string): MessageView[];
  /** One, also when it is deleted or ephemeral. */
  message(ts: string): MessageView;
  /** What only this user sees. */
  ephemeral(userId: string): MessageView[];
  /** What is on the app's home for this user; undefined: never published. */
  home(userId: string): ViewSeen | undefined;
  /** The status that is shown in a thread now; cleared when the app posts there, or after two minutes. */
  status(channel: string, threadTs: string): string;
  /** The group's id. */
  addUserGroup(handle: string, users: string[], deleted?: boolean): string;
  /** An admin removes the app, from the organisation if it is installed there: `tokens_revoked`, `app_uninstalled`. */
  uninstall(): void;
}

/** The first workspace, and all that is not a workspace's. */
export interface Slack extends Workspace, AsyncDisposable {
  /** The Web API; ends in `/api/`. */
  url: string;
  /** Where the app's link to install it leads. */
  authorizeUrl: string;
  port: number;
  appId: string;
  appToken: string;
  signingSecret: string;
  clientId: string;
  clientSecret: string;
  /** May be changed at any time, as all of these. */
  settings: Settings;
  limits: Record<string, Limit>;
  scopes: Set<string>;
  /** Names of events, such as `app_mention` and `message.im`. */
  subscribed: Set<string>;
  stats: Stats;
  faults: Faults;
  commands: Set<string>;
  /** Every status that was set, cleared ones with an empty text. */
  statuses: StatusShown[];
  prompts: PromptsShown[];
  /** Agent sessions by channel and thread, with a space in between. */
  sessions: Map<string, Session>;
  /** Files that were asked for. */
  downloads: Download[];
  /** Whom the bot's messages would have notified; empty when nobody. */
  pings: Ping[];
  requests: RequestRecord[];
  /** What was sent to the app. */
  events: EventRecord[];
  socketMode: SocketMode;
  world: World;
  /** What the other implementation makes of the bot's calls. */
  twin: Twin | undefined;
  workspace(name: string): Workspace;
  addWorkspace(option: WorkspaceOption): Workspace;
  /** Sets where events and interactions go, as the app's settings page does: after a challenge. */
  setRequestUrl(url: string): Promise<void>;
  /** Expires every rotated token. */
  expireTokens(): void;
  /** Delivers the events that were held. */
  release(): void;
  /** Where an installation comes back to in place of the origin that the app names, which tests cannot have. */
  redirectTo(origin: string): void;
  waitFor: typeof waitFor;
  stop(): Promise<void>;
}
