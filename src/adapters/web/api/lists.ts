/** The JSON of the list of conversations. */
import type { ConversationView } from '../api.ts';

/** One page: pinned ones first, then the newest. */
export interface ConversationList {
  conversations: ConversationView[];
  /** The `before` of the next page; null: there is none. */
  more: string | null;
}

/** Absent fields stay as they are. An archived conversation is not pinned. */
export interface ConversationChange {
  title?: string | undefined;
  pinned?: boolean | undefined;
  archived?: boolean | undefined;
  unread?: boolean | undefined;
}

/** Conversations that one request deletes. */
export const MOST_DELETED = 50;
