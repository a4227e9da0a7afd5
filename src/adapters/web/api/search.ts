/** The JSON of a search in all conversations of a person. */

export interface SearchHits {
  /** Hits with all of the words, the best ones first. */
  hits: SearchHit[];
  /** Hits with some of the words, the best ones first, if there are few with all of them. */
  some: SearchHit[];
}

export interface SearchHit {
  conversation: string;
  /** The conversation's title. */
  title: string;
  archived: boolean;
  /** The branch of the conversation; null: the conversation itself. */
  branch: string | null;
  /** Null: the words are in the title. */
  turn: { id: string; seq: number } | null;
  of: 'title' | 'message' | 'answer';
  /** Milliseconds since 1970. */
  at: number;
  /** Plain text. */
  snippet: string;
  /** The places of the words in the snippet, in UTF-16 units: from one to before another. */
  marks: [from: number, to: number][];
  /** The different words that were found in it, folded as `core/search/folding` does. */
  words: string[];
}
