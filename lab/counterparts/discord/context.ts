/** State that the parts of the counterpart share. */

import type { InteractionType } from 'discord-api-types/v10';
import type { Faults } from './faults.ts';
import type { Gateway } from './gateway/gateway.ts';
import type { GatewayStats } from './gateway/sign-in.ts';
import type { Buckets } from './rest/buckets.ts';
import type { LooseComponent } from './rest/component-tree.ts';
import type { RequestRecord } from './rest/request.ts';
import type { Settings } from './settings.ts';
import type { DiscordSignIn } from './sign-in/state.ts';
import type { Mentioned } from './world/mentions.ts';
import type { StoredChannel, StoredMessage, StoredUser, World } from './world/world.ts';

export interface Stats extends GatewayStats {
  /** Number of 429 that the bot caused. */
  rateLimited: number;
  /** Number of injected 429. */
  injected429: number;
  /** Number of writes of the commands. */
  commandPuts: number;
  /** Responses with 401, 403 or a 429 that the bot caused. Discord counts them as invalid requests. */
  invalidRequests: number;
}

/** The people and roles that a message of the bot would have pinged. */
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
  /** The commands as the bot last wrote them; undefined if never. */
  body: unknown[] | undefined;
  /** The commands as Discord returns them, with ids. */
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
  /** People who sign in at other sites. */
  signIn: DiscordSignIn;
  /** Undefined if not started. */
  twin: Twin | undefined;
}

export interface Callback {
  type: number;
  data: CallbackData | undefined;
  /** Time of arrival, by `performance.now()`. */
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
  /** The command's name or the custom id. */
  name: string;
  user: StoredUser;
  channel: StoredChannel;
  /** The message of the component, or of the component that opened the modal. */
  source: StoredMessage | undefined;
  /** The data of INTERACTION_CREATE. */
  payload: object;
  /** Time of the event, by `performance.now()`. */
  at: number;
  callback: Callback | undefined;
  original: StoredMessage | undefined;
  /** Followups, oldest first, without deleted ones. */
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
  /** Creates an interaction and dispatches it to the bot. */
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
  /** The id of the created or changed object, if any. */
  id: string | undefined;
}

export interface Twin {
  /** Forwards an accepted request; returns at once. */
  mirror(accepted: Accepted): void;
  /** Resolves when all forwarded requests have arrived. */
  settled(): Promise<void>;
  /** Requests that the twin refused although we accepted them. */
  refusals: { method: string; path: string; status: number; body: unknown }[];
  /** A sentence for each message whose text differs there; resolves when all requests have arrived. */
  differences(): Promise<string[]>;
  stop(): Promise<void>;
}
