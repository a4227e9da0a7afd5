/** What the parts of the counterpart share. */

import type { InteractionType } from 'discord-api-types/v10';
import type { Buckets } from './buckets.ts';
import type { LooseComponent } from './component-tree.ts';
import type { Faults } from './faults.ts';
import type { Gateway, GatewayStats } from './gateway.ts';
import type { Mentioned } from './mentions.ts';
import type { RequestRecord } from './request.ts';
import type { Settings } from './settings.ts';
import type { StoredChannel, StoredMessage, StoredUser, World } from './world.ts';

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

export interface Callback {
  type: number;
  data: CallbackData | undefined;
  /** `performance.now()` of its arrival. */
  at: number;
}

export interface CallbackData {
  content?: string;
  flags?: number;
  title?: string;
  custom_id?: string;
  components?: LooseComponent[];
  choices?: { name: string; value: string | number }[];
  [field: string]: unknown;
}

export interface StoredInteraction {
  id: string;
  token: string;
  type: InteractionType;
  /** The command's name, or the custom id. */
  name: string;
  user: StoredUser;
  channel: StoredChannel;
  /** Of a component, or of a modal that one opened: its message. */
  source: StoredMessage | undefined;
  /** What INTERACTION_CREATE carried. */
  payload: object;
  /** `performance.now()` of the event. */
  at: number;
  callback: Callback | undefined;
  original: StoredMessage | undefined;
  /** Oldest first, without deleted ones. */
  followups: StoredMessage[];
  answered: Promise<void>;
  answer: () => void;
}

export interface NewInteraction {
  type: InteractionType;
  name: string;
  user: StoredUser;
  channel: StoredChannel;
  source?: StoredMessage | undefined;
  data: object;
}

export interface Interactions {
  /** Dispatches it to the bot. */
  start(context: Context, wanted: NewInteraction): StoredInteraction;
  /** @throws ApiError 10062 when unknown, or too late for its first answer */
  waiting(context: Context, id: string | undefined, token: string | undefined): StoredInteraction;
  /** @throws ApiError 10015 when unknown or not answered yet, 50027 when expired */
  byToken(context: Context, application: string | undefined, token: string | undefined): StoredInteraction;
  all: Map<string, StoredInteraction>;
}

export interface Accepted {
  method: string;
  /** The path of the route, with its parameters by name. */
  template: string;
  params: Record<string, string>;
  body: unknown;
  /** The id of what was made or changed, if anything. */
  id: string | undefined;
}

export interface Twin {
  /** Sends a request on that was accepted; returns at once. */
  mirror(accepted: Accepted): void;
  /** Resolves when all of it has arrived. */
  settled(): Promise<void>;
  /** What the twin did not take although we did. */
  refusals: { method: string; path: string; status: number; body: unknown }[];
  /** A sentence for each message that reads otherwise there; resolves when all has arrived. */
  differences(): Promise<string[]>;
  stop(): Promise<void>;
}
