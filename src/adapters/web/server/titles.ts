/** What a conversation on the page is called: the first line of its first message, unless a person called it otherwise. */
import type { ConversationLists, Transcripts } from '../../../core/storage.ts';
import { type ConversationId, type Message, tenantIn } from '../../../core/types.ts';

/** What a conversation is called until its first message gives it a name. */
export const NEW_TITLE = 'New conversation';

/** Of a message's first line, what becomes the title. */
const FIRST_LINE_CHARACTERS = 60;
/** Places of a transcript that are looked at for the message that is first now. */
const MOST_PLACES = 50;

/** The first line that says something, or the first file. */
export function titleOf({ text, attachments }: Message): string {
  const line = text.trim().split('\n', 1)[0]?.trim() || attachments[0]?.name || NEW_TITLE;
  return line.length > FIRST_LINE_CHARACTERS
    ? `${line.slice(0, FIRST_LINE_CHARACTERS).toWellFormed().trim()}…`
    : line;
}

/** A title that tells what a deleted message said goes with it; the message that is first now gives another. */
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
