/** Makes threads from questions, and removes empty ones. */
import {
  type APIMessage,
  type APIThreadChannel,
  RESTJSONErrorCodes as Code,
  MessageType,
  type REST,
  Routes,
  ThreadAutoArchiveDuration,
} from 'discord.js';
import { beginningOf } from '../../../chat/markdown/characters/grapheme.ts';
import { codeOf } from '../rest/failures.ts';

/** Most characters of a thread's name. Discord allows 1 to 100 (channel.mdx); its list shows a shorter one as a whole. */
const NAME_CHARACTERS = 80;

/** Makes a thread from a message, and returns its id; undefined if Parley cannot answer in one. */
export async function makeThread(
  rest: REST,
  channelId: string,
  messageId: string,
  question: string,
): Promise<string | undefined> {
  const body = { name: threadName(question), auto_archive_duration: ThreadAutoArchiveDuration.OneDay };
  try {
    const { id } = (await rest.post(Routes.threads(channelId, messageId), { body })) as APIThreadChannel;
    return (await mayWrite(rest, id)) ? id : undefined;
  } catch (error) {
    // Discord: a thread has the id of its message (threads.mdx).
    if (codeOf(error) === Code.ThreadAlreadyCreatedForMessage) return messageId;
    // No permission, too many threads, or a channel without them: the answer goes into the channel.
    return undefined;
  }
}

/**
 * Deletes a thread that Parley made if nobody said anything in it. Without the permission, it is archived.
 * Never throws.
 */
export async function removeEmptyThread(rest: REST, threadId: string, botId: string): Promise<void> {
  try {
    const thread = (await rest.get(Routes.channel(threadId))) as APIThreadChannel;
    if (thread.owner_id !== botId) return;
    const said = (await rest.get(Routes.channelMessages(threadId))) as APIMessage[];
    if (said.some(({ type }) => type !== MessageType.ThreadStarterMessage)) return;
    // Discord: deleting takes MANAGE_THREADS (channel.mdx, Delete/Close Channel).
    await rest.delete(Routes.channel(threadId)).catch(async () => {
      await rest.patch(Routes.channel(threadId), { body: { archived: true } });
    });
  } catch {
    // An empty thread that stays does no harm.
  }
}

/** Making threads and writing in them are two permissions. Discord takes a typing sign only from a bot that may write. */
async function mayWrite(rest: REST, threadId: string): Promise<boolean> {
  try {
    await rest.post(Routes.channelTyping(threadId));
    return true;
  } catch (error) {
    return codeOf(error) !== Code.MissingPermissions && codeOf(error) !== Code.MissingAccess;
  }
}

/** The question's first line, cut at a word. */
function threadName(question: string): string {
  const line =
    question
      .replace(/[*_`~|>#]+/g, '')
      .trim()
      .split('\n', 1)[0]
      ?.trim() ?? '';
  if (line.length <= NAME_CHARACTERS) return line || 'Question';
  const cut = beginningOf(line, NAME_CHARACTERS);
  const word = cut.lastIndexOf(' ');
  return `${(word > NAME_CHARACTERS / 2 ? cut.slice(0, word) : cut).trim()}…`;
}
