/** The API's part on turns: a message is accepted, its answer followed, stopped, and asked for again. */
import { setTimeout as sleep } from 'node:timers/promises';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { Hono } from 'hono';
import { BUSY_NOTICE } from '../../core/notices.ts';
import type {
  Attachments,
  ConversationLists,
  Settings,
  StoredTurn,
  Transcripts,
  TurnQueue,
} from '../../core/ports.ts';
import type { ConversationId, Message } from '../../core/types.ts';
import { NEW_TITLE } from './conversation-routes.ts';
import type { Readers } from './events.ts';
import type { Feeds } from './feed.ts';
import { newMessage, readJson } from './input.ts';
import { Refusal } from './refusal.ts';
import type { Env, RouteTools } from './routes.ts';
import { viewOf } from './turn-view.ts';

export interface TurnRoutesOptions {
  transcripts: Transcripts;
  attachments: Attachments;
  conversations: ConversationLists;
  settings: Settings;
  queue: TurnQueue;
  feeds: Feeds;
  readers: Readers;
}

/** Of a message's first line, what becomes the title. */
const FIRST_LINE_CHARACTERS = 60;
/** Between attempts to have an answer made again that is just being put away. */
const PUT_AWAY_WAITS_MS = [0, 50, 100, 200, 400];

export function mountTurns(
  app: Hono<Env>,
  { transcripts, attachments, conversations, settings, queue, feeds, readers }: TurnRoutesOptions,
  { session, conversationOf, forget, view, jsonLimit }: RouteTools,
): void {
  app.post('/api/conversations/:id/messages', jsonLimit, async (c) => {
    const { tenant, id, entry: before, conversation } = await conversationOf(c);
    const input = await readJson(c, newMessage);
    const files = await attachments.claim(conversation, input.attachments);
    if (files.length < input.attachments.length) {
      throw new Refusal(400, 'no-attachment', 'An attached file is no longer there. Attach it again.');
    }
    // A machine whose clock is behind would else put it before what was said before it.
    const at = Math.max(Date.now(), before.at);
    const message: Message = {
      id: input.id,
      conversation,
      lane: conversation,
      tenant,
      author: { id: tenant, name: '' },
      text: input.text,
      attachments: files,
      at,
    };
    const result = await queue.accept(message, (await settings.read(tenant)).whenBusy);
    if (result === 'full') throw new Refusal(429, 'busy', BUSY_NOTICE);
    const entry = await conversations.change(tenant, id, ({ title }) => ({
      at,
      ...(title === NEW_TITLE && { title: titleOf(message) }),
    }));
    if (!entry) {
      await forget(conversation);
      throw new Refusal(404, 'no-conversation', 'This conversation was deleted.');
    }
    const turn = await transcripts.find(conversation, message.id);
    if (!turn) return c.json({ turn: null });
    if (result === 'new') return c.json({ turn: viewOf(turn, true) }, 202);
    const [seen] = await view(conversation, [turn]);
    return c.json({ turn: seen });
  });

  app.get('/api/conversations/:id/turns/:turn/events', async (c) => {
    // What it is not part of, this session cannot name.
    const conversation = session(c).conversation(c.req.param('id'));
    const { id } = (await turnOf(conversation, c.req.param('turn'))).message;
    readers.send(c.env.outgoing, feeds.of({ conversation, id }), c.req.header('last-event-id'));
    return RESPONSE_ALREADY_SENT;
  });

  app.post('/api/conversations/:id/turns/:turn/stop', async (c) => {
    const { conversation } = await conversationOf(c);
    await queue.cancel(conversation, c.req.param('turn'));
    return c.body(null, 204);
  });

  app.post('/api/conversations/:id/turns/:turn/retry', async (c) => {
    const { conversation } = await conversationOf(c);
    const turn = await turnOf(conversation, c.req.param('turn'));
    // The page shows its end a moment before it is put away.
    for (const wait of PUT_AWAY_WAITS_MS) {
      await sleep(wait);
      if (await queue.retry(conversation, turn.message.id)) return c.json({ turn: viewOf(turn, true) }, 202);
    }
    throw new Refusal(409, 'live', 'This message is being answered already.');
  });

  /** @throws Refusal 404 */
  async function turnOf(conversation: ConversationId, id: string): Promise<StoredTurn> {
    const turn = await transcripts.find(conversation, id);
    if (!turn) throw new Refusal(404, 'no-turn', 'There is no such message here.');
    return turn;
  }
}

/** The first line that says something, or the first file. */
function titleOf({ text, attachments }: Message): string {
  const line = text.trim().split('\n', 1)[0]?.trim() || attachments[0]?.name || NEW_TITLE;
  return line.length > FIRST_LINE_CHARACTERS
    ? `${line.slice(0, FIRST_LINE_CHARACTERS).toWellFormed().trim()}…`
    : line;
}
