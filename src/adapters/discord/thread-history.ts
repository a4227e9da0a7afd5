/** What was said in a thread before Parley was first called into it: its first message, and the last ones. */
import { type APIMessage, ChannelType, MessageType, type REST, Routes } from 'discord.js';
import type { Quote } from '../../core/types.ts';
import { isLater } from '../catch-up.ts';
import type { Directory } from './directory.ts';
import { inTime } from './in-time.ts';

export interface ThreadHistory {
  /** Oldest first; `first` is the message that the thread began with. Empty where it may not be read. */
  before(message: APIMessage): Promise<{ quotes: Quote[]; first: APIMessage | undefined }>;
}

export interface ThreadHistoryOptions {
  rest: REST;
  directory: Directory;
  /** What a message says and shows; empty where nothing can be read. */
  read(message: APIMessage): string;
  /** Who said it. */
  from(message: APIMessage): string;
}

/** Messages read of a thread's end. Discord gives 100 at most (message.mdx, Get Channel Messages). */
const LAST_MESSAGES = 50;
const LAST_CHARACTERS = 7_500;
/** The most of one message, so that a long one leaves room for others. */
const MESSAGE_CHARACTERS = 2_000;
/** The longest that reading a thread holds its question up. */
const READ_MS = 5_000;
const POSTS = new Set<ChannelType | undefined>([ChannelType.GuildForum, ChannelType.GuildMedia]);

export function createThreadHistory({ rest, directory, read, from }: ThreadHistoryOptions): ThreadHistory {
  async function get<T>(route: `/${string}`, query?: Record<string, string>): Promise<T | undefined> {
    const asked = rest.get(route, query ? { query: new URLSearchParams(query) } : {}) as Promise<T>;
    return inTime(READ_MS, asked);
  }

  /**
   * The message that a thread was made from has the thread's id, in the channel above it; so has the first message of a
   * forum post, in the post itself (threads.mdx). A thread made without a message begins with its oldest one.
   */
  async function firstOf(thread: string): Promise<APIMessage | undefined> {
    const parent = directory.known(thread)?.parent;
    const isPost = parent === undefined || POSTS.has(directory.known(parent)?.type);
    const places = isPost ? [thread, parent] : [parent, thread];
    for (const place of places) {
      const message = place && (await get<APIMessage>(Routes.channelMessage(place, thread)));
      if (message) return message;
    }
    const after = String(BigInt(thread) - 1n);
    const oldest = await get<APIMessage[]>(Routes.channelMessages(thread), { after, limit: '1' });
    return oldest?.at(-1);
  }

  /** The newest messages that there is room for, oldest first. @param messages newest first */
  function newest(messages: APIMessage[]): { lines: string[]; isWhole: boolean } {
    const lines: string[] = [];
    let room = LAST_CHARACTERS;
    for (const message of messages) {
      const said = shorten(read(message), MESSAGE_CHARACTERS);
      if (!said) continue;
      const line = `${from(message)}: ${said}`;
      room -= line.length;
      if (room < 0) return { lines, isWhole: false };
      lines.unshift(line);
    }
    return { lines, isWhole: true };
  }

  return {
    async before(message) {
      const thread = message.channel_id;
      // The first message of a post: nothing was said before it.
      if (message.id === thread) return { quotes: [], first: undefined };
      const query = { before: message.id, limit: String(LAST_MESSAGES) };
      const [last = [], first] = await Promise.all([
        get<APIMessage[]>(Routes.channelMessages(thread), query),
        inTime(READ_MS, firstOf(thread)),
      ]);
      // Discord puts a copy without text into a thread for the message that it was made from.
      const copy = last.find(({ type }) => type === MessageType.ThreadStarterMessage);
      const found = first ?? copy?.referenced_message ?? undefined;
      const opening = found && isLater(message.id, found.id) ? found : undefined;
      const others = last.filter(
        ({ id, type }) => id !== opening?.id && type !== MessageType.ThreadStarterMessage,
      );
      const { lines, isWhole } = newest(others);
      const skipped = isWhole && last.length < LAST_MESSAGES ? [] : ['[earlier messages are left out]'];
      const begun = opening && read(opening);
      return {
        first: opening,
        quotes: [
          ...(begun ? [{ from: `${from(opening)}, who began this thread`, text: begun }] : []),
          ...(lines.length > 0
            ? [{ from: 'this thread, before you were called', text: [...skipped, ...lines].join('\n') }]
            : []),
        ],
      };
    },
  };
}

/** At most so many characters, with a mark where more was said. */
export function shorten(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most).toWellFormed()} [it goes on …]`;
}
