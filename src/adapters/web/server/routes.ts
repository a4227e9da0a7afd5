/** The page and its `/api`, as described in api.ts. */
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { type Context, Hono } from 'hono';
import type { Logger } from 'pino';
import { StoreError } from '../../../core/errors.ts';
import type { Forgetting } from '../../../core/forgetting/forget.ts';
import type { AdapterState } from '../../../core/platform.ts';
import { whereFrom } from '../../../core/reports/where-from.ts';
import { en } from '../../../core/sentences/en.ts';
import type { PersonalMessages } from '../../platform.ts';
import type { Changes } from '../answer/changes.ts';
import type { Readers } from '../answer/event-stream.ts';
import type { StreamPlaces } from '../answer/stream-places.ts';
import { createViewer } from '../answer/turn-view.ts';
import { type State, VERSION_HEADER, WINDOW_HEADER } from '../api.ts';
import { createGate, type Gate, type GateOptions } from '../door/gate.ts';
import { isRead } from '../door/own-requests.ts';
import { createRates } from '../door/rates.ts';
import { fromServer } from '../sentences/en.ts';
import { type Session, sessionOf } from '../sessions/session.ts';
import { createSessions, type Sessions } from '../sessions/sessions.ts';
import { mountAccount } from './account/account-routes.ts';
import { mountSignOut, type SignOutOptions } from './account/sign-out-routes.ts';
import { type AdminRoutesOptions, mountAdmin } from './admin/admin-routes.ts';
import { shownBranch } from './branches/shown-branch.ts';
import type { Page } from './bundle.ts';
import { type ConversationRoutesOptions, mountConversations, noConversation } from './conversation-routes.ts';
import { type DictationOptions, mountDictation } from './dictation/dictation-routes.ts';
import type { DmChanges } from './dms/dm-changes.ts';
import { mountDms } from './dms/dm-routes.ts';
import { createPersonDms, type PersonDms } from './dms/person-dms.ts';
import { type ExportRoutesOptions, mountExport } from './export/export-routes.ts';
import { IMPORT_PATH, mountImport } from './import/import-routes.ts';
import { limits } from './input.ts';
import { limitBody } from './limit-body.ts';
import { mountLists, readList } from './lists/list-routes.ts';
import { mountPersonas } from './personas/persona-routes.ts';
import { Refusal, refuse, refuseInWords } from './refusal.ts';
import type { Env, RouteTools } from './route-tools.ts';
import { mountSearch, type SearchRoutesOptions } from './search/search-routes.ts';
import { serveAsset } from './serve-asset.ts';
import { mountConversationChoices } from './settings/conversation-choices.ts';
import { mountSettings, type SettingsRoutesOptions } from './settings/settings-routes.ts';
import { mountUsage, type UsageRoutesOptions } from './settings/usage-routes.ts';
import { forgetWithLinks } from './share/forget-with-links.ts';
import { createShareLinks, type ShareLinks } from './share/share-links.ts';
import { mountShare } from './share/share-routes.ts';
import { mountShared } from './share/shared-routes.ts';
import type { TurnRoutesOptions } from './turns/turn-checks.ts';
import { mountTurns } from './turns/turn-routes.ts';

const { access, refusals } = fromServer;

export interface RoutesOptions
  extends SettingsRoutesOptions,
    UsageRoutesOptions,
    DictationOptions,
    ConversationRoutesOptions,
    SearchRoutesOptions,
    ExportRoutesOptions,
    SignOutOptions,
    Omit<AdminRoutesOptions, 'people'>,
    TurnRoutesOptions {
  gate: GateOptions;
  adapterState: AdapterState;
  personalMessages: PersonalMessages;
  page: Page;
  forgetting: Forgetting;
  changes: Changes;
  dmChanges: Pick<DmChanges, 'listens'>;
  readers: Readers;
  places: StreamPlaces;
  log: Logger;
}

/** The longest message fits in any script (three bytes a character). Parsing more would block the event loop. */
const MOST_JSON_BYTES = 256 * 1024;
/** Most bytes of the form with the access token. Anybody can send it. */
const MOST_FORM_BYTES = 4_096;
/** Reads that count as writes, since each is a call of the provider's API. */
const ASKS_PROVIDER = new Set(['/api/models']);
/** Reads that count as writes, since each takes the store some work, or is a line of the audit log. */
const ASKS_MUCH = /^\/api\/(?:search|conversations\/[^/]+\/export)$/;
/** Writes a minute. The limit of a session is well above what a person does; several people may share an address. */
const WRITES = { session: 240, address: 1_200, all: 30_000 };

const WINDOW_FORM = /^[\w-]{8,64}$/;

export function createRoutes(options: RoutesOptions): Hono<Env> {
  const app = new Hono<Env>();
  const sessions = createPageSessions(options);
  const gate = createGate(options.gate, sessions, options.audit, options.log);
  app.use('/access', limitBody(MOST_FORM_BYTES, access.form.tooLong));
  app.use(gate.handler);
  refuseErrors(app, options.log);
  const shareLinks = createShareLinks(options);
  const dms = createPersonDms({ ...options, people: options.gate.signIn?.people });
  mountPage(app, options, dms);
  mountShared(app, { ...options, shareLinks });
  limitWrites(app);
  const tools = createTools(options, shareLinks, dms);
  mountDms(app, { ...options, dms }, tools);
  const settings = mountSettings(app, options, tools);
  mountPersonas(app, options, tools, settings.view);
  mountUsage(app, options, tools);
  mountLists(app, options, tools);
  mountSearch(app, options, tools);
  mountConversations(app, options, tools);
  mountTurns(app, options, tools);
  mountConversationChoices(app, options, tools);
  mountDictation(app, options, tools);
  mountExport(app, options, tools);
  mountImport(app, options, tools);
  mountShare(app, { ...options, shareLinks }, tools);
  const { signIn } = options.gate;
  const account = mountAccount(
    app,
    { ...options, dms, sessions, signIn, shareLinks, leave: gate.leave },
    tools,
  );
  mountState(app, options, tools, { gate, settings, account, dms });
  mountSignOut(app, options, tools, { ...options.gate, leave: gate.leave, shareLinks });
  mountAdmin(app, { ...options, people: signIn?.people });
  return app;
}

