/** The port of an index of words: which places of a tenant's conversations have which words. */

import type { FoundPlace } from '../../core/search/conversation-index.ts';
import type { QueryWords } from '../../core/search/words.ts';
import type { ConversationId, TenantId } from '../../core/types.ts';

/** A turn by its seq, or a title. */
export interface IndexPlace {
  conversation: ConversationId;
  /** Below 0: the title. */
  seq: number;
}

/** Stands for the seq of a title. */
export const TITLE = -1;

export interface WordIndex {
  /** Replaces the words of a place. @param at when it was said (ms since 1970): newer places are found first */
  put(place: IndexPlace & { tenant: TenantId; at: number }, words: string[]): Promise<void>;
  remove(place: IndexPlace): Promise<void>;
  /** The newest places that have all words. */
  find(tenant: TenantId, query: QueryWords, limit: number): Promise<FoundPlace[]>;
  /** Whether all conversations that were there before the index are in it. */
  isFilled(): Promise<boolean>;
  filled(): Promise<void>;
  /** Makes removed words unreadable in the index's files, as far as possible. */
  erase(): Promise<void>;
  close(): Promise<void>;
}
