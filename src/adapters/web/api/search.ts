/** The JSON of a search in all conversations of a person. */

export interface SearchHits {
  /** The best ones first. */
  hits: SearchHit[];
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
}
