/** What the parts of the counterpart share. */
import type { Args } from './args.ts';

import type { Faults } from './faults.ts';
import type { Call } from './methods/call.ts';
import type { Answer, Outgoing } from './outgoing.ts';
import type { Pinged } from './pings.ts';
import type { Settings, Stats } from './settings.ts';
import type { SocketMode } from './socket-mode.ts';
import type { Tiers } from './tiers.ts';
import type { Transport } from './transport.ts';
import type { Twin } from './twin.ts';
import type {
  StoredChannel,
  StoredMessage,
  StoredUser,
  StoredView,
  StoredWorkspace,
  World,
} from './world.ts';

/** Someone whom a message of the bot would have notified. */
export interface Ping extends Pinged {
  ts: string;
  channelId: string;
  by: 'post' | 'update' | 'stream' | 'ephemeral';
}

export interface RequestRecord {
  method: string;
  /** Without tokens and secrets. */
  args: Args;
  /** The workspace, or organisation, whose token it was; undefined: not a bot's, or of nobody. */
  workspaceId: string | undefined;
  /** `performance.now()` of its arrival. */
  at: number;
  /** Undefined: not answered yet, or never. */
  status: number | undefined;
  ok: boolean | undefined;
  error: string | undefined;
}

/** A file was asked for. */
export interface Download {
  fileId: string;
  /** Whether the token was good. */
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
  /** What the bot was granted. */
  scopes: Set<string>;
  /** Names of events, such as `app_mention` and `message.im`. */
  subscribed: Set<string>;
  /** Such as `/parley`. */
  commands: Set<string>;
  /** Callback ids; undefined: any. */
  shortcuts: Set<string> | undefined;
  interactions: Interactions;
  /** By channel and thread. */
  sessions: Map<string, Session>;
  statuses: StatusShown[];
  prompts: PromptsShown[];
  /** By code. */
  grants: Map<string, Grant>;
  downloads: Download[];
  pings: Ping[];
  requests: RequestRecord[];
  events: Events;
  socketMode: SocketMode;
  transport: Transport;
  twin: Twin | undefined;
  /** Where installations come back to, in place of the origin that the app names. */
  redirectOrigin: string | undefined;
}

export interface EventRecord {
  id: string;
  /** As it is subscribed to, such as `message.im`. */
  name: string;
  event: Record<string, unknown>;
  attempts: number;
  acknowledged: boolean;
}

export interface Events {
  /** Sends an event to the app if it is installed there and subscribed to it; returns at once. */
  emit(
    workspace: StoredWorkspace,
    name: string,
    event: Record<string, unknown>,
    channel?: StoredChannel,
  ): void;
  /** Sends the events that were held. */
  release(): void;
  /** All that were sent. */
  records: EventRecord[];
  stop(): void;
}

export interface Interaction {
  id: string;
  kind: string;
  workspace: StoredWorkspace;
  user: StoredUser;
  /** Where answers by its response_url go. */
  channel: StoredChannel | undefined;
  /** The message that was used. */
  source: StoredMessage | undefined;
  /** The view that was used. */
  view: StoredView | undefined;
  payload: Record<string, unknown>;
  at: number;
  /** Whether its trigger was exchanged for a view. */
  used: boolean;
  /** How often its response_url was used. */
  uses: number;
  /** Undefined: not acknowledged yet. */
  answer: Answer | undefined;
  /** Opened with its trigger, or by its acknowledgement. */
  views: StoredView[];
  /** What the user was answered: with the acknowledgement, and by the response_url. */
  responses: StoredMessage[];
  /** What is wrong with the answer. */
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
  /** Beside what all have. */
  payload: Record<string, unknown>;
}

export interface Interactions {
  all: Map<string, Interaction>;
  /** Sends it to the app; resolves when that has acknowledged, or its time for that is over. */
  start(context: Context, started: Started): Promise<Interaction>;
  /** The interaction of a trigger, which is spent by that. Throws `SlackError`. */
  exchange(context: Context, call: Call, triggerId: string): Interaction;
}

export interface StatusShown {
  channelId: string;
  threadTs: string;
  /** Empty: cleared. */
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
  /** Whether for the whole organisation. */
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
