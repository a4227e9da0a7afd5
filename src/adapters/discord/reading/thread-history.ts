/** Reads what was said in a thread before Parley was called into it: its first message and its last ones. */
import { type APIMessage, ChannelType, MessageType, type REST, Routes } from 'discord.js';
import { isLater } from '../../../chat/catch-up/later-id.ts';
import type { Forgotten } from '../../../chat/forgotten.ts';
import { quoteOfLines, type SaidLine } from '../../../core/text/quoted-lines.ts';
import { speech } from '../../../core/turn/speech.ts';
import type { Quote } from '../../../core/types.ts';
import { inTime } from '../in-time.ts';
import type { Directory } from './directory.ts';
import type { WithoutForgotten } from './forwards.ts';
import { shorten } from './own-answers.ts';

export interface ThreadHistory {
  /**
   * Quotes of what was said before the message, oldest first, without what was forgotten. Empty if Parley may not read
   * the thread. `first` is the thread's first message.
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
  /** Reads the parts of a message, each with its author; none if nothing in it can be read. */
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
  const messages = createThreadMessages(rest, directory);
  return {
    async before(message, forgotten) {
      const thread = message.channel_id;
      // This is the first message of a post: nothing was said before it.
      if (message.id === thread) return { quotes: [], first: undefined };
      const mayRead = ({ id, author }: APIMessage) => !forgotten.asHistory({ id, author: author.id });
      // The first message is as old as its thread: it need not be asked for.
      const isBegunBefore = forgotten.historyUntil !== undefined && !isLater(thread, forgotten.historyUntil);
      const [found, begin] = await Promise.all([
        messages.lastBefore(message),
        isBegunBefore ? undefined : messages.first(thread),
      ]);
      const guild = directory.known(thread)?.guild;
      // Discord leaves out the server of a forwarded message that is from this same server.
      const told = (one: APIMessage) => withoutForgotten({ ...one, ...(guild && { guild_id: guild }) });
      const last: APIMessage[] = [];
      for (const one of found.filter(mayRead)) last.push(await told(one));
      const first = begin && mayRead(begin) ? await told(begin) : undefined;
      // In place of the message that a thread was made from, Discord puts a copy without text into the thread.
      const copy = last.find(isStarter);
      const begun = first ?? copy?.referenced_message ?? undefined;
      const opening = begun && mayRead(begun) && isLater(message.id, begun.id) ? begun : undefined;
      const others = last.filter((one) => one.id !== opening?.id && !isStarter(one));
      const quotes = [
        ...(opening ? openingQuotes(read(opening)) : []),
        ...lastQuotes(others, read, found.length >= LAST_MESSAGES),
      ];
      return { first: opening, quotes };
    },
  };
}

const isStarter = ({ type }: APIMessage) => type === MessageType.ThreadStarterMessage;

/** Reads messages of a thread, in time. */
function createThreadMessages(rest: REST, directory: Directory) {
  async function get<T>(route: `/${string}`, query?: Record<string, string>): Promise<T | undefined> {
    const asked = rest.get(route, query ? { query: new URLSearchParams(query) } : {}) as Promise<T>;
    return inTime(READ_MS, asked);
  }

  /**
   * Finds a thread's first message. The message that a thread was made from has the thread's id, in the parent
   * channel. A forum post's first message has it too, in the post itself (threads.mdx). Otherwise the oldest
   * message is the first.
   */
  async function findFirst(thread: string): Promise<APIMessage | undefined> {
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

  return {
    first: (thread: string) => inTime(READ_MS, findFirst(thread)),
    /** The messages before this one, newest first. */
    async lastBefore({ channel_id: thread, id: before }: APIMessage): Promise<APIMessage[]> {
      const query = { before, limit: String(LAST_MESSAGES) };
      return (await get<APIMessage[]>(Routes.channelMessages(thread), query)) ?? [];
    },
  };
}

function openingQuotes(opening: Quote[]): Quote[] {
  const began = 'who began this thread';
  return opening.map((quote) => ({
    ...quote,
    note: quote.note === undefined ? began : `${quote.note}, ${began}`,
  }));
}

/** One quote of the newest messages that fit; none if they hold nothing to read. @param messages newest first */
function lastQuotes(
  messages: APIMessage[],
  read: ThreadHistoryOptions['read'],
  hasEarlier: boolean,
): Quote[] {
  const { lines, isWhole } = newestLines(messages, read);
  if (lines.length === 0) return [];
  const skipped = isWhole && !hasEarlier ? [] : [{ text: '[earlier messages are left out]' }];
  return [quoteOfLines('this thread, before you were called', [...skipped, ...lines])];
}

/** The newest messages that fit, oldest first. @param messages newest first */
function newestLines(
  messages: APIMessage[],
  read: ThreadHistoryOptions['read'],
): { lines: SaidLine[]; isWhole: boolean } {
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

function lineOf({ from, note, text }: Quote): string {
  return speech(from, shorten(text, MESSAGE_CHARACTERS), note);
}
