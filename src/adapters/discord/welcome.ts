/** Greets a server that Parley was just added to, once, with the first steps. */
import {
  type APIGuildChannel,
  ChannelType,
  type GatewayGuildCreateDispatchData,
  MessageFlags,
  OverwriteType,
  PermissionFlagsBits,
  type REST,
  Routes,
} from 'discord.js';
import type { Logger } from 'pino';
import type { AdapterState } from '../../core/platform.ts';
import type { TenantId } from '../../core/types.ts';
import { tenantOf } from './ids.ts';
import { loggable } from './rest/failures.ts';

export interface Welcome {
  /** Notes the servers that Parley is in when a connection begins. */
  expect(guilds: string[]): void;
  /** Parley is in the server. Never throws. @param isNew whether no earlier process knew the server */
  came(guild: GatewayGuildCreateDispatchData, isNew: boolean): Promise<void>;
  left(guild: string): Promise<void>;
}

export interface WelcomeOptions {
  rest: REST;
  botId(): string;
  adapterState: AdapterState;
  text(tenant: TenantId): Promise<string>;
  log: Logger;
}

/** Most channels that are tried: Discord counts refused calls against the bot. */
const MOST_TRIED = 5;
const NOTE = 'welcome|';

export function createWelcome({ rest, botId, adapterState, text, log }: WelcomeOptions): Welcome {
  const known = new Set<string>();

  async function say(guild: GatewayGuildCreateDispatchData): Promise<void> {
    const content = await text(tenantOf(guild.id, ''));
    for (const channel of placesIn(guild, botId()).slice(0, MOST_TRIED)) {
      try {
        const body = { content, flags: MessageFlags.SuppressEmbeds, allowed_mentions: { parse: [] } };
        await rest.post(Routes.channelMessages(channel), { body });
        return;
      } catch (error) {
        log.info({ guild: guild.id, code: loggable(error) }, 'welcome not said in a channel');
      }
    }
  }

  return {
    expect(guilds) {
      for (const guild of guilds) known.add(guild);
    },
    async came(guild, isNew) {
      const wasKnown = known.has(guild.id);
      known.add(guild.id);
      if (wasKnown || !isNew || guild.unavailable) return;
      try {
        if (await adapterState.read(NOTE + guild.id)) return;
        // Noted before the greeting is sent: after a crash none is better than two.
        await adapterState.write(NOTE + guild.id, true);
        await say(guild);
      } catch (error) {
        log.warn({ guild: guild.id, code: loggable(error) }, 'welcome not said');
      }
    },
    async left(guild) {
      known.delete(guild);
      await adapterState.remove(NOTE + guild);
    },
  };
}

/**
 * Channels to write in, from the top. The channel for Discord's own welcomes comes first, and those where Parley seems to
 * lack a permission come last.
 */
function placesIn(guild: GatewayGuildCreateDispatchData, botId: string): string[] {
  const roles = [guild.id, ...(guild.members.find(({ user }) => user.id === botId)?.roles ?? [])];
  const texts = guild.channels
    .filter(({ type }) => type === ChannelType.GuildText)
    .map((channel) => channel as APIGuildChannel<ChannelType.GuildText> & { position?: number });
  const place = (channel: (typeof texts)[number]) => [
    mayWrite(guild, channel, roles, botId) ? 0 : 1,
    channel.id === guild.system_channel_id ? 0 : 1,
    channel.position ?? 0,
  ];
  const inOrder = texts.map((channel) => ({ id: channel.id, place: place(channel) }));
  const compare = (a: number[], b: number[]) =>
    a.map((one, i) => one - (b[i] ?? 0)).find((difference) => difference !== 0) ?? 0;
  return inOrder.sort((a, b) => compare(a.place, b.place)).map(({ id }) => id);
}

const NEEDED = PermissionFlagsBits.ViewChannel | PermissionFlagsBits.SendMessages;

/**
 * Whether the bot may write in the channel. Discord applies the roles' permissions, then the channel's overwrites for
 * @everyone, for roles and for the member (topics/permissions.mdx).
 */
function mayWrite(
  guild: GatewayGuildCreateDispatchData,
  { permission_overwrites: overwrites = [] }: APIGuildChannel<ChannelType.GuildText>,
  roles: string[],
  botId: string,
): boolean {
  const own = guild.roles.filter(({ id }) => roles.includes(id));
  let may = own.reduce((all, { permissions }) => all | BigInt(permissions), 0n);
  if ((may & PermissionFlagsBits.Administrator) !== 0n) return true;
  const stages = [
    overwrites.filter(({ id }) => id === guild.id),
    overwrites.filter(({ id, type }) => type === OverwriteType.Role && id !== guild.id && roles.includes(id)),
    overwrites.filter(({ id, type }) => type === OverwriteType.Member && id === botId),
  ];
  for (const stage of stages) {
    for (const { deny } of stage) may &= ~BigInt(deny);
    for (const { allow } of stage) may |= BigInt(allow);
  }
  return (may & NEEDED) === NEEDED;
}
