/** Leaves forgotten messages out of the messages that forward them. */
import { type APIMessage, type REST, Routes } from 'discord.js';
import { placesAround } from '../../../chat/conversation-ids.ts';
import type { ForgottenReading } from '../../../chat/forgotten.ts';
import type { Transcripts } from '../../../core/storage.ts';
import { conversationOf, tenantOf } from '../ids.ts';
import { inTime } from '../in-time.ts';
import { isThread } from './channels.ts';
import type { Directory } from './directory.ts';
import { isKept } from './own-answers.ts';

export interface ForwardsOptions {
  rest: REST;
  botId(): string;
  directory: Directory;
  transcripts: Transcripts;
  forgotten: ForgottenReading;
}

/** Longest time that looking up the author of a message delays a question, ms. */
const LOOK_UP_MS = 1_000;
const FORGOTTEN_COPY = '[a message that was forgotten]';

/** Returns the message, with a mark in place of a forwarded copy whose original was forgotten. */
export type WithoutForgotten = <M extends APIMessage & { guild_id?: string }>(message: M) => Promise<M>;

export function createForwards(options: ForwardsOptions): WithoutForgotten {
  const { rest, botId, directory, transcripts, forgotten } = options;

  /** A copy does not name its author (message.mdx, Message Snapshot). If the author matters, Discord is asked for the original. */
  async function isForgotten({
    message_reference: from,
    author,
    guild_id,
  }: APIMessage & { guild_id?: string }) {
    const { channel_id: channelId, message_id: id, guild_id: guild = guild_id } = from ?? {};
    if (!channelId || !id) return false;
    const channel = await directory.channel(channelId);
    const parent = isThread(channel) ? channel?.parent : undefined;
    const place = { guild, channel: parent ?? channelId, ...(parent !== undefined && { thread: channelId }) };
    const conversation = conversationOf(tenantOf(guild, author.id), place);
    const then = await forgotten.at(placesAround(conversation), botId());
    if (then.itself({ id, author: '' })) return true;
    // Nobody there has forgotten anything since, so the author does not matter.
    if (!then.itself({ id, author: botId() })) return false;
    const original = await inTime(
      LOOK_UP_MS,
      rest.get(Routes.channelMessage(channelId, id)) as Promise<APIMessage>,
    );
    if (!original) return true;
    if (!then.itself({ id, author: original.author.id })) return false;
    return original.author.id !== botId() || !(await isKept(original, conversation, transcripts));
  }

  return async (message) => {
    const { message_snapshots: copies = [] } = message;
    if (copies.length === 0 || !(await isForgotten(message))) return message;
    return {
      ...message,
      message_snapshots: copies.map((copy) => ({
        message: { ...copy.message, ...NOTHING, content: FORGOTTEN_COPY },
      })),
    };
  };
}

/** Empties the fields that people see in a copy. */
const NOTHING = { attachments: [], embeds: [], mentions: [], components: [], sticker_items: [] };
