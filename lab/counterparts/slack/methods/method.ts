/** A method of the Web API. */
import { needed } from '../api/args.ts';
import type { Call } from '../api/call.ts';
import { SlackError } from '../api/errors.ts';
import type { Context } from '../context.ts';
import type { Where } from '../world/posting.ts';
import { dmWith, type StoredChannel, type StoredMessage, type StoredUser } from '../world/world.ts';

export interface Method {
  /** Kind of token; absent means a bot's. */
  token?: 'app' | 'none';
  /** Whether a call with an organisation's token must name its workspace. */
  team?: boolean;
  /** Scope that the bot needs. */
  scope?: string;
  /** Returns the response without `ok`. Throws `SlackError`. */
  handle(context: Context, call: Call): object | Promise<object>;
}

export type Methods = Record<string, Method>;

export function channelOf({ workspace, args }: Call, name = 'channel'): StoredChannel {
  const id = needed(args, name, 'channel_not_found');
  const channel = workspace.channels.get(id);
  const bot = workspace.bot.userId;
  // A private channel does not exist for a bot that is not a member.
  if (!channel || (channel.type !== 'channel' && !channel.members.has(bot))) {
    throw new SlackError('channel_not_found');
  }
  return channel;
}

/** The channel of the call, if the bot may write there. */
export function writable(context: Context, call: Call): Where {
  const { workspace, args } = call;
  const id = needed(args, 'channel', 'channel_not_found');
  // A user's id stands for the direct messages with that user.
  const channel = workspace.users.has(id) ? dmWith(workspace, id) : channelOf(call);
  if (channel.archived) throw new SlackError('is_archived');
  if (!channel.members.has(workspace.bot.userId)) throw new SlackError('not_in_channel');
  if (channel.type === 'im' && !context.settings.messagesTab) throw new SlackError('messages_tab_disabled');
  return { workspace, channel };
}

export function messageOf(channel: StoredChannel, ts: string): StoredMessage {
  const message = channel.messages.get(ts);
  if (!message) throw new SlackError('message_not_found');
  return message;
}

export function userOf({ workspace, args }: Call, name = 'user'): StoredUser {
  const user = workspace.users.get(needed(args, name, 'user_not_found'));
  if (!user) throw new SlackError('user_not_found');
  return user;
}
