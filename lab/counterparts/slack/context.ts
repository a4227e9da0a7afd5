/** State that the parts of the counterpart share. */
import type { Args } from './api/args.ts';
import type { Call } from './api/call.ts';
import type { Tiers } from './api/tiers.ts';
import type { Pinged } from './blocks/pings.ts';
import type { Answer, Outgoing } from './delivery/outgoing.ts';
import type { SocketMode } from './delivery/socket-mode.ts';
import type { Transport } from './delivery/transport.ts';
import type { Faults } from './faults.ts';
import type { Settings, Stats } from './settings.ts';
import type { SlackSignIn } from './sign-in/state.ts';
import type { Twin } from './twin.ts';
import type {
  StoredChannel,
  StoredMessage,
  StoredUser,
  StoredView,
  StoredWorkspace,
  World,
} from './world/world.ts';

/** The people that a message of the bot would have notified. */
export interface Ping extends Pinged {
  ts: string;
  channelId: string;
  by: 'post' | 'update' | 'stream' | 'ephemeral';
}

export interface RequestRecord {
  method: string;
  /** Arguments without tokens and secrets. */
  args: Args;
  /** The workspace or organisation of the token; undefined if the token is not a bot's or is unknown. */
  workspaceId: string | undefined;
  /** Time of arrival, by `performance.now()`. */
  at: number;
  /** HTTP status; undefined until the response, or if there is none. */
  status: number | undefined;
  ok: boolean | undefined;
  error: string | undefined;
}

/** A request for a file. */
export interface Download {
  fileId: string;
  /** Whether the token was valid. */
  allowed: boolean;
  at: number;
}

export interface Context {
  world: World;
  appToken: string;
  signingSecret: string;
  clientId: string;
  clientSecret: string;
  settings: Settings;
  stats: Stats;
  tiers: Tiers;
  faults: Faults;
  /** Scopes that the bot was granted. */
  scopes: Set<string>;
  /** Names of subscribed events, such as `app_mention` and `message.im`. */
  subscribed: Set<string>;
  /** Slash commands, such as `/parley`. */
  commands: Set<string>;
  /** Callback ids of shortcuts; undefined means any. */
  shortcuts: Set<string> | undefined;
  interactions: Interactions;
  /** Agent sessions, by channel and thread. */
  sessions: Map<string, Session>;
  statuses: StatusShown[];
  prompts: PromptsShown[];
  /** Grants, by code. */
  grants: Map<string, Grant>;
  /** Sign in with Slack. */
  signIn: SlackSignIn;
  downloads: Download[];
  pings: Ping[];
  requests: RequestRecord[];
  events: Events;
  socketMode: SocketMode;
  transport: Transport;
  twin: Twin | undefined;
  /** Origin that installations return to, instead of the origin that the app names. */
  redirectOrigin: string | undefined;
}

export interface EventRecord {
  id: string;
  /** Name of the subscription, such as `message.im`. */
  name: string;
  event: Record<string, unknown>;
  attempts: number;
  acknowledged: boolean;
}

export interface Events {
  /** Sends an event to the app, if the app is installed there and subscribed; returns at once. */
  emit(
    workspace: StoredWorkspace,
    name: string,
    event: Record<string, unknown>,
    channel?: StoredChannel,
  ): void;
  /** Sends the held events. */
  release(): void;
  /** All sent events. */
  records: EventRecord[];
  stop(): void;
}

export interface Interaction {
  id: string;
  kind: string;
  workspace: StoredWorkspace;
  user: StoredUser;
  /** Channel of answers by the response_url. */
  channel: StoredChannel | undefined;
  /** The message that the person used. */
  source: StoredMessage | undefined;
  /** The view that the person used. */
  view: StoredView | undefined;
  payload: Record<string, unknown>;
  at: number;
  /** Whether the trigger was exchanged for a view. */
  used: boolean;
  /** Number of uses of the response_url. */
  uses: number;
  /** The acknowledgement; undefined until it comes. */
  answer: Answer | undefined;
  /** Views opened with the trigger or the acknowledgement. */
  views: StoredView[];
  /** Answers to the user, by the acknowledgement and the response_url. */
  responses: StoredMessage[];
  /** The problem with the answer, if any. */
  trouble: string | undefined;
}

export interface Started {
  type: Exclude<Outgoing['type'], 'events_api'>;
  kind: string;
  workspace: StoredWorkspace;
  user: StoredUser;
  channel?: StoredChannel | undefined;
  source?: StoredMessage | undefined;
  view?: StoredView | undefined;
  /** Fields besides the common ones. */
  payload: Record<string, unknown>;
}

export interface Interactions {
  all: Map<string, Interaction>;
  /** Sends an interaction to the app. Resolves when the app acknowledged it or its time is over. */
  start(context: Context, started: Started): Promise<Interaction>;
  /** The interaction of a trigger, which can be used only once. Throws `SlackError`. */
  exchange(context: Context, call: Call, triggerId: string): Interaction;
}

export interface StatusShown {
  channelId: string;
  threadTs: string;
  /** The status text; empty if cleared. */
  status: string;
  loadingMessages: string[];
  /** `performance.now()` */
  at: number;
}

export interface PromptsShown {
  channelId: string;
  threadTs: string | undefined;
  title: string | undefined;
  prompts: { title: string; message: string }[];
}

export interface Grant {
  workspaceId: string;
  /** Whether the grant is for the whole organisation. */
  orgWide: boolean;
  userId: string;
  scope: string;
  redirectUri: string;
  at: number;
  used: boolean;
}

export interface Session {
  status: 'active' | 'processing' | 'suspended' | 'closed' | (string & {});
  title: string | undefined;
}
