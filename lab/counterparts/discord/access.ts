/** Checks whether the bot may do an action in a channel. */
import { ChannelType, PermissionFlagsBits } from 'discord-api-types/v10';
import type { Context } from './context.ts';
import { isEphemeral } from './posting.ts';
import {
  cannotDm,
  missingAccess,
  missingPermissions,
  notText,
  notTheAuthor,
  threadArchived,
  threadLocked,
  unknownChannel,
  unknownMessage,
} from './rest/errors.ts';
import { botPermissions } from './world/payloads.ts';
import { isThread, type StoredChannel, type StoredMessage } from './world/world.ts';

/** @throws ApiError 10003 or 50001 */
export function channelOf({ world }: Context, id: string | undefined): StoredChannel {
  const channel = world.channels.get(id ?? '');
  if (!channel) throw unknownChannel();
  if (channel.guildId !== null && world.guilds.get(channel.guildId)?.presence !== 'joined')
    throw missingAccess();
  if (!may(channel, PermissionFlagsBits.ViewChannel)) throw missingAccess();
  return channel;
}

/** @throws ApiError 10008; ephemeral messages cannot be reached this way */
export function messageIn(channel: StoredChannel, id: string | undefined): StoredMessage {
  const message = channel.messages.get(id ?? '');
  if (!message || isEphemeral(message)) throw unknownMessage();
  return message;
}

export function ownMessageIn(
  context: Context,
  channel: StoredChannel,
  id: string | undefined,
): StoredMessage {
  const message = messageIn(channel, id);
  if (message.authorId !== context.world.bot.id) throw notTheAuthor();
  checkMayEdit(channel);
  return message;
}

/** Discord: no message can be edited in an archived or locked thread (topics/threads.mdx). */
export function checkMayEdit(channel: StoredChannel): void {
  if (!isThread(channel)) return;
  if (channel.archived) throw threadArchived();
  if (channel.locked) throw threadLocked();
}

/** Discord: messages can be deleted in an archived thread, and in an active locked one (topics/threads.mdx). */
export function checkMayDelete(channel: StoredChannel): void {
  if (isThread(channel) && channel.locked && channel.archived) throw threadLocked();
}

const WITHOUT_MESSAGES: ChannelType[] = [
  ChannelType.GuildCategory,
  ChannelType.GuildForum,
  ChannelType.GuildMedia,
];

/** @throws ApiError when the bot cannot post here */
export function checkMaySend({ world }: Context, channel: StoredChannel): void {
  if (WITHOUT_MESSAGES.includes(channel.type)) throw notText();
  if (channel.recipientId !== null && !world.users.get(channel.recipientId)?.takesDms) throw cannotDm();
  const needed = isThread(channel)
    ? PermissionFlagsBits.SendMessagesInThreads
    : PermissionFlagsBits.SendMessages;
  if (!may(channel, needed)) throw missingPermissions();
  if (channel.locked) throw threadLocked();
}

export function may(channel: StoredChannel, permission: bigint): boolean {
  return (botPermissions(channel) & permission) === permission;
}
