/**
 * Logins under way. The store has a row for each, so that any process can finish it. The secrets of a login are made of
 * a cookie of the browser that began it, so that no other browser and no copy of the store can finish it.
 */
import { randomBytes } from 'node:crypto';
import type { Context } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import type { AdapterState } from '../../../../core/platform.ts';
import { hash } from '../../sessions/sessions.ts';
import { type Login, SignInFailure, type SignInProvider } from './provider.ts';

export interface LoginsOptions {
  adapterState: Pick<AdapterState, 'read' | 'write' | 'remove'>;
  /** Whether the browser speaks TLS. */
  isTls(c: Context): boolean;
  /** The address of a provider's callback. */
  callbackOf(provider: SignInProvider['id']): string;
}

export interface Logins {
  /** Begins a login, and gives the browser its cookie. @param returnTo the path to go to afterwards */
  begin(c: Context, provider: SignInProvider['id'], returnTo: string): Promise<Login>;
  /**
   * The login that came back, once: it is gone afterwards.
   * @throws SignInFailure if this browser did not begin it, or not here, or too long ago
   */
  take(c: Context, provider: SignInProvider['id']): Promise<Login & { returnTo: string }>;
}

interface LoginRow {
  v: 1;
  provider: SignInProvider['id'];
  /** A hash of the cookie. */
  browser: string;
  returnTo: string;
}

/** Time for a person to sign in at the service, ms. */
const LIFE_MS = 10 * 60_000;
const NAME = /^(?:__Host-)?parley_login_[\w-]{8}$/;
const SECRET = /^[\w-]{43}$/;
/** Logins that a browser may have under way. With more, the earlier ones are dropped: a request's header has a limit. */
const MOST_COOKIES = 8;

export function createLogins({ adapterState, isTls, callbackOf }: LoginsOptions): Logins {
  const keyOf = (state: string) => `login|${hash(state)}`;
  const cookieOf = (c: Context, state: string) =>
    `${isTls(c) ? '__Host-' : ''}parley_login_${hash(state).slice(0, 8)}`;
  const loginOf = (provider: SignInProvider['id'], state: string, secret: string): Login => ({
    redirectUri: callbackOf(provider),
    state,
    nonce: hash(`nonce ${secret}`),
    verifier: hash(`verifier ${secret}`),
  });

  function set(c: Context, name: string, value: string, maxAge: number): void {
    const secure = name.startsWith('__Host-');
    setCookie(c, name, value, { httpOnly: true, sameSite: 'Lax', secure, path: '/', maxAge });
  }

  return {
    async begin(c, provider, returnTo) {
      const earlier = Object.keys(getCookie(c)).filter((name) => NAME.test(name));
      if (earlier.length >= MOST_COOKIES) for (const name of earlier) set(c, name, '', 0);
      const state = randomBytes(32).toString('base64url');
      const secret = randomBytes(32).toString('base64url');
      const row: LoginRow = { v: 1, provider, browser: hash(secret), returnTo };
      await adapterState.write(keyOf(state), row, LIFE_MS);
      set(c, cookieOf(c, state), secret, LIFE_MS / 1_000);
      return loginOf(provider, state, secret);
    },
    async take(c, provider) {
      const state = c.req.query('state') ?? '';
      if (!SECRET.test(state)) throw new SignInFailure('refused', 'state');
      const name = cookieOf(c, state);
      const secret = getCookie(c, name) ?? '';
      const row = await adapterState.read<LoginRow>(keyOf(state));
      // The login of another browser stays: whoever has only its state cannot end it either.
      if (!row || row.browser !== hash(secret)) throw new SignInFailure('refused', 'state');
      await adapterState.remove(keyOf(state));
      set(c, name, '', 0);
      if (row.provider !== provider) throw new SignInFailure('refused', 'provider');
      return { ...loginOf(provider, state, secret), returnTo: row.returnTo };
    },
  };
}
