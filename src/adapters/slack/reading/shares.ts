/** Leaves out copies of forgotten messages that other messages share. */
import { placesAround } from '../../../chat/conversation-ids.ts';
import type { ForgottenReading } from '../../../chat/forgotten.ts';
import { conversationOf, tenantOf } from '../ids.ts';
import type { Workspace } from '../workspaces/workspaces.ts';
import { fieldsOf, listOf, type SlackMessage, stringOf } from './slack-message.ts';

const FORGOTTEN_COPY = { is_share: true, text: '[a message that was forgotten]' };

/**
 * The message, with a mark in place of copies whose originals were forgotten. Slack's copy names the channel, the ts
 * and the author of the original. The address of a reply names its thread.
 */
export async function withoutForgotten(
  message: SlackMessage,
  { team, botUserId }: Workspace,
  forgotten: ForgottenReading,
): Promise<SlackMessage> {
  const copies = listOf(message.attachments).map(fieldsOf);
  if (!copies.some(isCopy)) return message;
  const attachments = await Promise.all(
    copies.map(async (copy) => {
      const { channel_id, ts, author_id, from_url } = copy;
      const [channel, id] = [stringOf(channel_id), stringOf(ts)];
      if (!isCopy(copy) || channel === '' || id === '') return copy;
      const thread = threadIn(stringOf(from_url));
      const place = { channel, ...(thread !== undefined && { thread }) };
      const then = await forgotten.at(placesAround(conversationOf(tenantOf(team), place)), botUserId);
      return then.itself({ id, author: stringOf(author_id) }) ? FORGOTTEN_COPY : copy;
    }),
  );
  return { ...message, attachments };
}

const isCopy = ({ is_share, is_msg_unfurl }: Record<string, unknown>) =>
  is_share === true || is_msg_unfurl === true;

function threadIn(address: string): string | undefined {
  return (URL.canParse(address) && new URL(address).searchParams.get('thread_ts')) || undefined;
}
