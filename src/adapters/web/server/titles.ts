/** Titles of the page's conversations: the first line of the first message, unless a person or a model gave another. */
import type { ConversationEntry, ConversationLists, Transcripts } from '../../../core/storage.ts';
import { type ConversationId, type Message, tenantIn } from '../../../core/types.ts';

/** The stored title of a conversation without messages. Its first message replaces this title, and no other one. */
export const NEW_TITLE = 'New conversation';

/** Characters of a message's first line that become the title. */
const FIRST_LINE_CHARACTERS = 60;
/** Positions of a transcript that are searched for the message that is first now. */
const MOST_PLACES = 50;

/** The first line that says something, or the first file. */
export function titleOf({ text, attachments }: Message): string {
  const line = text.trim().split('\n', 1)[0]?.trim() || attachments[0]?.name || NEW_TITLE;
  return line.length > FIRST_LINE_CHARACTERS
    ? `${line.slice(0, FIRST_LINE_CHARACTERS).toWellFormed().trim()}…`
    : line;
}

/** The id of a conversation in its owner's list, which its branches share. */
export function listedId(conversation: ConversationId): string {
  return conversation.slice(tenantIn(conversation).length + 1).split(':', 1)[0] ?? '';
}

type Stored = { conversations: ConversationLists; transcripts: Transcripts };

/**
 * Replaces a title that repeats or describes a deleted message by one of the message that is first without it. Called
 * before the message is deleted, too: after a crash between the two, nobody would know whose title it is.
 */
export async function retitle(
  conversation: ConversationId,
  deleted: Message,
  { conversations, transcripts }: Stored,
): Promise<void> {
  const tenant = tenantIn(conversation);
  const id = listedId(conversation);
  const trunk = `${tenant}:${id}`;
  const entry = await conversations.find(tenant, id);
  if (!entry || !(await isOf(deleted, entry, { trunk, transcripts }))) return;
  const { turns } = await transcripts.oldest(trunk, MOST_PLACES);
  const first = turns.find(({ message }) => message.id !== deleted.id);
  await conversations.change(tenant, id, () => ({
    title: first ? titleOf(first.message) : NEW_TITLE,
    titledBy: 'message',
  }));
}

/** Whether the title goes with a deleted message. Several messages may have been deleted, of which this is the first. */
async function isOf(
  deleted: Message,
  { title, titledBy }: ConversationEntry,
  { trunk, transcripts }: { trunk: ConversationId; transcripts: Transcripts },
): Promise<boolean> {
  if (typeof titledBy !== 'object') return title === titleOf(deleted);
  const { turn } = titledBy;
  if (turn === deleted.id) return true;
  if (await transcripts.find(trunk, turn)) return false;
  for (const { conversation } of await transcripts.branches(trunk))
    if (await transcripts.find(conversation, turn)) return false;
  return true;
}
