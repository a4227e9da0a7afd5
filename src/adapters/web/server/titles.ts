/** Titles of the page's conversations: the first line of the first message, unless a person gave another. */
import type { ConversationLists, Transcripts } from '../../../core/storage.ts';
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

/** Replaces a title that repeats a deleted message by one of the message that is first now. */
export async function retitle(
  conversation: ConversationId,
  deleted: Message,
  { conversations, transcripts }: { conversations: ConversationLists; transcripts: Transcripts },
): Promise<void> {
  const tenant = tenantIn(conversation);
  const id = conversation.slice(tenant.length + 1);
  const entry = await conversations.find(tenant, id);
  if (entry?.title !== titleOf(deleted)) return;
  const [first] = (await transcripts.oldest(conversation, MOST_PLACES)).turns;
  await conversations.change(tenant, id, () => ({ title: first ? titleOf(first.message) : NEW_TITLE }));
}
