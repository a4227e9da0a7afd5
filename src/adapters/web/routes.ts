/** The page and its `/api`, as described in api.ts. */
import type { HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { compress } from 'hono/compress';
import type { Logger } from 'pino';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import type { Forgetting } from '../../core/forget.ts';
import { BUG_NOTICE, STORE_NOTICE } from '../../core/notices.ts';
import { type ConversationEntry, StoreError } from '../../core/ports.ts';
import type { ConversationId, TenantId } from '../../core/types.ts';
import { whereFrom } from '../../core/where-from.ts';
import { type State, VERSION_HEADER, WINDOW_HEADER } from './api.ts';
import type { Page } from './bundle.ts';
import type { Changes } from './changes.ts';
import { type ConversationRoutesOptions, mountConversations, noConversation } from './conversation-routes.ts';
import type { News, Readers } from './events.ts';
import { createGate, type GateOptions, securityHeaders } from './gate.ts';
import { limits } from './input.ts';
import { limitBody } from './limit-body.ts';
import { Refusal, refuse } from './refusal.ts';
import { type Session, sessionOf } from './session.ts';
import { mountSettings, type SettingsRoutesOptions } from './settings-routes.ts';
import { mountTurns, type TurnRoutesOptions } from './turn-routes.ts';
import { createViewer, type Viewer } from './turn-view.ts';

export interface RoutesOptions extends SettingsRoutesOptions, ConversationRoutesOptions, TurnRoutesOptions {
  gate: GateOptions;
  page: Page;
  forgetting: Forgetting;
  changes: Changes;
  readers: Readers;
  log: Logger;
}

/** What the parts of the API have in common. */
export interface RouteTools {
  session(c: Context): Session;
  /** For bodies of JSON. */
  jsonLimit: MiddlewareHandler;
  /** Tells the session's other windows that something changed in that conversation; `null`: anywhere. */
  changed(c: Context, conversation: string | null): void;
  /** The session's changes for the reader; undefined where it does not ask for them. */
  newsFor(c: Context): News | undefined;
  /**
   * The session's conversation that the path names; of another session's it knows nothing.
   * @throws Refusal 404
   */
  conversationOf(c: Context): Promise<{
    tenant: TenantId;
    id: string;
    entry: ConversationEntry;
    conversation: ConversationId;
  }>;
  /** Stops what runs in it and removes all that was said and attached. */
  forget(conversation: ConversationId): Promise<void>;
  /** Forgets one message and its answer. */
  forgetTurn(conversation: ConversationId, turn: string): Promise<void>;
  view: Viewer;
}

export type Env = { Bindings: HttpBindings };

/** The longest message fits in any script (three bytes a character); more would keep the event loop busy parsing. */
const MOST_JSON_BYTES = 256 * 1024;
/** The form that asks for the access token, from whom nobody knows yet. */
const MOST_FORM_BYTES = 4_096;
/** Writes of one session a minute; well above what a person does, below what harms others. */
const WRITES_PER_MINUTE = 240;

const WINDOW_FORM = /^[\w-]{8,64}$/;

export function createRoutes(options: RoutesOptions): Hono<Env> {
  const { gate, page, conversations, forgetting, changes, readers, queue, transcripts, log } = options;
  const secure = gate.publicUrl?.startsWith('https:') ?? false;
  const session = (c: Context) => sessionOf(c, secure);
  const writes = new RateLimiterMemory({ points: WRITES_PER_MINUTE, duration: 60 });
  const app = new Hono<Env>();

  app.use(securityHeaders);
  app.use('/access', limitBody(MOST_FORM_BYTES, 'That is no access token.'));
  app.use(createGate(gate));
  app.onError((error, c) => {
    if (error instanceof Refusal) return refuse(c, error);
    // The log tells of the store itself; a page sends again each second.
    if (error instanceof StoreError) return refuse(c, new Refusal(503, 'store', STORE_NOTICE));
    log.error({ path: c.req.routePath, error: whereFrom(error) }, 'request failed');
    return refuse(c, new Refusal(500, 'bug', BUG_NOTICE));
  });

  for (const path of ['/', '/new', '/c/:id']) {
    app.get(path, async (c) => {
      const { tenant } = session(c);
      const id = c.req.param('id');
      const isThere = id === undefined || (await conversations.find(tenant, id)) !== undefined;
      c.header('cache-control', 'no-cache');
      return c.html(page.html, isThere ? 200 : 404);
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
  const tools: RouteTools = {
    session,
    jsonLimit,
    changed(c, conversation) {
      const window = windowOf(c.req.header(WINDOW_HEADER));
      c.header(VERSION_HEADER, changes.tell(session(c).tenant, { conversation, window }));
    },
    newsFor(c) {
      const { tenant } = session(c);
      const seen = c.req.query('seen');
      if (seen === undefined) return undefined;
      return {
        seen,
        window: windowOf(c.req.query('window')),
        version: () => changes.version(tenant),
        watch: (onChange) => changes.watch(tenant, onChange),
      };
    },
    async conversationOf(c) {
      const { tenant, conversation } = session(c);
      const id = c.req.param('id') ?? '';
      const entry = await conversations.find(tenant, id);
      if (!entry) throw noConversation();
      return { tenant, id, entry, conversation: conversation(id) };
    },
    forget: forgetting.conversation,
    forgetTurn: forgetting.message,
    view: createViewer(queue, transcripts),
  };
  const settings = mountSettings(app, options, tools);
  mountConversations(app, options, tools);
  mountTurns(app, options, tools);

  app.get('/api/events', (c) => {
    const news = tools.newsFor(c);
    if (!news) throw new Refusal(400, 'invalid', 'This wants the version that was seen, as `seen`.');
    readers.listen(c.env.outgoing, news);
    return RESPONSE_ALREADY_SENT;
  });

  app.get('/api/state', async (c) => {
    const { tenant } = session(c);
    const version = changes.version(tenant);
    return c.json<State>({
      version,
      conversations: await conversations.list(tenant),
      settings: await settings.view(tenant),
      limits,
    });
  });

  return app;
}

/** A window's id, if it is valid. */
function windowOf(given: string | undefined): string | null {
  return given !== undefined && WINDOW_FORM.test(given) ? given : null;
}
