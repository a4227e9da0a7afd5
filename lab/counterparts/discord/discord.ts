/** What a test has of the counterpart. */
import type { APIMessage, ChannelType } from 'discord-api-types/v10';
import type { waitFor } from '../wait-for.ts';
import type { Actor } from './actors.ts';
import type { BucketKind, Limit } from './buckets.ts';
import type { Ping, Stats, StoredCommand, Twin, Typing } from './context.ts';
import type { Faults } from './faults.ts';
import type { Gateway } from './gateway.ts';
import type { RequestRecord } from './request.ts';
import type { Settings } from './settings.ts';
import type { MessageView } from './view.ts';
import type { StoredMessage, World } from './world.ts';

export interface ChannelOption {
  name: string;
  type?: ChannelType;
  /** Permissions that the bot lacks there. */
  denied?: bigint;
}

export interface GuildOption {
  name: string;
  channels?: (string | ChannelOption)[];
}

export interface UserOption {
  /** Bits of permissions in every guild; default `member`. */
  permissions?: 'admin' | 'member' | bigint;
  globalName?: string;
  nick?: string;
  /** Ids. */
  roles?: string[];
  bot?: boolean;
  takesDms?: boolean;
}

export interface DiscordOptions {
  /** Default: one with the channels `general` and `random`. */
  guilds?: GuildOption[];
  users?: (UserOption & { name: string })[];
  botName?: string;
  limits?: Partial<Record<BucketKind, Limit>>;
  messageContentAllowed?: boolean;
  /** What Discord recommends; default 1. */
  shards?: number;
  /** Identifies in five seconds; default 1. */
  maxConcurrency?: number;
  /** False: without `discord-digital-twin` behind it, which costs 0.4 s once a process and 5 ms a write. */
  twin?: boolean;
  /** 0 takes a free one. */
  port?: number;
  /** A world of before, which goes on. `guilds`, `users` and `botName` have no effect on it. */
  world?: World;
}

export interface Discord extends AsyncDisposable {
  /** REST base; ends in `/api`. */
  url: string;
  port: number;
  token: string;
  botId: string;
  /** Not the bot's id. */
  applicationId: string;
  /** The first guild. */
  guildId: string;
  /** May be changed at any time. */
  settings: Settings;
  limits: Record<BucketKind, Limit>;
  stats: Stats;
  faults: Faults;
  gateway: Gateway;
  /** Changes the stored commands, as somebody else would. */
  changeCommands(change: (stored: StoredCommand[]) => StoredCommand[]): void;
  /** Whom the bot's messages would have pinged; empty when nobody. */
  pings: Ping[];
  requests: RequestRecord[];
  typing: Typing[];
  /** What the bot last wrote with PUT; undefined: never. */
  readonly commands: unknown[] | undefined;
  world: World;
  /** What the other implementation makes of the bot's requests. */
  twin: Twin | undefined;
  /** The user of this name, made when there is none; given options are applied. */
  user(name: string, options?: UserOption): Actor;
  /** The id of the first guild's channel of this name, or of another guild's. */
  channel(name: string, guildId?: string): string;
  /** `hidden`: from everyone in the server who has no role. */
  addChannel(
    name: string,
    options?: { type?: ChannelType; guildId?: string; tags?: string[]; hidden?: boolean },
  ): string;
  /** With its threads: CHANNEL_DELETE, or THREAD_DELETE. */
  removeChannel(id: string): void;
  /** A moderator deletes several at once: MESSAGE_DELETE_BULK. */
  purge(channelId: string, messageIds: string[]): void;
  /** The preview of a link comes to a message: MESSAGE_UPDATE without an edit. */
  unfurl(messageId: string): void;
  /** Changes a message without an edit, such as by a pin: sends MESSAGE_UPDATE with the whole message. */
  updates(messageId: string, change: (message: StoredMessage) => void): void;
  /** Sends MESSAGE_UPDATE with these fields alone, as before July 2024. */
  updatesPartly(messageId: string, fields: Partial<APIMessage>): void;
  addRole(name: string, options?: { permissions?: bigint; guildId?: string }): string;
  addThread(
    parentId: string,
    name: string,
    options?: { messageId?: string; ownerId?: string; private?: boolean },
  ): string;
  setThread(threadId: string, state: { archived?: boolean; locked?: boolean }): void;
  /** The bot is invited: GUILD_CREATE. */
  addGuild(option: GuildOption): string;
  /** The bot is removed: GUILD_DELETE. */
  removeGuild(guildId: string): void;
  /** GUILD_DELETE with `unavailable`, or GUILD_CREATE when it is over. */
  outage(guildId: string, on: boolean): void;
  /** The bot may do everything but these here. */
  deny(channelId: string, ...permissions: bigint[]): void;
  /** Gives the bot further permissions in this channel. */
  grant(channelId: string, ...permissions: bigint[]): void;
  /** All messages of a channel in their order; no ephemeral ones. */
  messages(channelId: string): MessageView[];
  botMessages(channelId: string): MessageView[];
  /** One, also when it is deleted or ephemeral. */
  message(id: string): MessageView;
  waitFor: typeof waitFor;
  stop(): Promise<void>;
}
