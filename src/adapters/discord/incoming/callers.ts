/** Tells which of Discord's messages are for Parley, and who calls from where. */
import { type APIUser, type GatewayMessageCreateDispatchData, MessageType } from 'discord.js';
import { accessOf, type ChatCaller } from '../../../chat/inbox/caller.ts';
import type { JoinedThreads } from '../../../chat/joined-threads.ts';
import type { Admission } from '../../../core/access/admission.ts';
import { rolesNamedIn } from '../../../core/access/named-roles.ts';
import type { Settings } from '../../../core/settings.ts';
import { type Location, personOf, spaceOf, tenantOf } from '../ids.ts';
import { type Channel, isThread } from '../reading/channels.ts';
import type { Directory } from '../reading/directory.ts';
import type { Reading } from '../reading/reading.ts';
import { namesOthers, namesParley } from './addressed.ts';

export interface CallersOptions {
  /** The bot's user id; known once Discord is connected. */
  botId(): string;
  /** Whether messages that do not mention the bot come with their text. */
  readsAll(): boolean;
  directory: Directory;
  threads: JoinedThreads;
  settings: Settings;
  admission: Admission;
}

export type Caller = ChatCaller<Location>;

/** A person's place, from a message or an interaction. */
export interface Spot {
  guild: string | undefined;
  channelId: string;
  channel: Channel | undefined;
  user: Pick<APIUser, 'id'>;
  roles: string[];
  isAdmin: boolean;
}

export type IncomingMessage = GatewayMessageCreateDispatchData;

export interface Callers {
  /** Whether the message names Parley; undefined if it is not for Parley. Reads no field that messages from history lack. */
  isAddressed(message: IncomingMessage): Promise<boolean | undefined>;
  /** The caller; undefined if the message is not for Parley. */
  recognise(message: IncomingMessage): Promise<Caller | undefined>;
  /** The caller at that place, and whether they may ask. */
  callFrom(spot: Spot, isAddressed: boolean): Promise<Caller>;
}

export function createCallers(options: CallersOptions, repliedTo: Reading['repliedTo']): Callers {
  const { botId, directory, threads, settings, admission } = options;

  async function callFrom(spot: Spot, isAddressed: boolean): Promise<Caller> {
    const { guild, channelId, channel, user, roles, isAdmin } = spot;
    const tenant = tenantOf(guild, user.id);
    const own = await settings.read(tenant);
    const parent = isThread(channel) ? channel?.parent : undefined;
    const location: Location = {
      guild,
      channel: parent ?? channelId,
      ...(isThread(channel) && { thread: channelId }),
      ...(guild !== undefined && own.history === 'person' && { person: user.id }),
    };
    const channels = parent === undefined ? [channelId] : [channelId, parent];
    const asker = guild === undefined ? undefined : { channels, roles, isAdmin };
    const asking = { space: spaceOf(tenant), person: [personOf(user.id)], isDirect: guild === undefined };
    const access = await accessOf({ admission, tenant, settings: own, asker, asking });
    const namedRoles = rolesNamedIn(roles, own);
    return { tenant, location, settings: own, isAdmin, namedRoles, access, isAddressed };
  }

  async function isAddressed(message: IncomingMessage): Promise<boolean | undefined> {
    const { author, type, guild_id: guild } = message;
    if (author.bot || author.system || message.webhook_id) return undefined;
    if (type !== MessageType.Default && type !== MessageType.Reply) return undefined;
    if (!guild || namesParley(message, { botId: botId(), role: directory.roleOfBot(guild, botId()) }))
      return true;
    const replied = await repliedTo(message);
    if (replied?.author.id === botId()) return true;
    const known = directory.known(message.channel_id);
    if (!options.readsAll() || (known && !isThread(known))) return undefined;
    if (namesOthers(message, botId(), replied)) return undefined;
    return (await threads.has(message.channel_id, message.id)) ? false : undefined;
  }

  return {
    isAddressed,
    callFrom,
    async recognise(message) {
      const isNamed = await isAddressed(message);
      if (isNamed === undefined) return undefined;
      const { author } = message;
      const guild = message.guild_id || undefined;
      const roles = message.member?.roles ?? [];
      const channel = guild === undefined ? undefined : await directory.channel(message.channel_id);
      const isAdmin = guild === undefined || directory.isAdmin(guild, author.id, roles);
      const spot = { guild, channelId: message.channel_id, channel, user: author, roles, isAdmin };
      const caller = await callFrom(spot, isNamed);
      return !isNamed && caller.settings.inThreads === 'mentions' ? undefined : caller;
    },
  };
}
