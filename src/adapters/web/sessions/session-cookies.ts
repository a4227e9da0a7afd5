/**
 * The cookies of sessions. Each has a name of its own: if two windows begin at once, the second cookie does not replace
 * the first, and both windows see both.
 */
import type { Context } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { type KeptSession, lifeOf } from './kept-session.ts';
import { hash } from './sessions.ts';

/** The cookie's name in Parley 0.1.0. */
const EARLIER = 'parley_session';
/** The cookie of 0.1.0 for a browser that had given the token. The session holds that now. */
const EARLIER_ACCESS = 'parley_access';
/** A prefix with which browsers take a cookie from this very host and over TLS only (RFC 6265bis, 4.1.3.2). */
const HOST_PREFIX = '__Host-';
const NAME = /^(?:__Host-)?parley_session_[\w-]{8}$/;
const SECRET = /^[\w-]{43}$/;
/**
 * Cookies that are looked up for one request. A browser gives those of every Parley on this host, whatever its port, and
 * of stores that are gone.
 */
const MOST_COOKIES = 32;
/** With this many cookies that are no session here, a new one might soon not be looked up. */
const TOO_MANY_COOKIES = 24;
const NAME_CHARACTERS = 8;

export interface GivenCookies {
  /** Secrets; over TLS, only those that came over TLS. */
  secrets: string[];
  /** Secrets of cookies without the prefix. Over TLS, another host may have set them. */
  plain: string[];
  /** The secret that Parley 0.1.0 set. */
  earlier: string | undefined;
}

export function givenCookies(c: Context, isTls: boolean): GivenCookies {
  const cookies = getCookie(c);
  const own = Object.entries(cookies)
    .filter(([name, value]) => NAME.test(name) && SECRET.test(value))
    .slice(0, MOST_COOKIES);
  const secretsOf = (isPrefixed: boolean) =>
    own.filter(([name]) => name.startsWith(HOST_PREFIX) === isPrefixed).map(([, secret]) => secret);
  const earlier = cookies[EARLIER];
  return {
    secrets: secretsOf(isTls),
    plain: isTls ? secretsOf(false) : [],
    earlier: earlier !== undefined && SECRET.test(earlier) ? earlier : undefined,
  };
}

export function setSessionCookie(c: Context, session: KeptSession, isTls: boolean): void {
  const maxAge = lifeOf(session) / 1_000;
  const name = `${EARLIER}_${hash(session.secret).slice(0, NAME_CHARACTERS)}`;
  set(c, `${isTls ? HOST_PREFIX : ''}${name}`, session.secret, isTls, maxAge);
}

export function dropEarlierCookie(c: Context): void {
  set(c, EARLIER, '', false, 0);
}

/** Tells the browser to drop these sessions, and cookies of 0.1.0. Another Parley on this host keeps its own. */
export function dropCookies(c: Context, sessions: KeptSession[]): void {
  const secrets = sessions.map(({ secret }) => secret);
  drop(c, (name, value) => [EARLIER, EARLIER_ACCESS].includes(name) || secrets.includes(value));
}

/** Tells the browser to drop all its sessions if they are too many. Called before a new one. */
export function makeRoom(c: Context): void {
  const own = Object.keys(getCookie(c)).filter((name) => NAME.test(name));
  if (own.length >= TOO_MANY_COOKIES) drop(c, (name) => own.includes(name));
}

function drop(c: Context, isDropped: (name: string, value: string) => boolean): void {
  for (const [name, value] of Object.entries(getCookie(c)))
    if (isDropped(name, value)) set(c, name, '', name.startsWith(HOST_PREFIX), 0);
}

function set(c: Context, name: string, value: string, secure: boolean, maxAge: number): void {
  setCookie(c, name, value, { httpOnly: true, sameSite: 'Lax', secure, path: '/', maxAge });
}
