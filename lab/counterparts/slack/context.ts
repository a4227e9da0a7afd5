/** What the parts of the counterpart share. */
import type { Args } from './args.ts';
import type { Events } from './events.ts';
import type { Faults } from './faults.ts';
import type { Interactions } from './interactions.ts';
import type { PromptsShown, StatusShown } from './methods/assistant.ts';
import type { Grant } from './methods/oauth.ts';
import type { Pinged } from './pings.ts';
import type { SocketMode } from './socket-mode.ts';
import type { Session } from './streams.ts';
import type { Tiers } from './tiers.ts';
import type { Transport } from './transport.ts';
import type { Twin } from './twin.ts';
import type { World } from './world.ts';

export interface Settings {
  /** A round trip to the Web API, milliseconds; half of it before the work and half after. */
  delay: number;
  /** Where events and interactions are posted; undefined: they go by Socket Mode. */
  requestUrl: string | undefined;
  /** How long Slack waits for an acknowledgement, milliseconds. */
  ackWindow: number;
  /** Before each retry of an event, milliseconds. */
  retryDelays: number[];
  /** How often each event is delivered, acknowledged or not; what comes after the first says it is a retry. */
  deliveries: number;
  /** What becomes of events while no socket is connected. */
  gap: 'keep' | 'lose';
  /** Whether events wait until `release`: Slack promises no order of events. */
  hold: boolean;
  /** Which comes first when one post gives two events. */
  first: 'app_mention' | 'message';
  /** `allowed`, or the error that chat.startStream answers with, such as `channel_type_not_supported`. */
  streaming: 'allowed' | (string & {});
  /** Types of blocks that are refused, as by a Slack that does not know them yet. */
  refusedBlocks: string[];
  /** The error code of that refusal. */
  refusedBlocksError: string;
  /**
   * A call whose text and blocks have more bytes is refused with `msg_too_long`; undefined: only Slack's own
   * limits.
   */
  longest: number | undefined;
  /** When Slack closes a stream by itself; undefined: never. Its own time is about five minutes, as people measured. */
  closeStreamsAfter: { ms?: number; characters?: number } | undefined;
  /** How long a trigger can be used, milliseconds. */
  triggerLifetime: number;
  /** How long a response_url can be used, milliseconds. */
  responseLifetime: number;
  /** How long after files.completeUploadExternal the message is there, milliseconds. */
  shareDelay: number;
  /** Whether the app is an agent: its conversations are threads of the direct messages. */
  agent: boolean;
  /** Whether people may write to the app. */
  messagesTab: boolean;
  /** Whether `message_changed` includes the message as it was before. */
  previous: boolean;
  /** Most messages on one page of a history or a thread. */
  historyMost: number;
  /** Lifetime of a bot's token, ms (Slack: 12 hours); undefined: for ever, without token rotation. */
  tokenLifetime: number | undefined;
  /** Delay of a file, ms. */
  fileDelay: number;
  /** Redirects of a file's address: through these, and the last one instead of the file. */
  redirectFiles: string[] | undefined;
  /** What an installation may come back to; the first when the app names none. Undefined: anywhere. */
  redirectUrls: string[] | undefined;
}

export interface Stats {
  /** 429 that the bot earned, by method. */
  rateLimited: Record<string, number>;
  /** 429 that were injected. */
  injected429: number;
  /** Sockets that were opened. */
  connections: number;
  /** Deliveries of events, retries and copies included. */
  deliveries: number;
}

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
