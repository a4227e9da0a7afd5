/**
 * Who may come in: requests of this page alone, each with the session of its browser, and through a closed door only
 * sessions that were opened with the access token.
 */
import type { HttpBindings } from '@hono/node-server';
import type { Context, MiddlewareHandler } from 'hono';
import type { Logger } from 'pino';
import type { Audit } from '../../core/audit.ts';
import { StoreError } from '../../core/ports.ts';
import { WINDOW_HEADER } from './api.ts';
import type { Clients } from './client-address.ts';
import type { Door } from './door.ts';
import { type AccessToken, createEntrance } from './entrance.ts';
import { createRates } from './rates.ts';
import { Refusal, refuse } from './refusal.ts';
import { beginSession } from './session.ts';
import { dropCookies, dropEarlierCookie, givenCookies, setSessionCookie } from './session-cookies.ts';
import type { KeptSession, Sessions } from './sessions.ts';
import { protocolOf, saysTls, signOf } from './signs.ts';

export type GateEnv = { Bindings: HttpBindings };

export interface GateOptions {
  door: Door;
  access: AccessToken;
  /** The address people open where it is another than the one listened on. */
  publicUrl: string | undefined;
  clients: Clients;
}

export interface Gate {
  handler: MiddlewareHandler<GateEnv>;
  /** Ends the session of a request. */
  leave(c: Context): Promise<void>;
  /** What the operator should know of how the page is reached, as a sentence for the page. */
  advice(c: Context): string | null;
}

const CSP =
  "default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; font-src 'self'; require-trusted-types-for 'script'; trusted-types dompurify";

/** Headers that every answer carries, unless it has its own. */
const HEADERS = Object.entries({
  'content-security-policy': CSP,
  'x-content-type-options': 'nosniff',
  // Not `no-referrer`: with that a browser names no origin for the form that asks for the token.
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
});
/** What is served with a session, besides the API. */
const PAGE = /^\/(?:new|c\/.*)?$/;
/** A year, in seconds. */
const HSTS = 'max-age=31536000';

/** New sessions a minute, where they cost no token. */
const NEWCOMERS = { address: 120, all: 6_000 };

const CLOSED_ADVICE =
  'This page can be reached from outside this machine, so it asks for the access token. Whoever runs Parley: set PUBLIC_URL to the address that people open.';
const TLS_ADVICE =
  'This page is opened over https, which PUBLIC_URL does not say, so cookies and links are made for http. Whoever runs Parley: set PUBLIC_URL to the address that people open.';

