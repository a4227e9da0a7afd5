/** A test's control over messages, and what it reads of them. */
import type { Context } from '../context.ts';
import type { Discord } from '../discord.ts';
import { view } from '../people/view.ts';
import { announce, unfurl } from '../posting.ts';
import { channelOf, messageOf } from '../world/lookups.ts';

type MessageControl = Pick<
  Discord,
  'purge' | 'unfurl' | 'updates' | 'updatesPartly' | 'messages' | 'botMessages' | 'message'
>;

export function createMessageControl(context: Context): MessageControl {
  const { world, gateway } = context;
  const messages = (channelId: string) =>
    [...channelOf(world, channelId).messages.values()].map((message) => view(world, message));
  return {
    purge(channelId, messageIds) {
      const channel = channelOf(world, channelId);
      for (const id of messageIds) {
        const message = channel.messages.get(id);
        if (message) message.deleted = true;
        channel.messages.delete(id);
      }
      const guild = channel.guildId === null ? {} : { guild_id: channel.guildId };
      gateway.dispatch('MESSAGE_DELETE_BULK', { ids: messageIds, channel_id: channelId, ...guild });
    },
    unfurl: (messageId) => unfurl(context, messageOf(world, messageId)),
    updates(messageId, change) {
      const message = messageOf(world, messageId);
      change(message);
      announce(context, message);
    },
    updatesPartly(messageId, fields) {
      const { id, channelId } = messageOf(world, messageId);
      const guild = channelOf(world, channelId).guildId;
      const place = { id, channel_id: channelId, ...(guild !== null && { guild_id: guild }) };
      gateway.dispatch('MESSAGE_UPDATE', { ...place, ...fields });
    },
    messages,
    botMessages: (channelId) => messages(channelId).filter(({ author }) => author.id === world.bot.id),
    message: (id) => view(world, messageOf(world, id)),
  };
}
