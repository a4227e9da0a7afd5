/** A test's control over guilds. */
import { ChannelType } from 'discord-api-types/v10';
import type { Context } from '../context.ts';
import type { Discord, GuildOption } from '../discord.ts';
import { guildOf } from '../world/lookups.ts';
import { guildEvent } from '../world/payloads.ts';
import { snowflake } from '../world/snowflake.ts';
import { newChannel, newGuild, newMember, roleOfBot, type StoredGuild, type World } from '../world/world.ts';

/** Makes a guild with its channels. All users of the world are its members. */
export function makeGuild(world: World, option: GuildOption): StoredGuild {
  const { name, channels = ['general', 'random'] } = option;
  const guild = newGuild(name, snowflake());
  for (const user of world.users.values()) guild.members.set(user.id, newMember());
  const own = roleOfBot(world.bot);
  guild.roles.push(own);
  guild.members.get(world.bot.id)?.roles.push(own.id);
  world.guilds.set(guild.id, guild);
  for (const one of channels) {
    const channel = typeof one === 'string' ? { name: one } : one;
    const made = newChannel({ type: ChannelType.GuildText, ...channel, guildId: guild.id });
    world.channels.set(made.id, made);
  }
  return guild;
}

type GuildControl = Pick<Discord, 'addGuild' | 'removeGuild' | 'outage'>;

export function createGuildControl({ world, gateway }: Context): GuildControl {
  return {
    addGuild(option) {
      const guild = makeGuild(world, option);
      gateway.dispatch('GUILD_CREATE', guildEvent(world, guild));
      return guild.id;
    },
    removeGuild(id) {
      guildOf(world, id).presence = 'removed';
      gateway.dispatch('GUILD_DELETE', { id });
    },
    outage(id, on) {
      const guild = guildOf(world, id);
      guild.presence = on ? 'unavailable' : 'joined';
      if (on) gateway.dispatch('GUILD_DELETE', { id, unavailable: true });
      else gateway.dispatch('GUILD_CREATE', guildEvent(world, guild));
    },
  };
}
