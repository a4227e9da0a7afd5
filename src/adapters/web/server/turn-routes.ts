/** The API for turns: a message is accepted; its answer is followed, stopped, repeated and continued. */
import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { Context, Hono } from 'hono';
import type { MessageRate } from '../../../core/access/message-rate.ts';
import type { Audit } from '../../../core/reports/audit.ts';
import { BUSY_NOTICE, CONTINUE_PROMPT, tooManyNotice } from '../../../core/sentences/notices.ts';
import type { Settings } from '../../../core/settings.ts';
import type {
  Attachments,
  ConversationEntry,
  ConversationLists,
  StoredTurn,
  Transcripts,
} from '../../../core/storage.ts';
import type { TurnQueue } from '../../../core/turn/queue.ts';
import { ownerOf } from '../../../core/turn/queue-with-files.ts';
import type { ConversationId, Message, PageReader, TenantId } from '../../../core/types.ts';
import type { Readers } from '../answer/event-stream.ts';
import type { StreamPlaces } from '../answer/stream-places.ts';
import type { Feeds } from '../answer/turn-feed.ts';
import { viewOf } from '../answer/turn-view.ts';
import type { Accepted } from '../api.ts';
import { noConversation, tooManyConversations } from './conversation-routes.ts';
import { conversationId, newMessage, readJson } from './input.ts';
import { Refusal } from './refusal.ts';
import type { Env, RouteTools } from './route-tools.ts';
import { NEW_TITLE, retitle, titleOf } from './titles.ts';

export interface TurnRoutesOptions {
  audit: Audit;
  transcripts: Transcripts;
  attachments: Attachments;
  conversations: ConversationLists;
  settings: Settings;
  queue: TurnQueue;
  feeds: Feeds;
  readers: Readers;
  rate: MessageRate;
  places: StreamPlaces;
  /** Who is at the page, as its door stands now. */
  reader: () => PageReader;
}

/** Between attempts to have an answer made again that is just being put away. */
const PUT_AWAY_WAITS_MS = [0, 50, 100, 200, 400];

