/**
 * Decides who comes in: requests of this page alone, each with the session of its browser. Through a closed door only
 * sessions come that were opened with the access token.
 */
import type { Context, MiddlewareHandler } from 'hono';
import type { Logger } from 'pino';
import { StoreError } from '../../../core/errors.ts';
import type { Audit } from '../../../core/reports/audit.ts';
import { WINDOW_HEADER } from '../api.ts';
import { Refusal } from '../server/refusal.ts';
import type { GateEnv } from '../server/route-tools.ts';
import { createBrowserSessions } from '../sessions/browser-sessions.ts';
import type { Sessions } from '../sessions/sessions.ts';
import type { Clients } from './client-address.ts';
import type { Door } from './door.ts';
import { type AccessToken, createEntrance } from './entrance.ts';
import { isOfOtherSite, isRead, isSameOrigin, namesItself } from './own-requests.ts';
import { saysTls, signOf } from './signs.ts';

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
/** The page's script and style, the same for everyone. */
const ASSET = /^\/assets\//;
/** A year, in seconds. */
const HSTS = 'max-age=31536000';

const NOT_THE_PAGE = `The API answers Parley’s own page only, which names its window as ${WINDOW_HEADER}.`;
const CLOSED_ADVICE =
  'This page seems to be reached from outside this machine, so it asks for the access token. Whoever runs Parley: set PUBLIC_URL to the address that people open.';
const TLS_ADVICE =
  'This page is opened over https, which PUBLIC_URL does not say, so cookies and links are made for http. Whoever runs Parley: set PUBLIC_URL to the address that people open.';

export function createGate(
  { door, access, publicUrl, clients }: GateOptions,
  sessions: Sessions,
  audit: Audit,
  log: Logger,
): Gate {
  const isPublicTls = publicUrl?.startsWith('https:') ?? false;
  const lacksTls = (c: Context<GateEnv>) => !isPublicTls && saysTls(c.env.incoming);
  const entry = () => entrance.entry();
  const browsers = createBrowserSessions({ door, publicUrl, clients, entry }, sessions);
  const advice = () => (door.hasClosed() ? CLOSED_ADVICE : null);
  const entrance = createEntrance({ access, audit, log, advice, open: browsers.open });
  let hasWarned = false;

  /** Closes the door if the request shows that others reach the page. */
  async function watch(c: Context<GateEnv>): Promise<void> {
    const sign = door.isWatched() ? signOf(c.env.incoming) : undefined;
    if (sign !== undefined) await door.close(sign);
    else if (lacksTls(c) && !hasWarned) {
      hasWarned = true;
      log.warn(TLS_ADVICE);
    }
    await door.look();
  }

  async function enter(c: Context<GateEnv>): Promise<Response> {
    c.header('cache-control', 'no-store');
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
      if (PAGE.test(c.req.path)) await browsers.admit(c, await browsers.find(c), false);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
    }
    await next();
  }

  async function passWithToken(
    c: Context<GateEnv>,
    next: () => Promise<void>,
  ): Promise<Response | undefined> {
    const session = await browsers.find(c);
    // What a page that was loaded before the door closed still needs, to tell its person that it has.
    const isOfPage = ASSET.test(c.req.path) && (await browsers.isKnown(c));
    if (!session && !isOfPage) return entrance.form(c);
    // No cookie on what caches may keep for everyone.
    if (session && PAGE.test(c.req.path)) await browsers.admit(c, session, false);
    await next();
    return undefined;
  }

  const handler: MiddlewareHandler<GateEnv> = async (c, next) => {
    // On Node's own response: so they also come with what is written to it directly.
    for (const [name, value] of HEADERS) c.env.outgoing.setHeader(name, value);
    if (browsers.isTls(c)) c.env.outgoing.setHeader('strict-transport-security', HSTS);
    await watch(c);
    const isAccess = c.req.path === '/access';
    // Before a proxy that gives Parley another host, the form has no script that says where it is. Only who has the
    // token gets in by it, whoever sends it.
    const isForeign = isAccess ? isOfOtherSite(c) : !isSameOrigin(c, publicUrl);
    if (!isRead(c) && isForeign)
      throw new Refusal(403, 'other-origin', 'This request came from another site.');
    if (isAccess) return enter(c);
    if (!c.req.path.startsWith('/api/')) return (door.isOpen() ? passOpenly : passWithToken)(c, next);
    const session = await browsers.find(c);
    if (!session && !door.isOpen())
      throw new Refusal(401, 'access-token', 'Parley asks for its access token. Reload the page.');
    if (isRead(c) && !namesItself(c)) throw new Refusal(403, 'not-the-page', NOT_THE_PAGE);
    await browsers.admit(c, session, !isRead(c));
    return next();
  };

  return {
    handler,
    leave: browsers.leave,
    advice: (c) => advice() ?? (lacksTls(c) ? TLS_ADVICE : null),
  };
}
