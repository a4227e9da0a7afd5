/** The JSON of share links: read-only copies of conversations that anybody with the link can read. */
import type { End } from '../../../core/types.ts';
import type { AttachmentView, MadeFileView } from '../api.ts';

/** A link of a person, as its owner sees it. */
export interface ShareLink {
  /** 128 random bits, in base64url. */
  id: string;
  /** The conversation's id and its present title. */
  conversation: string;
  title: string;
  /** When it was shared, milliseconds since 1970. */
  at: number;
}

/** `GET /share/:id/turns?from=SEQ`: the turns of a shared conversation, oldest first. */
export interface SharedPage {
  title: string;
  /** When it was shared, milliseconds since 1970. */
  at: number;
  turns: SharedTurn[];
  /** The `from` of the next page; null: this is the last one. */
  next: number | null;
}

/** A turn in a link. It has nothing of the person but what they shared. */
export interface SharedTurn {
  id: string;
  text: string;
  attachments: AttachmentView[];
  /** Markdown. */
  answer: string;
  end: End | null;
  files: MadeFileView[];
  /** When the message came, milliseconds since 1970. */
  at: number;
  /** When the answer ended, milliseconds since 1970. */
  endedAt?: number;
}

export const sharePath = (id: string) => `/share/${id}`;