export function createGate(
  { door, access, publicUrl, clients }: GateOptions,
  sessions: Sessions,
  audit: Audit,
  log: Logger,
): Gate {
  const isPublicTls = publicUrl?.startsWith('https:') ?? false;
  const newcomers = createRates({
    ...NEWCOMERS,
    seconds: 60,
    session: NEWCOMERS.all,
    sentence: 'Too many browsers came at once. Wait a minute, then reload the page.',
  });
  let hasWarned = false;

  const isTls = (c: Context<GateEnv>) => {
    const { incoming } = c.env;
    return isPublicTls || (clients.isProxied(incoming) && protocolOf(incoming.headers) === 'https');
  };
  const lacksTls = (c: Context<GateEnv>) => !isPublicTls && saysTls(c.env.incoming);
  /** Where one machine asks, all have the same address. */
  const addressOf = (c: Context<GateEnv>) =>
    door.isWatched() ? undefined : clients.addressOf(c.env.incoming);

  const entrance = createEntrance({
    access,
    audit,
    log,
    advice: () => (door.hasClosed() ? CLOSED_ADVICE : null),
    async open(c, entry) {
      const given = givenCookies(c, isTls(c));
      const [before] = await sessions.find(given.secrets);
      const known =
        before ?? (given.earlier === undefined ? undefined : await sessions.takeUp(given.earlier));
      const session = await sessions.issue({
        entry,
        ...(known && { tenant: known.tenant, isUsed: known.isUsed }),
      });
      // A secret that was known before somebody signed in opens nothing afterwards.
      dropCookies(c, isTls(c));
      if (known) await sessions.end(known);
      setSessionCookie(c, session, isTls(c));
      return session.tenant;
    },
  });

  /** The session of a request, if it may come in. */
  async function sessionOf(c: Context<GateEnv>): Promise<KeptSession | undefined> {
    const { secrets, earlier } = givenCookies(c, isTls(c));
    const found = await sessions.find(secrets);
    if (!door.isOpen()) {
      const entry = entrance.entry();
      return entry === undefined ? undefined : found.find((session) => session.entry === entry);
    }
    if (found[0] || earlier === undefined) return found[0];
    const session = await sessions.takeUp(earlier);
    if (session) dropEarlierCookie(c, isTls(c));
    return session;
  }

  /** Has the request go on in that session, or in a new one. */
  async function admit(c: Context<GateEnv>, known: KeptSession | undefined): Promise<void> {
    const address = addressOf(c);
    if (!known) await newcomers.take({ session: 'each', address });
    let session = known ?? (await sessions.issue({}));
    const isWritten = isApi(c) && !isRead(c);
    session =
      (isWritten && !session.isUsed ? await sessions.use(session) : await sessions.see(session)) ?? session;
    setSessionCookie(c, session, isTls(c));
    beginSession(c, { tenant: session.tenant, isNew: known === undefined, address });
  }

  async function enter(c: Context<GateEnv>): Promise<Response> {
    if (door.isOpen()) return c.redirect('/', 303);
    const address = clients.addressOf(c.env.incoming);
    if (c.req.method === 'POST')
      return entrance.enter(c, new URLSearchParams(await c.req.text()).get('token') ?? '', address);
    const given = c.req.method === 'GET' ? c.req.query('token') : undefined;
    return given === undefined ? entrance.form(c) : entrance.enter(c, given, address);
  }

  /** The page itself is the same for everyone: it is there also while the store that has the sessions is not. */
  async function passOpenly(c: Context<GateEnv>, next: () => Promise<void>): Promise<void> {
    try {
      if (PAGE.test(c.req.path)) await admit(c, await sessionOf(c));
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
    }
    await next();
  }

  const handler: MiddlewareHandler<GateEnv> = async (c, next) => {
    // On Node's own response: so they also come with what is written to it directly.
    for (const [name, value] of HEADERS) c.env.outgoing.setHeader(name, value);
    if (isTls(c)) c.env.outgoing.setHeader('strict-transport-security', HSTS);
    const sign = door.isWatched() ? signOf(c.env.incoming) : undefined;
    if (sign !== undefined) await door.close(sign);
    if (lacksTls(c) && !hasWarned) {
      hasWarned = true;
      log.warn(TLS_ADVICE);
    }
    if (!isRead(c) && !isSameOrigin(c, publicUrl)) {
      return refuse(c, new Refusal(403, 'other-origin', 'This request came from another site.'));
    }
    await door.look();
    if (c.req.path === '/access') return enter(c);
    if (door.isOpen() && !isApi(c)) return passOpenly(c, next);
    const session = await sessionOf(c);
    if (!session && !door.isOpen()) {
      if (!isApi(c)) return entrance.form(c);
      return refuse(
        c,
        new Refusal(401, 'access-token', 'Parley asks for its access token. Reload the page.'),
      );
    }
    // Other sites, and pictures that lead here, send no header of the page's own.
    if (isApi(c) && isRead(c) && !c.req.header(WINDOW_HEADER)) {
      const message = `The API answers Parley’s own page only, which names its window as ${WINDOW_HEADER}.`;
      return refuse(c, new Refusal(403, 'not-the-page', message));
    }
    await admit(c, session);
    return next();
  };

  return {
    handler,
    async leave(c: Context<GateEnv>) {
      const { secrets } = givenCookies(c, isTls(c));
      for (const session of await sessions.find(secrets)) await sessions.end(session);
      dropCookies(c, isTls(c));
    },
    advice: (c) => (door.hasClosed() ? CLOSED_ADVICE : lacksTls(c) ? TLS_ADVICE : null),
  };
}

const isApi = (c: Context) => c.req.path.startsWith('/api/');
const isRead = (c: Context) => c.req.method === 'GET' || c.req.method === 'HEAD';

/** Browsers name the origin of every write; what has none (curl) carries no cookie of somebody else. */
function isSameOrigin(c: Context, publicUrl: string | undefined): boolean {
  const site = c.req.header('sec-fetch-site');
  // The browser knows which address it asked, also where a proxy gives Parley another host.
  if (site === 'same-origin') return true;
  if (site !== undefined && site !== 'none') return false;
  const origin = c.req.header('origin');
  if (origin === undefined) return true;
  const url = URL.parse(origin);
  if (!url) return false;
  return (
    url.host === c.req.header('host') || (publicUrl !== undefined && new URL(publicUrl).origin === origin)
  );
}
