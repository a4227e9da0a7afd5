/** What the parts of the counterpart share. */
import type { Buckets, Limit } from './buckets.ts';
import type { CallKind, Fault, Faults } from './faults.ts';
import type { Gateway, GatewayStats } from './gateway.ts';
import type { Interactions } from './interactions.ts';
import type { Mentioned } from './mentions.ts';
import type { Twin } from './twin.ts';
import type { World } from './world.ts';

export interface Settings {
  /** A round trip to REST, milliseconds; half of it before the work and half after. */
  delay: number;
  /** Whether the message content intent is switched on in the application's portal. */
  messageContentAllowed: boolean;
  /** How long an interaction waits for its first answer, milliseconds. */
  callbackWindow: number;
  /** How long an interaction's token can be used, milliseconds. */
  tokenLifetime: number;
  /** What Discord recommends. */
  shards: number;
  /** Of fewer, none may identify. */
  leastShards: number;
  /** Identifies in five seconds. */
  maxConcurrency: number;
  /** Whether more are refused with op 9, or only counted. */
  limitsIdentifies: boolean;
  /** Delay of a file, ms. */
  fileDelay: number;
  /** Whether a reply includes the message it replies to: Discord may leave it out (message.mdx, referenced_message). */
  sendsReferenced: boolean;
  /** READY's address for resuming; undefined: the gateway itself. */
  resumeUrl: string | undefined;
  /** The token was reset in the portal: REST refuses it (401). */
  refusesToken: boolean;
  /** A rule of the place: refuses each request for which it returns a fault. */
  refuses?: ((request: RequestRecord) => Fault | undefined) | undefined;
  /**
   * Limit of edits of messages older than an hour, per channel. Discord does not document it: 3 in 20 s were
   * measured ◇.
   */
  oldEdits: Limit;
}

export interface Stats extends GatewayStats {
  /** 429 that the bot earned. */
  rateLimited: number;
  /** 429 that were injected. */
  injected429: number;
  /** How often the commands were written. */
  commandPuts: number;
  /** Answers with 401, 403 or an earned 429, which Discord counts as invalid requests. */
  invalidRequests: number;
}

/** Someone whom a message of the bot would have pinged. */
export interface Ping extends Mentioned {
  messageId: string;
  channelId: string;
  by: 'create' | 'edit' | 'callback' | 'followup';
}

export interface RequestRecord {
  method: string;
  /** Without `/api/v10`, with the query. */
  path: string;
  /** The parsed JSON, or the `payload_json` of a form. */
  body: unknown;
  /** The names of uploaded files. */
  files: string[];
  kind: CallKind;
  authorized: boolean;
  /** `performance.now()` of its arrival. */
  at: number;
  /** Undefined until answered, or when the connection was dropped or hangs. */
  status: number | undefined;
}

export interface Typing {
  channelId: string;
  at: number;
}

export interface Commands {
  /** As the bot last wrote them; undefined: never. */
  body: unknown[] | undefined;
  /** As Discord returns them, with ids. */
  stored: StoredCommand[];
}

export interface StoredCommand {
  id: string;
  name: string;
  type: number;
  description?: string;
  default_member_permissions?: string | null;
  options?: CommandOption[];
}

export interface CommandOption {
  name: string;
  type: number;
  required?: boolean;
  autocomplete?: boolean;
  choices?: { name: string; value: string | number }[];
  options?: CommandOption[];
}

export interface Context {
  world: World;
  token: string;
  gateway: Gateway;
  buckets: Buckets;
  faults: Faults;
  interactions: Interactions;
  settings: Settings;
  stats: Stats;
  pings: Ping[];
  requests: RequestRecord[];
  typing: Typing[];
  commands: Commands;
  /** Undefined: not started. */
  twin: Twin | undefined;
}
