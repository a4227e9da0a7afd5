/** Filters events by a session's intents (developers/events/gateway.mdx). */
import { GatewayIntentBits } from 'discord-api-types/v10';

/** The intents of which a session needs one; 0 if it needs none. */
export function needs(event: string, data: object): number {
  const inGuild = 'guild_id' in data;
  if (event.startsWith('MESSAGE_')) {
    return inGuild ? GatewayIntentBits.GuildMessages : GatewayIntentBits.DirectMessages;
  }
  if (event === 'INTERACTION_CREATE') return 0;
  return /^(GUILD|CHANNEL|THREAD)_/.test(event) ? GatewayIntentBits.Guilds : 0;
}

/** The event as a session sees it: without the message content intent, content is empty. */
export function visible(event: string, data: object, intents: number, botId: string): object {
  if (event !== 'MESSAGE_CREATE' && event !== 'MESSAGE_UPDATE') return data;
  if (intents & GatewayIntentBits.MessageContent || !('guild_id' in data)) return data;
  return withoutContent(data, botId);
}

interface Readable {
  author?: { id: string };
  mentions?: { id: string }[];
  referenced_message?: object | null;
}

/**
 * Empties a message. Messages of the bot and messages that mention it keep their content; a referenced message is
 * judged by itself.
 */
export function withoutContent<T extends object>(message: T, botId: string): T {
  const { author, mentions, referenced_message: referenced } = message as Readable;
  const own = author?.id === botId || mentions?.some(({ id }) => id === botId);
  const emptied = own ? {} : { content: '', embeds: [], attachments: [], components: [] };
  const inner = referenced ? { referenced_message: withoutContent(referenced, botId) } : {};
  const kept = { ...message, ...emptied, ...inner };
  if (!own && 'message_snapshots' in kept) kept.message_snapshots = [];
  if (!own && 'poll' in kept) delete kept.poll;
  return kept;
}