export function mountTurns(
  app: Hono<Env>,
  {
    transcripts,
    attachments,
    conversations,
    settings,
    queue,
    feeds,
    readers,
    places,
    rate,
    audit,
    reader,
  }: TurnRoutesOptions,
  { session, changed, newsFor, conversationOf, forget, forgetTurn, view, jsonLimit }: RouteTools,
): void {
  app.post('/api/conversations/:id/messages', jsonLimit, async (c) => {
    const { tenant, conversation } = session(c);
    const id = c.req.param('id');
    const known = await conversations.find(tenant, id);
    const input = await readJson(c, newMessage);
    const begins = input.begins && conversationId.safeParse(id).success;
    if (!known && !begins) throw noConversation();
    await count(c, input.id);
    const files = await attachments.find(conversation(id), input.attachments);
    if (files.length < input.attachments.length) {
      throw new Refusal(400, 'no-attachment', 'An attached file is no longer there. Attach it again.');
    }
    const { text } = input;
    return accept(c, { id: input.id, text, attachments: files }, { tenant, id, begins, after: known?.at });
  });

  app.post('/api/conversations/:id/turns/:turn/continue', async (c) => {
    const { tenant, id, entry, conversation } = await conversationOf(c);
    const cut = await turnOf(conversation, c.req.param('turn'));
    await refuseWhileLive(conversation, cut);
    const [last] = (await transcripts.read(conversation, { limit: 1 })).turns;
    const message = { id: continuationOf(cut), text: CONTINUE_PROMPT, attachments: [] };
    const isKnown = (await transcripts.find(conversation, message.id)) !== undefined;
    const isLast = last?.message.id === cut.message.id;
    if (!isKnown && (!isLast || cut.answer === ''))
      throw new Refusal(409, 'not-last', 'Only the last answer can be continued.');
    await count(c, message.id);
    return accept(c, message, { tenant, id, begins: false, after: entry.at });
  });

  app.get('/api/conversations/:id/turns/:turn/events', async (c) => {
    // What it is not part of, this session cannot name.
    const { tenant, ...own } = session(c);
    const conversation = own.conversation(c.req.param('id'));
    const { id } = (await turnOf(conversation, c.req.param('turn'))).message;
    places.take(tenant, c.env.outgoing);
    readers.send(c.env.outgoing, feeds.of({ conversation, id }), c.req.header('last-event-id'), newsFor(c));
    return RESPONSE_ALREADY_SENT;
  });

  app.get('/api/conversations/:id/turns/:turn/thoughts', async (c) => {
    const { conversation } = await conversationOf(c);
    const { thoughts = '' } = await turnOf(conversation, c.req.param('turn'));
    return c.json({ thoughts });
  });

  app.delete('/api/conversations/:id/turns/:turn', async (c) => {
    const { tenant, id, conversation } = await conversationOf(c);
    const turn = await transcripts.find(conversation, c.req.param('turn'));
    await forgetTurn(conversation, c.req.param('turn'));
    if (turn) await retitle(conversation, turn.message, { conversations, transcripts });
    audit('forgotten', { tenant, person: tenant, what: 'message', conversation });
    changed(c, id);
    return c.body(null, 204);
  });

  app.post('/api/conversations/:id/turns/:turn/stop', async (c) => {
    const { conversation } = await conversationOf(c);
    await queue.cancel(conversation, c.req.param('turn'));
    return c.body(null, 204);
  });

  app.post('/api/conversations/:id/turns/:turn/retry', async (c) => {
    const { id, conversation } = await conversationOf(c);
    const turn = await turnOf(conversation, c.req.param('turn'));
    await count(c, randomUUID());
    // The page shows its end a moment before it is put away.
    for (const wait of PUT_AWAY_WAITS_MS) {
      await sleep(wait);
      await refuseWhileLive(conversation, turn);
      if (!(await queue.retry(conversation, turn.message.id))) continue;
      changed(c, id);
      return c.json({ turn: viewOf(turn, 'waiting') }, 202);
    }
    throw alreadyLive();
  });

  /** @throws Refusal while the turn waits or is answered */
  async function refuseWhileLive(conversation: ConversationId, { message }: StoredTurn): Promise<void> {
    const live = (await queue.live(conversation)).find(({ id }) => id === message.id);
    if (live && live.phase !== 'answered') throw alreadyLive();
  }

  /** Counts a message of the session. @throws Refusal where it sent too many */
  async function count(c: Context, id: string): Promise<void> {
    const wait = await rate.count(session(c).tenant, { id, at: Date.now() });
    if (!wait) return;
    c.header('retry-after', String(wait.seconds));
    throw new Refusal(429, 'too-many', tooManyNotice(wait.seconds));
  }

  /** Accepts a message as the last one of the conversation, to be answered. */
  async function accept(
    c: Context,
    said: Pick<Message, 'id' | 'text' | 'attachments'>,
    {
      tenant,
      id,
      begins,
      after = 0,
    }: { tenant: TenantId; id: string; begins: boolean; after: number | undefined },
  ): Promise<Response> {
    const conversation = session(c).conversation(id);
    // A machine whose clock is behind would otherwise put the message before earlier ones.
    const at = Math.max(Date.now(), after);
    const author = { id: tenant, name: '' };
    const message: Message = {
      ...said,
      conversation,
      lane: conversation,
      tenant,
      author,
      reader: reader(),
      at,
    };
    const result = await queue.accept(message, (await settings.read(tenant)).whenBusy);
    if (result === 'full') throw new Refusal(429, 'busy', BUSY_NOTICE);
    const turn = await transcripts.find(conversation, message.id);
    // Only now: what is refused stays an upload, for the same message to be sent again.
    const files = turn ? said.attachments.map((one) => one.id) : [];
    await attachments.claim(conversation, files, ownerOf(message));
    const entry =
      (await conversations.change(tenant, id, ({ title }) => ({
        at,
        ...(title === NEW_TITLE && { title: titleOf(message) }),
      }))) ?? (begins && turn ? await enlist(tenant, { id, title: titleOf(message), at }) : undefined);
    if (!entry) {
      await forget(conversation);
      throw new Refusal(404, 'no-conversation', 'This conversation was deleted.');
    }
    changed(c, id);
    if (!turn) return c.json<Accepted>({ turn: null, conversation: entry });
    if (result === 'new')
      return c.json<Accepted>({ turn: viewOf(turn, 'waiting'), conversation: entry }, 202);
    const [seen = null] = await view(conversation, [turn]);
    return c.json<Accepted>({ turn: seen, conversation: entry });
  }

  /**
   * Adds a conversation to its person's list once its first message is stored. If that is refused, nothing of
   * the conversation stays.
   */
  async function enlist(tenant: TenantId, entry: ConversationEntry): Promise<ConversationEntry> {
    if ((await conversations.add(tenant, entry)) === 'added') return entry;
    await forget(`${tenant}:${entry.id}`);
    throw tooManyConversations();
  }

  /** @throws Refusal 404 */
  async function turnOf(conversation: ConversationId, id: string): Promise<StoredTurn> {
    const turn = await transcripts.find(conversation, id);
    if (!turn) throw new Refusal(404, 'no-turn', 'There is no such message here.');
    return turn;
  }
}

/**
 * The id of the message that continues this answer. It is the same for all windows that ask at once, and
 * another one after the answer is made again.
 */
function continuationOf({ message, answer }: StoredTurn): string {
  const digest = createHash('sha256').update(`continue ${message.id} ${answer}`).digest('hex');
  return digest.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
}

const alreadyLive = () => new Refusal(409, 'live', 'This message is being answered already.');
