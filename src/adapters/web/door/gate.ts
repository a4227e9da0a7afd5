/**
 * Lets requests in: only those of this page, each with the session of its browser. While the door is closed, only
 * sessions that were opened with the access token, or by signing in, come in.
 */
import type { Context, MiddlewareHandler } from 'hono';
import type { Logger } from 'pino';
import { StoreError } from '../../../core/errors.ts';
import type { AdapterState } from '../../../core/platform.ts';
import type { Audit } from '../../../core/reports/audit.ts';
import { WINDOW_HEADER } from '../api.ts';
import { fromServer } from '../sentences/en.ts';
import { Refusal } from '../server/refusal.ts';
import type { GateEnv } from '../server/route-tools.ts';
import { createSignInRoutes, type SignIn, type SignInRoutes } from '../server/sign-in/sign-in.ts';
import { type BrowserSessions, createBrowserSessions } from '../sessions/browser-sessions.ts';
import type { Sessions } from '../sessions/sessions.ts';
import type { ClientAddresses } from './client-address.ts';
import type { Door } from './door.ts';
import { type AccessToken, createEntrance, type Entrance } from './entrance.ts';
import { isOfOtherSite, isRead, isSameOrigin, namesItself } from './own-requests.ts';
import { saysTls, signOf } from './signs.ts';

export interface GateOptions {
  door: Door;
  /** Undefined: nobody comes in with a token. */
  access: AccessToken | undefined;
  /** Undefined: people cannot sign in. */
  signIn: SignIn | undefined;
  adapterState: AdapterState;
  /** The address that people open, if Parley listens on another one. */
  publicUrl: string | undefined;
  clients: ClientAddresses;
}

export interface Gate {
  handler: MiddlewareHandler<GateEnv>;
  /** Ends the session of a request. */
  leave(c: Context): Promise<void>;
  /** Advice to the operator on how the page is reached, as a sentence for the page. */
  advice(c: Context): string | null;
}

const CSP =
  "default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; font-src 'self'; manifest-src 'self'; worker-src 'self'; frame-src 'self'; require-trusted-types-for 'script'; trusted-types dompurify";

/** Headers that every answer carries, unless it has its own. */
const HEADERS = Object.entries({
  'content-security-policy': CSP,
  'x-content-type-options': 'nosniff',
  // Not `no-referrer`: with that a browser names no origin for the form that asks for the token.
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  // Dictation needs the microphone. Nothing else of the device is for the page, nor for frames.
  'permissions-policy':
    'camera=(), display-capture=(), geolocation=(), microphone=(self), payment=(), usb=()',
});
/** Paths that are served with a session, besides the API. */
const PAGE = /^\/(?:new|admin|c\/.*)?$/;
/** Shared conversations, with their files and the page that shows them. */
const SHARED = /^\/share\//;
/** The page's script and style, the same for everyone. */
const ASSET = /^\/assets\//;
/** A year, in seconds. */
const HSTS = 'max-age=31536000';

const { CLOSED, LACKS_TLS, TOKEN_NEEDED } = fromServer.access;
const { OTHER_SITE, notThePage } = fromServer.refusals;

