/** Reads what was said in a thread before Parley was called into it: its first message and its last ones. */
import { type APIMessage, ChannelType, MessageType, type REST, Routes } from 'discord.js';
import { isLater } from '../../../chat/catch-up/later-id.ts';
import type { Forgotten } from '../../../chat/forgotten.ts';
import { quoteOfLines, type SaidLine } from '../../../core/text/quoted-lines.ts';
import { speech } from '../../../core/turn/speech.ts';
import type { Quote } from '../../../core/types.ts';
import { inTime } from '../incoming/in-time.ts';
import type { Directory } from './directory.ts';
import type { WithoutForgotten } from './forwards.ts';
import { shorten } from './own-answers.ts';

export interface ThreadHistory {
  /**
   * Quotes, oldest first; `first` is the thread's first message. Empty where the thread may not be read, without what
   * was forgotten.
   */
  before(
    message: APIMessage,
    forgotten: Forgotten,
  ): Promise<{ quotes: Quote[]; first: APIMessage | undefined }>;
}

export interface ThreadHistoryOptions {
  rest: REST;
  directory: Directory;
  withoutForgotten: WithoutForgotten;
  /** The parts of a message, each with its author; empty where nothing can be read. */
  read(message: APIMessage): Quote[];
}

/** Messages read at a thread's end. Discord returns 100 at most (message.mdx, Get Channel Messages). */
const LAST_MESSAGES = 50;
const LAST_CHARACTERS = 7_500;
/** Most characters of one message, so that a long one leaves room for others. */
const MESSAGE_CHARACTERS = 2_000;
/** Longest time that reading a thread delays its question, ms. */
const READ_MS = 5_000;
const POSTS = new Set<ChannelType | undefined>([ChannelType.GuildForum, ChannelType.GuildMedia]);

export function createThreadHistory({
  rest,
  directory,
  withoutForgotten,
  read,
}: ThreadHistoryOptions): ThreadHistory {
  async function get<T>(route: `/${string}`, query?: Record<string, string>): Promise<T | undefined> {
    const asked = rest.get(route, query ? { query: new URLSearchParams(query) } : {}) as Promise<T>;
    return inTime(READ_MS, asked);
  }

  /**
   * Finds a thread's first message. The message that a thread was made from has the thread's id, in the parent
   * channel. A forum post's first message has it too, in the post itself (threads.mdx). Otherwise the oldest
   * message is the first.
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

  /** The newest messages that fit, oldest first. @param messages newest first */
  function newest(messages: APIMessage[]): { lines: SaidLine[]; isWhole: boolean } {
    const lines: SaidLine[] = [];
    let room = LAST_CHARACTERS;
    for (const message of messages) {
      const said = read(message);
      if (said.length === 0) continue;
      const text = said.map(lineOf).join('\n');
      room -= text.length;
      if (room < 0) return { lines, isWhole: false };
      lines.unshift({ by: said[0]?.by, text });
    }
    return { lines, isWhole: true };
  }

  return {
    async before(message, forgotten) {
      const thread = message.channel_id;
      // This is the first message of a post: nothing was said before it.
      if (message.id === thread) return { quotes: [], first: undefined };
      const mayRead = ({ id, author }: APIMessage) => !forgotten.asHistory({ id, author: author.id });
      // The first message is as old as its thread: it need not be asked for.
      const isBegunBefore = forgotten.historyUntil !== undefined && !isLater(thread, forgotten.historyUntil);
      const query = { before: message.id, limit: String(LAST_MESSAGES) };
      const [found = [], begin] = await Promise.all([
        get<APIMessage[]>(Routes.channelMessages(thread), query),
        isBegunBefore ? undefined : inTime(READ_MS, firstOf(thread)),
      ]);
      const guild = directory.known(thread)?.guild;
      // Discord leaves out the server of a forwarded message that is from this same server.
      const told = (one: APIMessage) => withoutForgotten({ ...one, ...(guild && { guild_id: guild }) });
      const last: APIMessage[] = [];
      for (const one of found.filter(mayRead)) last.push(await told(one));
      const first = begin && mayRead(begin) ? await told(begin) : undefined;
      // In place of the message that a thread was made from, Discord puts a copy without text into the thread.
      const copy = last.find(({ type }) => type === MessageType.ThreadStarterMessage);
      const begun = first ?? copy?.referenced_message ?? undefined;
      const opening = begun && mayRead(begun) && isLater(message.id, begun.id) ? begun : undefined;
      const others = last.filter(
        ({ id, type }) => id !== opening?.id && type !== MessageType.ThreadStarterMessage,
      );
      const { lines, isWhole } = newest(others);
      const skipped =
        isWhole && found.length < LAST_MESSAGES ? [] : [{ text: '[earlier messages are left out]' }];
      const opened = opening ? read(opening) : [];
      return {
        first: opening,
        quotes: [
          ...opened.map((quote) => ({ ...quote, note: noted(quote, 'who began this thread') })),
          ...(lines.length > 0
            ? [quoteOfLines('this thread, before you were called', [...skipped, ...lines])]
            : []),
        ],
      };
    },
  };
}

function lineOf({ from, note, text }: Quote): string {
  return speech(from, shorten(text, MESSAGE_CHARACTERS), note);
}

const noted = ({ note }: Quote, more: string) => (note === undefined ? more : `${note}, ${more}`);
