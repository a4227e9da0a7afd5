/** The session of one request. */
import type { Context } from 'hono';
import type { WantedPerson } from '../../../core/forgetting/forget-everywhere.ts';
import type { ConversationId, TenantId } from '../../../core/types.ts';
import type { KeptSession } from './kept-session.ts';

export interface Session {
  tenant: TenantId;
  /** Whether it began with this request. */
  isNew: boolean;
  /** The client's address, to count by; undefined on the open page of one machine. */
  address: string | undefined;
  /** The session as it is kept. */
  kept: KeptSession;
  /** Whether the tenant is a person who signed in. */
  isPerson: boolean;
  /** The engine's id for a conversation of this session. For one of another session, no conversation has that id. */
  conversation(id: string): ConversationId;
}

export const PLATFORM = 'web';

const PERSON = new RegExp(`^${PLATFORM}:[A-Za-z0-9_-]{43}$`);

/** The browser that the operator names in `forget`, as a tenant stands in the log. */
export function wantedPerson(text: string): WantedPerson | undefined {
  if (!PERSON.test(text)) return undefined;
  return { author: text, person: text, isWhere: (tenant) => tenant === text, tenants: [text] };
}

const begun = new WeakMap<Request, Session>();

export function beginSession(c: Context, session: Omit<Session, 'conversation'>): void {
  begun.set(c.req.raw, { ...session, conversation: (id) => `${session.tenant}:${id}` });
}

/** The request's session; undefined if the gate let it pass without, to a page that is the same for everyone. */
export function sessionOf(c: Context): Session | undefined {
  return begun.get(c.req.raw);
}
