/** Who may come in: same-origin writes, known hosts, and an access token wherever Parley is reachable from elsewhere. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { HttpBindings } from '@hono/node-server';
import type { Context, MiddlewareHandler } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { Refusal, refuse } from './refusal.ts';

export interface GateOptions {
  /** Asked for; undefined where the page is open, which is on loopback only. */
  token: string | undefined;
  /** The address people open where it is another than the one listened on. */
  publicUrl: string | undefined;
}

type Env = { Bindings: HttpBindings };

const COOKIE = 'parley_access';
const MAX_AGE_S = 400 * 24 * 3_600;
const TRIES_PER_MINUTE = 30;
const STYLE = `body{font:1rem/1.5 system-ui,sans-serif;color-scheme:light dark;max-width:26rem;margin:15vh auto;padding:0 1rem}
label,input,button{display:block;font:inherit;width:100%;box-sizing:border-box;margin-top:.5rem;padding:.5rem}label{padding:0}`;

const CSP_BASE = "default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const PAGE_CSP = `${CSP_BASE}; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; font-src 'self'; require-trusted-types-for 'script'; trusted-types dompurify`;
const FORM_CSP = `${CSP_BASE}; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`;

/** Headers that every answer carries, unless it has its own. */
const HEADERS = Object.entries({
  'content-security-policy': PAGE_CSP,
  'x-content-type-options': 'nosniff',
  // Not `no-referrer`: with that a browser names no origin for the form that asks for the token.
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
});

export const securityHeaders: MiddlewareHandler<Env> = (c, next) => {
  // On Node's own response: so they also come with what is written to it directly.
  for (const [name, value] of HEADERS) c.env.outgoing.setHeader(name, value);
  return next();
};

export function createGate({ token, publicUrl }: GateOptions): MiddlewareHandler<Env> {
  const publicHost = publicUrl === undefined ? undefined : new URL(publicUrl).host;
  const secure = publicUrl?.startsWith('https:') ?? false;
  const ticket = token === undefined ? undefined : hash(`parley access ${hash(token)}`);
  const tries = new RateLimiterMemory({ points: TRIES_PER_MINUTE, duration: 60 });

  async function enter(c: Context<Env>, given: string): Promise<Response> {
    // By address, so that who guesses locks out nobody elsewhere; the right token counts for nothing.
    const address = c.env.incoming.socket.remoteAddress ?? '';
    if (((await tries.get(address))?.remainingPoints ?? 1) <= 0) {
      return c.text('Too many tries. Wait a minute.', 429, { 'retry-after': '60' });
    }
    if (ticket === undefined || token === undefined || !same(hash(given), hash(token))) {
      await tries.penalty(address);
      return form(c, true);
    }
    setCookie(c, COOKIE, ticket, { httpOnly: true, sameSite: 'Lax', secure, path: '/', maxAge: MAX_AGE_S });
    return c.redirect('/', 303);
  }

  return async (c, next) => {
    const host = c.req.header('host') ?? '';
    // An open page must not be opened under a name that leads here by DNS (rebinding) or by a proxy.
    if (token === undefined && host !== publicHost && !isLoopback(hostnameOf(host))) {
      const message =
        'Parley answers on this machine only. To open it under this name, set PUBLIC_URL to it.';
      return refuse(c, new Refusal(403, 'unknown-host', message));
    }
    if (c.req.method !== 'GET' && c.req.method !== 'HEAD' && !isSameOrigin(c, host, publicUrl)) {
      return refuse(c, new Refusal(403, 'other-origin', 'This request came from another site.'));
    }
    if (ticket === undefined) return next();
    if (c.req.path === '/access') {
      if (c.req.method === 'POST')
        return enter(c, new URLSearchParams(await c.req.text()).get('token') ?? '');
      const given = c.req.query('token');
      return given === undefined ? form(c, false) : enter(c, given);
    }
    if (same(getCookie(c, COOKIE) ?? '', ticket)) return next();
    if (c.req.path.startsWith('/api/')) {
      return refuse(
        c,
        new Refusal(401, 'access-token', 'Parley asks for its access token. Reload the page.'),
      );
    }
    return form(c, false);
  };
}

function form(c: Context, wrong: boolean): Response {
  c.header('content-security-policy', FORM_CSP);
  c.header('cache-control', 'no-store');
  const html = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Parley</title><style>${STYLE}</style><main><h1>Parley</h1>
<p${wrong ? ' role="alert"' : ''}>${wrong ? 'That is not the access token.' : 'This Parley asks for an access token.'} Whoever runs it finds it in the log of its first start, or set it as WEB_TOKEN.</p>
<form method="post" action="/access"><label for="token">Access token</label>
<input id="token" name="token" type="password" required autofocus autocomplete="current-password"><button>Open</button></form></main></html>`;
  return c.html(html, 401);
}

/** Browsers name the origin of every write; what has none (curl) carries no cookie of somebody else. */
function isSameOrigin(c: Context, host: string, publicUrl: string | undefined): boolean {
  const site = c.req.header('sec-fetch-site');
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;
  const origin = c.req.header('origin');
  if (origin === undefined) return true;
  if (!URL.canParse(origin)) return false;
  return new URL(origin).host === host || (publicUrl !== undefined && new URL(publicUrl).origin === origin);
}

/** Whether the page may be opened without a token: when it is listened for and opened on this machine only. */
export function isOpenPage(host: string, publicUrl: string | undefined): boolean {
  return isLoopback(host) && (publicUrl === undefined || isLoopback(new URL(publicUrl).hostname));
}

/** Whether a name or address is this machine only. */
function isLoopback(hostname: string): boolean {
  return (
    hostname === 'localhost' ||
    hostname === '[::1]' ||
    hostname === '::1' ||
    /^127(\.\d{1,3}){3}$/.test(hostname)
  );
}

function hostnameOf(host: string): string {
  return URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname : '';
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

function same(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
