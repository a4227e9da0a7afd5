/** Settings and counters of a counterpart of Slack. */
export interface Settings {
  /** Round trip to the Web API, ms: half before the work and half after it. */
  delay: number;
  /** Address for events and interactions; undefined means Socket Mode. */
  requestUrl: string | undefined;
  /** Time in which Slack waits for an acknowledgement, ms. */
  ackWindow: number;
  /** Delay before each retry of an event, ms. */
  retryDelays: number[];
  /** Number of deliveries of each event, acknowledged or not. Later deliveries are marked as retries. */
  deliveries: number;
  /** Whether events are kept or lost while no socket is connected. */
  gap: 'keep' | 'lose';
  /** Whether events wait until `release`: Slack promises no order of events. */
  hold: boolean;
  /** The first event when one post causes two. */
  first: 'app_mention' | 'message';
  /** `allowed`, or the error of chat.startStream, such as `channel_type_not_supported`. */
  streaming: 'allowed' | (string & {});
  /** The refusal of chunks in streams: of all, or of cards alone, with this error. Undefined: they are taken. */
  chunks: { refuses: 'all' | 'cards'; error: string } | undefined;
  /** Block types that are refused, as by a Slack that does not know them yet. */
  refusedBlocks: string[];
  /** The error code of that refusal. */
  refusedBlocksError: string;
  /**
   * Most bytes of text and blocks in a call; more is refused with `msg_too_long`. Undefined: only Slack's own
   * limits.
   */
  longest: number | undefined;
  /** When Slack closes a stream by itself; undefined means never. People measured about five minutes. */
  closeStreamsAfter: { ms?: number; characters?: number } | undefined;
  /** Lifetime of a trigger, ms. */
  triggerLifetime: number;
  /** Lifetime of a response_url, ms. */
  responseLifetime: number;
  /** Delay of the message after files.completeUploadExternal, ms. */
  shareDelay: number;
  /** Whether the app is an agent. An agent's conversations are threads of the direct messages. */
  agent: boolean;
  /** Whether people may write to the app. */
  messagesTab: boolean;
  /** Whether `message_changed` includes the earlier message. */
  previous: boolean;
  /** Most messages on one page of a history or a thread. */
  historyMost: number;
  /** Lifetime of a bot's token, ms (Slack: 12 hours); undefined without token rotation. */
  tokenLifetime: number | undefined;
  /** Delay of a file download, ms. */
  fileDelay: number;
  /** Redirects of a file's address. The last one replaces the file. */
  redirectFiles: string[] | undefined;
  /** Allowed return addresses of an installation; the first is the default. Undefined means any. */
  redirectUrls: string[] | undefined;
}

export interface Stats {
  /** Number of 429 that the bot caused, by method. */
  rateLimited: Record<string, number>;
  /** Number of injected 429. */
  injected429: number;
  /** Number of opened sockets. */
  connections: number;
  /** Deliveries of events, retries and copies included. */
  deliveries: number;
}

export const DEFAULT_SETTINGS: Settings = {
  delay: 0,
  requestUrl: undefined,
  ackWindow: 3000,
  retryDelays: [0, 60_000, 300_000],
  deliveries: 1,
  gap: 'keep',
  hold: false,
  first: 'app_mention',
  streaming: 'allowed',
  chunks: undefined,
  refusedBlocks: [],
  refusedBlocksError: 'invalid_blocks',
  longest: undefined,
  closeStreamsAfter: { ms: 300_000 },
  triggerLifetime: 3000,
  responseLifetime: 30 * 60_000,
  shareDelay: 800,
  agent: false,
  messagesTab: true,
  previous: true,
  historyMost: 999,
  tokenLifetime: undefined,
  fileDelay: 0,
  redirectFiles: undefined,
  redirectUrls: undefined,
};
