/** Reads the newest messages of a channel or thread as people see them, for a person who may read them there. */
import {
  type APIInteraction,
  type APIMessage,
  DiscordAPIError,
  MessageType,
  PermissionFlagsBits,
  type REST,
  Routes,
} from 'discord.js';
import { isLater } from '../../../chat/catch-up/later-id.ts';
import { placesAround } from '../../../chat/conversation-ids.ts';
import type { Forgotten, ForgottenReading } from '../../../chat/forgotten.ts';
import type { PlaceRead, ReadMessage, ReadPlace, WantedMessages } from '../../../core/short/read-place.ts';
import type { ConversationId, Quote } from '../../../core/types.ts';

export interface PlaceReadingOptions {
  rest: REST;
  botId(): string;
  /** Whether messages that do not mention the bot come with their text. */
  readsAll(): boolean;
  forgotten: ForgottenReading;
  /** Everything that people see in a message, a quote for each author. */
  quotesOf(message: APIMessage & { guild_id?: string }): Promise<Quote[]>;
}

/** Reads the place of an interaction, for the person who uses it. */
export type ReadPlaceOf = (
  interaction: APIInteraction,
  at: { channelId: string; conversation: ConversationId },
) => ReadPlace;

/** Discord: 100 messages a page at most (message.mdx, Get Channel Messages). */
const PAGE_MESSAGES = 100;
/** Most pages, of which some messages are left out. */
const MOST_PAGES = 6;
/** Without both, a person reads no earlier message (topics/permissions.mdx). */
const READING = PermissionFlagsBits.ViewChannel | PermissionFlagsBits.ReadMessageHistory;
/** Messages of people and apps. The others are Discord's own, such as about a pin (message.mdx, Message Types). */
const SAID = new Set<MessageType>([
  MessageType.Default,
  MessageType.Reply,
  MessageType.ChatInputCommand,
  MessageType.ContextMenuCommand,
]);
const FORBIDDEN = new Set([401, 403, 404]);

export function createPlaceReading(options: PlaceReadingOptions): ReadPlaceOf {
  const { botId, forgotten } = options;
  return (interaction, { channelId, conversation }) =>
    async (wanted, signal) => {
      const { guild_id: guild } = interaction;
      if (guild && !mayRead(interaction.member?.permissions)) return 'not-allowed';
      if (guild && !mayRead(interaction.app_permissions)) return 'not-readable';
      const then = await forgotten.at(placesAround(conversation), botId());
      const found = await newest(options.rest, channelId, { wanted, then, signal });
      if (typeof found === 'string') return found;
      const isSaid = ({ id, type, author }: APIMessage) =>
        SAID.has(type) && !then.asHistory({ id, author: author.id });
      const said = found.messages.filter(isSaid).slice(-wanted.most);
      const messages: ReadMessage[] = [];
      for (const message of said) {
        const quotes = await options.quotesOf({ ...message, ...(guild && { guild_id: guild }) });
        const link = `https://discord.com/channels/${guild ?? '@me'}/${channelId}/${message.id}`;
        if (quotes.length > 0)
          messages.push({ at: Date.parse(message.timestamp) || 0, quotes, link: async () => link });
      }
      // Without the message content intent, texts come empty.
      if (messages.length === 0 && said.length > 0 && !options.readsAll()) return 'not-readable';
      return { messages, isCut: found.isCut };
    };
}

/** Permissions in the channel of the interaction, overwrites included (receiving-and-responding.mdx). */
function mayRead(permissions: string | undefined): boolean {
  const granted = BigInt(permissions ?? 0);
  return (granted & PermissionFlagsBits.Administrator) !== 0n || (granted & READING) === READING;
}

/** The newest messages, oldest first, until there are enough, too old or forgotten ones. */
async function newest(
  rest: REST,
  channelId: string,
  { wanted, then, signal }: { wanted: WantedMessages; then: Forgotten; signal: AbortSignal },
): Promise<{ messages: APIMessage[]; isCut: boolean } | Extract<PlaceRead, string>> {
  const { most, since = 0 } = wanted;
  const isWanted = ({ id, timestamp }: APIMessage) =>
    Date.parse(timestamp) >= since && (then.historyUntil === undefined || isLater(id, then.historyUntil));
  const messages: APIMessage[] = [];
  let count = 0;
  for (let page = 0; page < MOST_PAGES && count < most; page++) {
    const before = messages[0]?.id;
    const query = new URLSearchParams({ limit: String(PAGE_MESSAGES), ...(before && { before }) });
    try {
      const found = (await rest.get(Routes.channelMessages(channelId), { query, signal })) as APIMessage[];
      const kept = found.filter(isWanted);
      count += kept.filter(({ type }) => SAID.has(type)).length;
      messages.unshift(...kept.toReversed());
      if (kept.length < found.length || found.length < PAGE_MESSAGES) return { messages, isCut: false };
    } catch (error) {
      if (error instanceof DiscordAPIError && FORBIDDEN.has(error.status)) return 'not-readable';
      // The pages read until then are used.
      return messages.length > 0 ? { messages, isCut: true } : 'later';
    }
  }
  return { messages, isCut: true };
}
