/** The page and its `/api`, as described in api.ts. */
import { randomUUID } from 'node:crypto';
import type { HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { type Context, Hono } from 'hono';
import { compress } from 'hono/compress';
import type { Logger } from 'pino';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { RESTART_NOTICE } from '../../core/notices.ts';
import type { Attachments, ConversationLists, StoredTurn, Transcripts, TurnQueue } from '../../core/ports.ts';
import { StoreError } from '../../core/ports.ts';
import type { ConversationId, Message } from '../../core/types.ts';
import { whereFrom } from '../../core/where-from.ts';
import type { ConversationView, State, TurnView } from './api.ts';
import { readAttachment } from './attachment-upload.ts';
import type { Page } from './bundle.ts';
import { sendEnded, sendLive } from './events.ts';
import { createGate, type GateOptions, securityHeaders } from './gate.ts';
import { conversationChange, limits, newMessage, readJson } from './input.ts';
import { limitBody } from './limit-body.ts';
import type { LiveAnswers } from './live.ts';
import { Refusal, refuse } from './refusal.ts';
import { sessionOf } from './session.ts';
import { mountSettings, type SettingsRoutesOptions } from './settings-routes.ts';

export interface RoutesOptions extends SettingsRoutesOptions {
  gate: GateOptions;
  page: Page;
  transcripts: Transcripts;
  attachments: Attachments;
  conversations: ConversationLists;
  queue: TurnQueue;
  live: LiveAnswers;
  log: Logger;
}

export type Env = { Bindings: HttpBindings };

/** The longest message fits in any script (three bytes a character); more would keep the event loop busy parsing. */
const MOST_JSON_BYTES = 256 * 1024;
/** The form that asks for the access token, from whom nobody knows yet. */
const MOST_FORM_BYTES = 4_096;
const TURNS_A_PAGE = 50;
const NEW_TITLE = 'New conversation';
/** Of a message's first line, what becomes the title. */
const FIRST_LINE_CHARACTERS = 60;
/** Writes of one session a minute; well above what a person does, below what harms others. */
const WRITES_PER_MINUTE = 240;
const UPLOADED_BYTES_PER_HOUR = 200 * 2 ** 20;

export function createRoutes(options: RoutesOptions): Hono<Env> {
  const { gate, page, transcripts, attachments, conversations, queue, live, log } = options;
  const secure = gate.publicUrl?.startsWith('https:') ?? false;
  const session = (c: Context) => sessionOf(c, secure);
  const writes = new RateLimiterMemory({ points: WRITES_PER_MINUTE, duration: 60 });
  const uploads = new RateLimiterMemory({ points: UPLOADED_BYTES_PER_HOUR, duration: 3_600 });
  const app = new Hono<Env>();

  app.use(securityHeaders);
  app.use('/access', limitBody(MOST_FORM_BYTES, 'That is no access token.'));
  app.use(createGate(gate));
  app.onError((error, c) => {
    if (error instanceof Refusal) return refuse(c, error);
    log.error({ path: c.req.routePath, error: whereFrom(error) }, 'request failed');
    return error instanceof StoreError
      ? refuse(c, new Refusal(503, 'store', 'Parley cannot reach its store just now. Try again in a moment.'))
      : refuse(c, new Refusal(500, 'bug', 'Parley made a mistake here. Try again.'));
  });

  for (const path of ['/', '/new', '/c/:id']) {
    app.get(path, (c) => {
      session(c);
      c.header('cache-control', 'no-cache');
      return c.html(page.html);
    });
  }
  app.get('/assets/:name', compress(), (c) => {
    const asset = page.assets.get(c.req.path);
    if (!asset) return c.notFound();
    return c.body(Buffer.from(asset.body), 200, {
      'content-type': asset.type,
      'cache-control': 'public, max-age=31536000, immutable',
    });
  });

  app.use('/api/*', async (c, next) => {
    c.header('cache-control', 'no-store');
    if (c.req.method !== 'GET') {
      try {
        const { tenant, isNew } = session(c);
        // Whoever keeps no cookie is a new session each time: they are counted by their address.
        await writes.consume(isNew ? `from ${c.env.incoming.socket.remoteAddress}` : tenant);
      } catch {
        c.header('retry-after', '60');
        throw new Refusal(429, 'too-many', 'That was a lot at once. Wait a minute, then go on.');
      }
    }
    await next();
  });
  const jsonLimit = limitBody(
    MOST_JSON_BYTES,
    `A message can have ${limits.messageCharacters} characters at most. Attach longer text as a file.`,
  );
  const fileLimit = limitBody(
    limits.attachmentBytes,
    `A file can have ${limits.attachmentBytes / 2 ** 20} MB at most.`,
  );

  /** The session's conversation that the path names; of another session's it knows nothing. */
  async function conversationOf(c: Context) {
    const { tenant, conversation } = session(c);
    const id = c.req.param('id') ?? '';
    const entry = await conversations.find(tenant, id);
    if (!entry) throw new Refusal(404, 'no-conversation', 'There is no such conversation here.');
    return { tenant, id, entry, conversation: conversation(id) };
  }

  app.get('/api/state', async (c) => {
    const { tenant } = session(c);
    return c.json<State>({
      conversations: await conversations.list(tenant),
      settings: await settings.view(tenant),
      limits,
    });
  });
  const settings = mountSettings(app, { ...options, session, jsonLimit });

  app.post('/api/conversations', jsonLimit, async (c) => {
    const entry: ConversationView = { id: randomUUID(), title: NEW_TITLE, at: Date.now() };
    if ((await conversations.add(session(c).tenant, entry)) === 'full') {
      throw new Refusal(
        409,
        'too-many-conversations',
        'There are too many conversations. Delete some first.',
      );
    }
    return c.json(entry, 201);
  });

  app.get('/api/conversations/:id', async (c) => {
    const { entry, conversation } = await conversationOf(c);
    const before = Number.parseInt(c.req.query('before') ?? '', 10);
    const { turns, more } = await transcripts.read(conversation, {
      limit: TURNS_A_PAGE,
      ...(Number.isSafeInteger(before) && { before }),
    });
    return c.json({ conversation: entry, turns: turns.map(view), more });
  });

  app.patch('/api/conversations/:id', jsonLimit, async (c) => {
    const { tenant, id } = await conversationOf(c);
    const { title } = await readJson(c, conversationChange);
    const entry = await conversations.change(tenant, id, () => ({ title }));
    if (!entry) throw new Refusal(404, 'no-conversation', 'There is no such conversation here.');
    return c.json<ConversationView>(entry);
  });

  app.delete('/api/conversations/:id', async (c) => {
    const { tenant, id, conversation } = await conversationOf(c);
    // The list's entry goes last, so that what a crash leaves can be deleted again; what came meanwhile goes too.
    await forget(conversation);
    await conversations.remove(tenant, id);
    await forget(conversation);
    return c.body(null, 204);
  });

  app.post('/api/conversations/:id/attachments', fileLimit, async (c) => {
    const { tenant, conversation } = await conversationOf(c);
    const { attachment, bytes } = await readAttachment(c);
    try {
      await uploads.consume(tenant, attachment.size);
    } catch {
      c.header('retry-after', '3600');
      throw new Refusal(429, 'too-many', 'Those are many files at once. Wait an hour, then go on.');
    }
    await attachments.put(conversation, attachment, bytes);
    return c.json(attachment, 201);
  });

  app.get('/api/conversations/:id/attachments/:attachment', async (c) => {
    const { conversation } = await conversationOf(c);
    const file = await attachments.get(conversation, c.req.param('attachment'));
    if (!file) throw new Refusal(404, 'no-attachment', 'There is no such file here.');
    const { type } = file.attachment;
    return c.body(new Uint8Array(file.bytes), 200, {
      // A text file is never served as what a browser would run.
      'content-type': type.startsWith('image/') ? type : 'text/plain; charset=utf-8',
      'content-security-policy': "default-src 'none'; sandbox",
      'cache-control': 'private, max-age=86400, immutable',
    });
  });

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
    const isNew = await followed(message, async () => (await queue.accept(message)) === 'new');
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
    queue.cancel(conversation, c.req.param('turn'));
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

  async function forget(conversation: ConversationId): Promise<void> {
    queue.cancel(conversation);
    await Promise.all([transcripts.forget(conversation), attachments.forget(conversation)]);
  }

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

  function view(turn: StoredTurn): TurnView {
    const { message, seq } = turn;
    const isLive = live.get(message) !== undefined;
    const wasCut = turn.end === null && !isLive;
    return {
      id: message.id,
      seq,
      text: message.text,
      attachments: message.attachments,
      answer: isLive ? '' : turn.answer,
      end: isLive ? null : wasCut ? 'interrupted' : turn.end,
      notice: isLive ? null : wasCut ? RESTART_NOTICE : (turn.notice ?? null),
      at: message.at,
      live: isLive,
    };
  }

  return app;
}

/** The first line that says something, or the first file. */
function titleOf({ text, attachments }: Message): string {
  const line = text.trim().split('\n', 1)[0]?.trim() || attachments[0]?.name || NEW_TITLE;
  return line.length > FIRST_LINE_CHARACTERS
    ? `${line.slice(0, FIRST_LINE_CHARACTERS).toWellFormed().trim()}…`
    : line;
}
