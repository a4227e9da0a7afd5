/** The counterpart as a test uses it. */
import type { APIMessage, ChannelType } from 'discord-api-types/v10';
import type { waitFor } from '../wait-for.ts';
import type { Ping, Stats, StoredCommand, Twin, Typing } from './context.ts';
import type { Faults } from './faults.ts';
import type { Gateway } from './gateway/gateway.ts';
import type { Actor } from './people/actors.ts';
import type { MessageView } from './people/view.ts';
import type { BucketKind, Limit } from './rest/buckets.ts';
import type { RequestRecord } from './rest/request.ts';
import type { Settings } from './settings.ts';
import type { DiscordSignIn } from './sign-in/state.ts';
import type { Permissions } from './world/permissions.ts';
import type { StoredMessage, World } from './world/world.ts';

export interface ChannelOption {
  name: string;
  type?: ChannelType;
  /** Permissions that the bot lacks in the channel. */
  denied?: bigint;
}

export interface GuildOption {
  name: string;
  channels?: (string | ChannelOption)[];
}

export interface UserOption {
  /** Bits of permissions in every guild; default `member`. */
  permissions?: Permissions;
  globalName?: string;
  nick?: string;
  /** Ids of the member's roles. */
  roles?: string[];
  bot?: boolean;
  takesDms?: boolean;
}

export interface DiscordOptions {
  /** Default: one guild with the channels `general` and `random`. */
  guilds?: GuildOption[];
  users?: (UserOption & { name: string })[];
  botName?: string;
  limits?: Partial<Record<BucketKind, Limit>>;
  messageContentAllowed?: boolean;
  /** Number of shards that Discord recommends; default 1. */
  shards?: number;
  /** Identifies allowed in five seconds; default 1. */
  maxConcurrency?: number;
  /** Adds `discord-digital-twin`, which costs 0.4 s once a process and 5 ms a write. */
  twin?: boolean;
  /** Port; 0 takes a free one. */
  port?: number;
  /** An earlier world that continues. `guilds`, `users` and `botName` have no effect on it. */
  world?: World;
}

export interface Discord extends AsyncDisposable {
  /** Base URL of REST; ends in `/api`. */
  url: string;
  port: number;
  token: string;
  botId: string;
  /** The application's id, which differs from the bot's id. */
  applicationId: string;
  /** Id of the first guild. */
  guildId: string;
  /** Settings, which a test may change at any time. */
  settings: Settings;
  limits: Record<BucketKind, Limit>;
  stats: Stats;
  faults: Faults;
  gateway: Gateway;
  /** Changes the stored commands, as another client would. */
  changeCommands(change: (stored: StoredCommand[]) => StoredCommand[]): void;
  /** Pings that the bot's messages would have caused; empty if none. */
  pings: Ping[];
  requests: RequestRecord[];
  typing: Typing[];
  /** People who sign in at other sites: who is at the browser, and the lies that a test wants. */
  signIn: DiscordSignIn;
  /** Commands that the bot last wrote with PUT; undefined if never. */
  readonly commands: unknown[] | undefined;
  world: World;
  /** The other implementation, which receives the bot's requests too. */
  twin: Twin | undefined;
  /** The user of this name, created if missing. The given options are applied. */
  user(name: string, options?: UserOption): Actor;
  /** The id of the channel of this name in the first guild, or in the given one. */
  channel(name: string, guildId?: string): string;
  /** `hidden`: members without a role cannot see the channel. */
  addChannel(
    name: string,
    options?: { type?: ChannelType; guildId?: string; tags?: string[]; hidden?: boolean },
  ): string;
  /** Removes a channel with its threads: CHANNEL_DELETE or THREAD_DELETE. */
  removeChannel(id: string): void;
  /** Deletes several messages at once, as a moderator: MESSAGE_DELETE_BULK. */
  purge(channelId: string, messageIds: string[]): void;
  /** Adds a link preview to a message: MESSAGE_UPDATE without an edit. */
  unfurl(messageId: string): void;
  /** Changes a message without an edit, for example by a pin. Sends MESSAGE_UPDATE with the whole message. */
  updates(messageId: string, change: (message: StoredMessage) => void): void;
  /** Sends MESSAGE_UPDATE with only these fields, as Discord did before July 2024. */
  updatesPartly(messageId: string, fields: Partial<APIMessage>): void;
  addRole(name: string, options?: { permissions?: bigint; guildId?: string }): string;
  addThread(
    parentId: string,
    name: string,
    options?: { messageId?: string; ownerId?: string; private?: boolean },
  ): string;
  setThread(threadId: string, state: { archived?: boolean; locked?: boolean }): void;
  /** Invites the bot to a new guild: GUILD_CREATE. */
  addGuild(option: GuildOption): string;
  /** Removes the bot from a guild: GUILD_DELETE. */
  removeGuild(guildId: string): void;
  /** Starts or ends an outage of a guild: GUILD_DELETE with `unavailable`, or GUILD_CREATE. */
  outage(guildId: string, on: boolean): void;
  /** Denies the bot these permissions in this channel. */
  deny(channelId: string, ...permissions: bigint[]): void;
  /** Grants the bot more permissions in this channel. */
  grant(channelId: string, ...permissions: bigint[]): void;
  /** Messages of a channel in order, without ephemeral ones. */
  messages(channelId: string): MessageView[];
  botMessages(channelId: string): MessageView[];
  /** One message, even if it is deleted or ephemeral. */
  message(id: string): MessageView;
  waitFor: typeof waitFor;
  stop(): Promise<void>;
}
