/** The people and places that calls are made for. */
import type { ConversationId, TenantId } from '../types.ts';

/** The reason of a call: the person who asked, and the place. */
export interface Spender {
  tenant: TenantId;
  /** The person, the same in all conversations of their platform; empty: nobody in particular. */
  person: string;
  /** The platform's ids of the person's roles that have a limit in the tenant. */
  roles: string[];
  conversation: ConversationId;
}
