/** The port of the store's index of words. `store/search` implements it. */
import type { ConversationId, TenantId } from '../types.ts';
import type { QueryWords } from './words.ts';

/** A place with words: a turn of a conversation by its seq, or below 0 the conversation's title. */
export interface FoundPlace {
  conversation: ConversationId;
  seq: number;
}

export interface SomeFound {
  places: FoundPlace[];
  /** The weight of each word of the query. */
  weights: number[];
}

/** Finds words in the conversations of a tenant that has a list of them. Every call throws `StoreError`. */
export interface ConversationIndex {
  /**
   * The newest places that have all of the words, among all that was kept before this call. Places may be named that are
   * gone, or have other words by now.
   */
  find(tenant: TenantId, query: QueryWords, limit: number): Promise<FoundPlace[]>;
  /** The places that have most of the words, the best first. Rare words count for more than frequent ones. */
  findSome(tenant: TenantId, query: QueryWords, limit: number): Promise<SomeFound>;
}
