/** The port of an index of words: which places of a tenant's conversations have which words. */

import type { FoundPlace, SomeFound } from '../../core/search/conversation-index.ts';
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

/** Newest places of a word that are looked at when not all words must be there. */
export const MOST_OF_A_WORD = 2_000;

/** The weight of a word that so many places have: rare words weigh more. */
export const weightOf = (places: number) => Math.log(1 + MOST_OF_A_WORD / Math.max(places, 1));

export interface WordIndex {
  /** Replaces the words of a place. @param at when it was said (ms since 1970): newer places are found first */
  put(place: IndexPlace & { tenant: TenantId; at: number }, words: string[]): Promise<void>;
  remove(place: IndexPlace): Promise<void>;
  /** The newest places that have all words. */
  find(tenant: TenantId, query: QueryWords, limit: number): Promise<FoundPlace[]>;
  /** The places with the most of the words, by weight, then the newest. */
  findSome(tenant: TenantId, query: QueryWords, limit: number): Promise<SomeFound>;
  /** Whether all conversations that were there before the index are in it, by the words of this version. */
  isFilled(): Promise<boolean>;
  filled(): Promise<void>;
  /** Makes removed words unreadable in the index's files, as far as possible. */
  erase(): Promise<void>;
  close(): Promise<void>;
}
