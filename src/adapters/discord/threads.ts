/** The threads that Parley answers in, and making one from a question. */
import {
  type APIThreadChannel,
  RESTJSONErrorCodes as Code,
  type REST,
  Routes,
  ThreadAutoArchiveDuration,
} from 'discord.js';
import { LRUCache } from 'lru-cache';
import type { Notebook } from '../../core/ports.ts';
import { codeOf } from './rest.ts';

export interface Threads {
  /** Whether Parley has answered in it, so that what is said there is for Parley. */
  isJoined(threadId: string): Promise<boolean>;
  join(threadId: string): Promise<void>;
  /** The id of a thread made from a message; undefined where that is not to be had. */
  make(channelId: string, messageId: string, question: string): Promise<string | undefined>;
}

const KEPT_MS = 90 * 24 * 3_600_000;
const MOST_REMEMBERED = 20_000;
/** Discord: 1 to 100 characters (channel.mdx); a shorter one is read whole in the list. */
const NAME_CHARACTERS = 80;

export function createThreads(rest: REST, notebook: Notebook): Threads {
  const key = (threadId: string) => `thread|${threadId}`;
  const joined = new LRUCache<string, boolean>({ max: MOST_REMEMBERED });
  return {
    async isJoined(threadId) {
      const known = joined.get(threadId);
      if (known !== undefined) return known;
      const is = (await notebook.read<boolean>(key(threadId))) === true;
      joined.set(threadId, is);
      return is;
    },
    async join(threadId) {
      if (joined.get(threadId)) return;
      joined.set(threadId, true);
      await notebook.write(key(threadId), true, KEPT_MS);
    },
    async make(channelId, messageId, question) {
      const body = { name: threadName(question), auto_archive_duration: ThreadAutoArchiveDuration.OneDay };
      try {
        return ((await rest.post(Routes.threads(channelId, messageId), { body })) as APIThreadChannel).id;
      } catch (error) {
        // Discord: it has the message's id (threads.mdx).
        if (codeOf(error) === Code.ThreadAlreadyCreatedForMessage) return messageId;
        // No permission, too many threads, or a channel without them: the answer goes into the channel.
        return undefined;
      }
    },
  };
}

/** The question's first line, cut at a word. */
export function threadName(question: string): string {
  const line =
    question
      .replace(/[*_`~|>#]+/g, '')
      .trim()
      .split('\n', 1)[0]
      ?.trim() ?? '';
  if (line.length <= NAME_CHARACTERS) return line || 'Question';
  const cut = line.slice(0, NAME_CHARACTERS);
  const word = cut.lastIndexOf(' ');
  return `${(word > NAME_CHARACTERS / 2 ? cut.slice(0, word) : cut).toWellFormed().trim()}…`;
}
