import type { HttpBindings } from '@hono/node-server';
import type { Context, MiddlewareHandler } from 'hono';
import type { ConversationEntry } from '../../../core/storage.ts';
import type { ConversationId, TenantId } from '../../../core/types.ts';
import type { News } from '../answer/event-stream.ts';
import type { Viewer } from '../answer/turn-view.ts';
import type { Session } from '../sessions/session.ts';

export type GateEnv = { Bindings: HttpBindings };

/** Tools that all parts of the API share. */
export interface RouteTools {
  session(c: Context): Session;
  /** Limits bodies of JSON. */
  jsonLimit: MiddlewareHandler;
  /** Tells the session's other windows that something changed in that conversation; `null`: anywhere. */
  changed(c: Context, conversation: string | null): void;
  /** The session's changes for the reader; undefined if it does not ask for them. */
  newsFor(c: Context): News | undefined;
  /**
   * The session's conversation that the path names, as its branch that the query names, or else the one that is shown.
   * Conversations of other sessions are not found.
   * @throws Refusal 404
   */
  conversationOf(c: Context): Promise<{
    tenant: TenantId;
    id: string;
    entry: ConversationEntry;
    conversation: ConversationId;
  }>;
  /** Stops the answers of a conversation, and removes its messages and files. */
  forget(conversation: ConversationId): Promise<void>;
  /** Forgets one message and its answer. */
  forgetTurn(conversation: ConversationId, turn: string): Promise<void>;
  view: Viewer;
}

export type Env = GateEnv;
