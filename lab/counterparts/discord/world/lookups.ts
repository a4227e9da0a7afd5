/** Finds objects of the world by id. Throws on an id that the counterpart never gave out. */
import type { StoredChannel, StoredGuild, StoredMessage, World } from './world.ts';

export function guildOf(world: World, id: string): StoredGuild {
  const guild = world.guilds.get(id);
  if (!guild) throw new Error(`no guild ${id}`);
  return guild;
}

export function channelOf(world: World, id: string): StoredChannel {
  const channel = world.channels.get(id);
  if (!channel) throw new Error(`no channel ${id}`);
  return channel;
}

export function messageOf(world: World, id: string): StoredMessage {
  const message = world.messages.get(id);
  if (!message) throw new Error(`no message ${id}`);
  return message;
}
