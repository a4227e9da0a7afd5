/** The settings of a counterpart of Slack, and what it counts. */
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
