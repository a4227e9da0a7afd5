/** Accepts a message of the page: stores it, and puts its conversation into the person's list. */
import type { Context } from 'hono';
import type { ConversationChoices } from '../../../../core/choices/conversation-choices.ts';
import { en } from '../../../../core/sentences/en.ts';
import type { Settings } from '../../../../core/settings.ts';
import type {
  Attachments,
  ConversationEntry,
  ConversationLists,
  Transcripts,
} from '../../../../core/storage.ts';
import { trunkOf } from '../../../../core/turn/past/branches.ts';
import type { TurnQueue } from '../../../../core/turn/queue.ts';
import { ownerOf } from '../../../../core/turn/queue-with-files.ts';
import type { ConversationId, Message, PageReader, TenantId } from '../../../../core/types.ts';
import { viewOf } from '../../answer/turn-view.ts';
import type { Accepted } from '../../api.ts';
import { fromServer } from '../../sentences/en.ts';
import { tooManyConversations } from '../conversation-routes.ts';
import { Refusal } from '../refusal.ts';
import type { RouteTools } from '../route-tools.ts';
import { NEW_TITLE, titleOf } from '../titles.ts';

export interface AcceptOptions {
  transcripts: Transcripts;
  attachments: Attachments;
  conversations: ConversationLists;
  settings: Settings;
  queue: TurnQueue;
  /** The kind of reader at the page, as its door stands now. */
  reader: (tenant: TenantId) => PageReader;
}

const { refusals } = fromServer;

/** The code of a refusal since the branch is gone, such as while its conversation is deleted. */
export const NO_BRANCH = 'no-branch';

/** The place of a message: its session, and its conversation there. */
interface MessagePlace {
  tenant: TenantId;
  id: string;
  /** Whether the message may begin the conversation. */
  begins: boolean;
  /** The time of the conversation's last message. */
  after: number | undefined;
  /** The choices with which it is answered. */
  chosen: ConversationChoices | undefined;
  /** The trunk or the branch that it goes on. */
  conversation: ConversationId;
  /** The branch that is shown from now on. Absent: the same as before. */
  shown?: string;
  /** The title that the message replaces by its own. Absent: that of a conversation without messages alone. */
  titled?: string | undefined;
}

/** Accepts a message as the last one of its conversation, to be answered. @throws Refusal where it is not stored */
export type Accept = (
  c: Context,
  said: Pick<Message, 'id' | 'text' | 'attachments'>,
  place: MessagePlace,
) => Promise<Response>;

export function createAccept(options: AcceptOptions, tools: RouteTools): Accept {
  const { transcripts, attachments, settings, queue, reader } = options;
  const { changed, view } = tools;
  const list = createListing(options, tools);

  return async (c, said, place) => {
    const { tenant, id, after = 0, chosen, conversation } = place;
    // A machine whose clock is behind would otherwise put the message before earlier ones.
    const at = Math.max(Date.now(), after);
    const author = { id: tenant, name: '' };
    const message: Message = {
      ...said,
      conversation,
      lane: conversation,
      tenant,
      author,
      reader: reader(tenant),
      ...(chosen && { chosen }),
      at,
    };
    const result = await queue.accept(message, (await settings.read(tenant)).whenBusy);
    if (result === 'gone') throw new Refusal(404, NO_BRANCH, refusals.messages.missing);
    if (result === 'full') throw new Refusal(429, 'busy', en.notices.tooManyWaiting);
    const turn = await transcripts.find(conversation, message.id);
    // Claim the files only now: a refused message can be sent again with its uploads.
    const files = turn ? said.attachments.map((one) => one.id) : [];
    await attachments.claim(conversation, files, ownerOf(message));
    const entry = await list(message, place, turn !== undefined);
    changed(c, id);
    if (!turn) return c.json<Accepted>({ turn: null, conversation: entry });
    if (result === 'new')
      return c.json<Accepted>({ turn: viewOf(turn, 'waiting'), conversation: entry }, 202);
    const [seen = null] = await view(conversation, [turn]);
    return c.json<Accepted>({ turn: seen, conversation: entry });
  };
}

function createListing({ conversations }: AcceptOptions, { forget }: RouteTools) {
  /**
   * Adds a conversation to its person's list once its first message is stored. If that is refused, nothing of
   * the conversation stays.
   */
  async function enlist(tenant: TenantId, entry: ConversationEntry): Promise<ConversationEntry> {
    if ((await conversations.add(tenant, entry)) === 'added') return entry;
    await forget(`${tenant}:${entry.id}`);
    throw tooManyConversations();
  }

  /**
   * The conversation's entry in the list, with the message as its newest.
   * @throws Refusal 404 where it was deleted, 409 where the list is full
   */
  return async (
    message: Message,
    { tenant, id, begins, chosen, shown, titled = NEW_TITLE }: MessagePlace,
    isStored: boolean,
  ): Promise<ConversationEntry> => {
    const { at } = message;
    const known = await conversations.change(tenant, id, ({ title, archived }) => ({
      at,
      // A conversation that goes on is back in the list.
      ...(archived && { archived: false }),
      // A message that was deleted meanwhile gives no title.
      ...(isStored && (title === NEW_TITLE || title === titled) && { title: titleOf(message) }),
      ...(shown !== undefined && { shown }),
    }));
    if (known) return known;
    if (begins && isStored)
      return enlist(tenant, { id, title: titleOf(message), at, ...(chosen && { chosen }) });
    await forget(trunkOf(message.conversation));
    throw new Refusal(404, 'no-conversation', refusals.conversations.deleted);
  };
}
