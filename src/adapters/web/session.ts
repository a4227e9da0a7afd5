/** A browser's session: an opaque 256-bit cookie. The server keeps its hash only, as the person's tenant. */
import { createHash, randomBytes } from 'node:crypto';
import type { Context } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import type { ConversationId, TenantId } from '../../core/types.ts';

export interface Session {
  tenant: TenantId;
  /** Whether it began with this request. */
  isNew: boolean;
  /** The engine's id for a conversation of this session; of another session's it makes one that does not exist. */
  conversation(id: string): ConversationId;
}

const COOKIE = 'parley_session';
const COOKIE_FORM = /^[A-Za-z0-9_-]{43}$/;
/** Browsers keep no cookie for longer (RFC 6265bis). */
const MAX_AGE_S = 400 * 24 * 3_600;

export const PLATFORM = 'web';

const begun = new WeakMap<Request, Session>();

/** The session of a request, begun where it has none yet; the same one however often it is asked for. */
export function sessionOf(c: Context, secure: boolean): Session {
  const known = begun.get(c.req.raw);
  if (known) return known;
  const given = getCookie(c, COOKIE);
  const isNew = !given || !COOKIE_FORM.test(given);
  const secret = isNew ? randomBytes(32).toString('base64url') : given;
  setCookie(c, COOKIE, secret, { httpOnly: true, sameSite: 'Lax', secure, path: '/', maxAge: MAX_AGE_S });
  const tenant = `${PLATFORM}:${createHash('sha256').update(secret).digest('base64url')}`;
  const session: Session = { tenant, isNew, conversation: (id) => `${tenant}:${id}` };
  begun.set(c.req.raw, session);
  return session;
}
