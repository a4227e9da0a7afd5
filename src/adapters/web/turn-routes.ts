/** The API's part on turns: a message is accepted, its answer followed, stopped, and asked for again. */
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { Hono } from 'hono';
import { BUSY_NOTICE } from '../../core/notices.ts';
import type { Attachments, ConversationLists, Transcripts, TurnQueue } from '../../core/ports.ts';
import type { Message } from '../../core/types.ts';
import { NEW_TITLE } from './conversation-routes.ts';
import { sendEnded, sendLive } from './events.ts';
import { newMessage, readJson } from './input.ts';
import type { LiveAnswers } from './live.ts';
import { Refusal } from './refusal.ts';
import type { Env, RouteTools } from './routes.ts';

export interface TurnRoutesOptions {
  transcripts: Transcripts;
  attachments: Attachments;
  conversations: ConversationLists;
  queue: TurnQueue;
  live: LiveAnswers;
}

/** Of a message's first line, what becomes the title. */
const FIRST_LINE_CHARACTERS = 60;

export function mountTurns(
  app: Hono<Env>,
  { transcripts, attachments, conversations, queue, live }: TurnRoutesOptions,
  { conversationOf, forget, view, jsonLimit }: RouteTools,
): void {
  app.post('/api/conversations/:id/messages', jsonLimit, async (c) => {
    const { tenant, id, conversation } = await conversationOf(c);
    const input = await readJson(c, newMessage);
    const files = await attachments.claim(conversation, input.attachments);
    if (files.length < input.attachments.length) {
      throw new Refusal(400, 'no-attachment', 'An attached file is no longer there. Attach it again.');
    }
    const at = Date.now();
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
    const isNew = await followed(message, async () => {
      const result = await queue.accept(message);
      if (result === 'full') throw new Refusal(429, 'busy', BUSY_NOTICE);
      return result === 'new';
    });
    const entry = await conversations.change(tenant, id, ({ title }) => ({
      at,
      ...(title === NEW_TITLE && { title: titleOf(message) }),
    }));
    // Deleted while the message came in.
    if (!entry) await forget(conversation);
    const turn = await transcripts.find(conversation, message.id);
    if (!turn) throw new Refusal(404, 'no-conversation', 'This conversation was deleted.');
    return c.json({ turn: view(turn) }, isNew ? 202 : 200);
  });

  app.get('/api/conversations/:id/turns/:turn/events', async (c) => {
    const { conversation } = await conversationOf(c);
    const turnId = c.req.param('turn');
    const reached = Number.parseInt(c.req.header('last-event-id') ?? '0', 10);
    const offset = Number.isSafeInteger(reached) && reached > 0 ? reached : 0;
    const answer = live.get({ conversation, id: turnId });
    if (answer) sendLive(c.env.outgoing, answer, offset);
    else {
      const turn = await transcripts.find(conversation, turnId);
      if (!turn) throw new Refusal(404, 'no-turn', 'There is no such message here.');
      const { end, notice } = view(turn);
      sendEnded(c.env.outgoing, turn.answer, offset, { end: end ?? 'interrupted', notice });
    }
    return RESPONSE_ALREADY_SENT;
  });

  app.post('/api/conversations/:id/turns/:turn/stop', async (c) => {
    const { conversation } = await conversationOf(c);
    await queue.cancel(conversation, c.req.param('turn'));
    return c.body(null, 204);
  });

  app.post('/api/conversations/:id/turns/:turn/retry', async (c) => {
    const { conversation } = await conversationOf(c);
    const turnId = c.req.param('turn');
    if (!(await followed({ conversation, id: turnId }, () => queue.retry(conversation, turnId)))) {
      throw new Refusal(409, 'no-turn', 'This message is being answered already, or is gone.');
    }
    const turn = await transcripts.find(conversation, turnId);
    if (!turn) throw new Refusal(404, 'no-turn', 'There is no such message here.');
    return c.json({ turn: view(turn) }, 202);
  });

  /** Makes the answer one that can be followed before its turn begins, and takes that back if none does. */
  async function followed(
    place: Pick<Message, 'conversation' | 'id'>,
    start: () => Promise<boolean>,
  ): Promise<boolean> {
    const wasLive = live.get(place) !== undefined;
    if (!wasLive) live.open(place);
    let started = false;
    try {
      started = await start();
    } finally {
      if (!started && !wasLive) live.close(place);
    }
    return started;
  }
}

/** The first line that says something, or the first file. */
function titleOf({ text, attachments }: Message): string {
  const line = text.trim().split('\n', 1)[0]?.trim() || attachments[0]?.name || NEW_TITLE;
  return line.length > FIRST_LINE_CHARACTERS
    ? `${line.slice(0, FIRST_LINE_CHARACTERS).toWellFormed().trim()}…`
    : line;
}