function createPageSessions({ adapterState, settings, conversations }: RoutesOptions): Sessions {
  return createSessions({
    adapterState,
    async hasLeft(tenant) {
      const { keys, ...choices } = await settings.read(tenant);
      const isSet = Object.keys(keys).length + Object.keys(choices).length > 0;
      return isSet || (await conversations.count(tenant)) > 0;
    },
  });
}

/** Turns an error into a refusal with a sentence. */
function refuseErrors(app: Hono<Env>, log: Logger): void {
  app.onError((error, c) => {
    const tell = c.req.path.startsWith('/api/') ? refuse : refuseInWords;
    if (error instanceof Refusal) return tell(c, error);
    // The store logs its own failures, and a page retries each second: no line for each try.
    if (error instanceof StoreError) return tell(c, new Refusal(503, 'store', en.notices.storeAway));
    log.error({ path: c.req.routePath, error: whereFrom(error) }, 'request failed');
    return tell(c, new Refusal(500, 'bug', en.notices.mistake));
  });
}

function mountPage(app: Hono<Env>, { page, conversations }: RoutesOptions, dms: PersonDms): void {
  for (const path of ['/', '/new', '/c/:id']) {
    app.get(path, async (c) => {
      const tenant = sessionOf(c)?.tenant;
      const id = c.req.param('id');
      const isThere =
        id === undefined ||
        tenant === undefined ||
        (await conversations.find(tenant, id)) !== undefined ||
        (await dms.find(tenant, id)) !== undefined;
      c.header('cache-control', 'no-cache');
      return c.html(page.html, isThere ? 200 : 404);
    });
  }
  app.get('/assets/:name', (c) => {
    const asset = page.assets.get(c.req.path);
    if (!asset) return c.notFound();
    c.header('cache-control', 'public, max-age=31536000, immutable');
    return serveAsset(c, asset);
  });
}

function limitWrites(app: Hono<Env>): void {
  const writes = createRates({
    ...WRITES,
    seconds: 60,
    sentence: refusals.TOO_MUCH_AT_ONCE,
  });
  app.use('/api/*', async (c, next) => {
    c.header('cache-control', 'no-store');
    const isCounted = !isRead(c) && c.req.path !== IMPORT_PATH;
    if (isCounted || ASKS_PROVIDER.has(c.req.path) || ASKS_MUCH.test(c.req.path)) {
      const { tenant, isNew, address } = session(c);
      await writes.take({ session: isNew ? undefined : tenant, address });
    }
    await next();
  });
}

function createTools(options: RoutesOptions, shareLinks: ShareLinks, dms: PersonDms): RouteTools {
  const { conversations, forgetting, changes, queue, transcripts, settings, toolbox } = options;
  const jsonLimit = limitBody(MOST_JSON_BYTES, refusals.messages.tooLong(limits.messageCharacters));
  return {
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
      void options.dmChanges.listens(tenant);
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
      if (entry) {
        const line = await shownBranch(c, entry, conversation(id), transcripts);
        if (line === undefined) throw noConversation();
        return { tenant, id, entry, conversation: line };
      }
      const dm = await dms.find(tenant, id);
      if (!dm) throw noConversation();
      return { tenant, id, ...dm };
    },
    ...forgetWithLinks(forgetting, shareLinks),
    view: createViewer({ queue, transcripts, settings, toolbox }),
  };
}

interface StateParts {
  gate: Gate;
  settings: ReturnType<typeof mountSettings>;
  account: ReturnType<typeof mountAccount>;
  dms: PersonDms;
}

/** The state that a window reads when it opens, and the stream of its changes. */
function mountState(
  app: Hono<Env>,
  { conversations, changes, dmChanges, readers, places }: RoutesOptions,
  { session, newsFor }: RouteTools,
  { gate, settings, account, dms }: StateParts,
): void {
  app.get('/api/events', (c) => {
    const news = newsFor(c);
    if (!news) throw new Refusal(400, 'invalid', refusals.body.noVersion);
    places.take(session(c).tenant, c.env.outgoing);
    readers.listen(c.env.outgoing, news);
    return RESPONSE_ALREADY_SENT;
  });

  app.get('/api/state', async (c) => {
    const { tenant } = session(c);
    await dmChanges.listens(tenant);
    const version = changes.version(tenant);
    const list = await readList(conversations, tenant);
    return c.json<State>({
      version,
      conversations: [...(await dms.list(tenant)), ...list.conversations],
      moreConversations: list.more,
      settings: await settings.view(tenant),
      account: await account.view(c),
      services: account.servicesFor(c),
      limits,
      advice: gate.advice(c),
    });
  });
}

/** The session of a request that the gate has let into the API. */
function session(c: Context): Session {
  const known = sessionOf(c);
  if (!known) throw new Error('no session');
  return known;
}

/** A window's id, if it is valid. */
function windowOf(given: string | undefined): string | null {
  return given !== undefined && WINDOW_FORM.test(given) ? given : null;
}