export function createGate(options: GateOptions, sessions: Sessions, audit: Audit, log: Logger): Gate {
  const { door, access, publicUrl, clients, signIn } = options;
  const entry = () => entrance.entry();
  const people = signIn?.people;
  const browsers = createBrowserSessions({ door, publicUrl, clients, entry, people }, sessions);
  const advice = () => (door.hasClosed() ? CLOSED : null);
  const services = signIn?.providers ?? [];
  const entrance = createEntrance({ access, services, audit, log, advice, open: browsers.open });
  const lacksTls = (c: Context<GateEnv>) =>
    !(publicUrl?.startsWith('https:') ?? false) && saysTls(c.env.incoming);
  const watch = createWatch(door, lacksTls, log);
  const ways = createWays(options, browsers, entrance);
  const signingIn = signInOf(options, { browsers, sessions, entrance, audit, log });

  const closedDoor = signIn
    ? new Refusal(401, 'sign-in', fromServer.signIn.NEEDED)
    : new Refusal(401, 'access-token', TOKEN_NEEDED);

  const handler: MiddlewareHandler<GateEnv> = async (c, next) => {
    // The headers are set on Node's own response, so that they also come with what is written to it directly.
    for (const [name, value] of HEADERS) c.env.outgoing.setHeader(name, value);
    if (browsers.isTls(c)) c.env.outgoing.setHeader('strict-transport-security', HSTS);
    await watch(c);
    const isAccess = c.req.path === '/access';
    // The form has no script that sends its own address, which a proxy may hide from Parley. It lets in only people who
    // have the token, whichever site sends it.
    const isForeign = isAccess ? isOfOtherSite(c) : !isSameOrigin(c, publicUrl);
    if (!isRead(c) && isForeign) throw new Refusal(403, 'other-origin', OTHER_SITE);
    if (isAccess) return ways.enter(c);
    if (signingIn?.isFor(c.req.path)) return signingIn.answer(c);
    // Shared conversations are for anybody who has the link, and get no session.
    if (SHARED.test(c.req.path)) return next();
    if (!c.req.path.startsWith('/api/')) return ways.passPage(c, next);
    const session = await browsers.find(c);
    if (!session && !door.isOpen()) throw closedDoor;
    if (isRead(c) && !namesItself(c)) throw new Refusal(403, 'not-the-page', notThePage(WINDOW_HEADER));
    await browsers.admit(c, session, !isRead(c));
    return next();
  };

  return {
    handler,
    leave: browsers.leave,
    advice: (c) => advice() ?? (lacksTls(c) ? LACKS_TLS : null),
  };
}

interface GateParts {
  browsers: BrowserSessions;
  sessions: Pick<Sessions, 'endBefore'>;
  entrance: Entrance;
  audit: Audit;
  log: Logger;
}

function signInOf(
  { signIn, publicUrl, clients, adapterState }: GateOptions,
  { browsers, sessions, entrance, audit, log }: GateParts,
): SignInRoutes | undefined {
  if (!signIn || publicUrl === undefined) return undefined;
  return createSignInRoutes({
    ...signIn,
    ...{ adapterState, publicUrl, clients, audit, log },
    isTls: browsers.isTls,
    form: entrance.form,
    async open(c, person) {
      await browsers.open(c, { person });
    },
    endBefore: sessions.endBefore,
  });
}

/** Closes the door if a request shows that others reach the page. */
function createWatch(door: Door, lacksTls: (c: Context<GateEnv>) => boolean, log: Logger) {
  let hasWarned = false;
  return async (c: Context<GateEnv>): Promise<void> => {
    const sign = door.isWatched() ? signOf(c.env.incoming) : undefined;
    if (sign !== undefined) await door.close(sign);
    else if (lacksTls(c) && !hasWarned) {
      hasWarned = true;
      log.warn(LACKS_TLS);
    }
    await door.look();
  };
}

/** The ways in besides the API: the form that asks for the token, and the page with its files. */
function createWays({ door, clients }: GateOptions, browsers: BrowserSessions, entrance: Entrance) {
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
    // A page that was loaded before the door closed still needs its files, to tell its person that it has.
    const isOfPage = ASSET.test(c.req.path) && (await browsers.isKnown(c));
    if (!session && !isOfPage) return entrance.form(c);
    // Files get no cookie: caches may keep them for everyone.
    if (session && PAGE.test(c.req.path)) await browsers.admit(c, session, false);
    await next();
    return undefined;
  }

  return {
    enter,
    passPage: (c: Context<GateEnv>, next: () => Promise<void>) =>
      (door.isOpen() ? passOpenly : passWithToken)(c, next),
  };
}
