/** The counterpart as a test uses it. */

import type { waitFor } from '../wait-for.ts';
import type { Limit } from './api/tiers.ts';
import type {
  Download,
  EventRecord,
  Ping,
  PromptsShown,
  RequestRecord,
  Session,
  StatusShown,
} from './context.ts';
import type { SocketMode } from './delivery/socket-mode.ts';
import type { Faults } from './faults.ts';
import type { Manifest } from './manifest.ts';
import type { Actor } from './people/actors.ts';
import type { ViewSeen } from './people/handle.ts';
import type { MessageView } from './people/message-view.ts';
import type { Settings, Stats } from './settings.ts';
import type { SlackSignIn } from './sign-in/state.ts';
import type { Twin } from './twin.ts';
import type { ChannelType, StoredUser, World } from './world/world.ts';

export interface ChannelOption {
  name: string;
  type?: ChannelType;
  /** Whether the bot is a member; default true. */
  joined?: boolean;
  /** Whether the channel is shared with another workspace. */
  shared?: boolean;
}

export interface WorkspaceOption {
  name: string;
  /** Channels; default `general` and `random`. */
  channels?: (string | ChannelOption)[];
  /** Whether the app is installed at the start, in the workspace or the whole organisation; default true. */
  installed?: boolean | 'org';
  /** Enterprise Grid organisation of the workspace. */
  enterpriseId?: string;
}

export type UserOption = Partial<Omit<StoredUser, 'id' | 'name'>>;

export interface SlackOptions {
  /** Workspaces; default one, `Workshop`. */
  workspaces?: WorkspaceOption[];
  botName?: string;
  /** Length of a minute of the rate tiers, ms; default 60,000. */
  minute?: number;
  /** Limits by method that differ from Slack's. */
  limits?: Record<string, Limit>;
  settings?: Partial<Settings>;
  /** Scopes, events and commands of the app; without a manifest everything, and the command `/parley`. */
  manifest?: Manifest;
  /** Adds `emulate`, which costs 20 ms at the start and one call for each call. */
  twin?: boolean;
  /** Port; 0 takes a free one. */
  port?: number;
  /** An earlier world that continues. `workspaces` and `botName` have no effect on it. */
  world?: World;
}

export interface Workspace {
  /** Id of the team. */
  id: string;
  name: string;
  /** The valid token; empty if the app is not installed. */
  readonly botToken: string;
  botId: string;
  botUserId: string;
  /** `<@botUserId>` */
  mention: string;
  /** The user of this name, created if missing. The given options are applied. */
  user(name: string, options?: UserOption): Actor;
  /** The id of the channel of this name. */
  channel(name: string): string;
  addChannel(option: string | ChannelOption): string;
  /** Archives or shares a channel, or removes or invites the bot. The app gets no event. */
  changeChannel(channel: string, changes: { archived?: boolean; joined?: boolean; shared?: boolean }): void;
  /** Deletes a channel. Only the app gets an event. */
  deleteChannel(channel: string): void;
  /** Adds a link preview to a message: `message_changed` without an edit. */
  unfurl(ts: string, attachment?: object): void;
  /**
   * Changes fields besides the text, such as `{ language: … }` or `{ pinned_to: […] }`, and reports it as `unfurl`
   * does.
   */
  annotate(ts: string, fields: object): void;
  /** Messages of a channel (name or id) in order, or of a thread with its parent; without ephemeral ones. */
  messages(channel: string, threadTs?: string): MessageView[];
  /** Messages of the app. */
  botMessages(channel: string, threadTs?: string): MessageView[];
  /** One message, even if it is deleted or ephemeral. */
  message(ts: string): MessageView;
  /** Messages that only this user sees. */
  ephemeral(userId: string): MessageView[];
  /** The app's home of this user; undefined if never published. */
  home(userId: string): ViewSeen | undefined;
  /** The status shown in a thread now. It is cleared when the app posts there, or after two minutes. */
  status(channel: string, threadTs: string): string;
  /** Creates a user group. Returns its id. */
  addUserGroup(handle: string, users: string[], deleted?: boolean): string;
  /** Removes the app as an admin, from the organisation if installed there: `tokens_revoked`, `app_uninstalled`. */
  uninstall(): void;
}

/** The first workspace, and everything outside workspaces. */
export interface Slack extends Workspace, AsyncDisposable {
  /** Address of the Web API; ends in `/api/`. */
  url: string;
  /** Target of the app's installation link. */
  authorizeUrl: string;
  port: number;
  appId: string;
  appToken: string;
  signingSecret: string;
  clientId: string;
  clientSecret: string;
  /** Settings, which a test may change at any time, like the fields below. */
  settings: Settings;
  limits: Record<string, Limit>;
  scopes: Set<string>;
  /** Names of subscribed events, such as `app_mention` and `message.im`. */
  subscribed: Set<string>;
  stats: Stats;
  faults: Faults;
  commands: Set<string>;
  /** Every status that was set; a cleared one has an empty text. */
  statuses: StatusShown[];
  prompts: PromptsShown[];
  /** Agent sessions by channel and thread, with a space between. */
  sessions: Map<string, Session>;
  /** Requests for files. */
  downloads: Download[];
  /** Notifications that the bot's messages would have caused; empty if none. */
  pings: Ping[];
  requests: RequestRecord[];
  /** Events sent to the app. */
  events: EventRecord[];
  /** Sign in with Slack: who is at the browser, and the lies that a test wants. */
  signIn: SlackSignIn;
  socketMode: SocketMode;
  world: World;
  /** The other implementation, which receives the bot's calls too. */
  twin: Twin | undefined;
  workspace(name: string): Workspace;
  addWorkspace(option: WorkspaceOption): Workspace;
  /** Sets the address of events and interactions after a challenge, as the app's settings page does. */
  setRequestUrl(url: string): Promise<void>;
  /** Expires every rotated token. */
  expireTokens(): void;
  /** Delivers the held events. */
  release(): void;
  /** Sets the origin that installations return to, since tests cannot have the origin that the app names. */
  redirectTo(origin: string): void;
  waitFor: typeof waitFor;
  stop(): Promise<void>;
}
