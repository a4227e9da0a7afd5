/** A test's control over channels, threads and roles. */
import { ChannelType } from 'discord-api-types/v10';
import type { Context } from '../context.ts';
import type { Discord } from '../discord.ts';
import { setThread, startThread } from '../routes/threads.ts';
import { channelOf, guildOf } from '../world/lookups.ts';
import { channelPayload } from '../world/payloads.ts';
import { snowflake } from '../world/snowflake.ts';
import { isThread, newChannel, newRole } from '../world/world.ts';

type ChannelControl = Pick<Discord, 'channel' | 'addChannel' | 'removeChannel' | 'deny' | 'grant'>;
type ThreadControl = Pick<Discord, 'addRole' | 'addThread' | 'setThread'>;

/** @param guildId the guild that a test means if it names none */
export function createChannelControl({ world, gateway }: Context, guildId: string): ChannelControl {
  return {
    channel(name, guild = guildId) {
      const found = [...world.channels.values()].find((one) => one.name === name && one.guildId === guild);
      if (!found) throw new Error(`no channel ${name}`);
      return found.id;
    },
    addChannel(
      name,
      { type = ChannelType.GuildText, guildId: guild = guildId, tags = [], hidden = false } = {},
    ) {
      const availableTags = tags.map((tag) => ({
        id: snowflake(),
        name: tag,
        moderated: false,
        emoji_id: null,
        emoji_name: null,
      }));
      const channel = newChannel({ type, name, guildId: guild, availableTags, isHidden: hidden });
      world.channels.set(channel.id, channel);
      gateway.dispatch('CHANNEL_CREATE', channelPayload(world, channel));
      return channel.id;
    },
    removeChannel(id) {
      const channel = channelOf(world, id);
      const payload = channelPayload(world, channel);
      for (const one of world.channels.values()) if (one.parentId === id) world.channels.delete(one.id);
      world.channels.delete(id);
      gateway.dispatch(isThread(channel) ? 'THREAD_DELETE' : 'CHANNEL_DELETE', payload);
    },
    deny(channelId, ...permissions) {
      channelOf(world, channelId).denied = permissions.reduce((all, one) => all | one, 0n);
    },
    grant(channelId, ...permissions) {
      channelOf(world, channelId).granted = permissions.reduce((all, one) => all | one, 0n);
    },
  };
}

/** @param guildId the guild that a test means if it names none */
export function createThreadControl(context: Context, guildId: string): ThreadControl {
  const { world, gateway } = context;
  return {
    addRole(name, { permissions = 0n, guildId: guild = guildId } = {}) {
      const role = newRole(name, permissions);
      guildOf(world, guild).roles.push(role);
      gateway.dispatch('GUILD_ROLE_CREATE', { guild_id: guild, role });
      return role.id;
    },
    addThread(
      parentId,
      name,
      { messageId, ownerId = guildOf(world, guildId).ownerId, private: hidden } = {},
    ) {
      const message = messageId === undefined ? undefined : world.messages.get(messageId);
      return startThread(context, channelOf(world, parentId), {
        name,
        ownerId,
        ...(message ? { message } : {}),
        ...(hidden ? { type: ChannelType.PrivateThread } : {}),
      }).id;
    },
    setThread: (threadId, state) => setThread(context, channelOf(world, threadId), state),
  };
}
