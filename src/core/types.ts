/** The words of Parley as types. Core, store and adapters all speak these; none of them is a platform's. */

import type { ConversationChoices } from './choices/conversation-choices.ts';
import type { Booking } from './money/booking.ts';
import type { Usage } from './money/usage.ts';
import type { WhyUnread } from './turn/asking/documents.ts';
import type { Round, Source, StepState } from './turn/tools/step.ts';

/** The id of a history, `platform:space:channel[:thread]`. Only its adapter takes it apart. */
export type ConversationId = string;

/** The owner of settings, key and usage: `platform:space`, such as one web session or one Discord server. */
export type TenantId = string;

/** The tenant of a conversation: the first two parts of its id. */
export function tenantIn(conversation: ConversationId): TenantId {
  return conversation.split(':', 2).join(':');
}

/**
 * The reader of a notice, who decides which way out the notice names. `operator`: runs this Parley and is at its
 * page; `owner`: is at the page of somebody else's Parley; `admin` or `member`: of a server or workspace. In direct
 * messages of their own, a person counts as an admin.
 */
export type Reader = PageReader | 'admin' | 'member';
export type PageReader = 'operator' | 'owner';

export interface Author {
  id: string;
  /** The name by which the model calls the person. Empty: the conversation has one person only. */
  name: string;
  /** The platform's id of the person's own space, where they write in another one. */
  home?: string;
}

/** A file that a person sent. Its bytes are kept apart from the turn, under `id`. */
export interface Attachment {
  id: string;
  name: string;
  /** A media type, such as `image/png`. */
  type: string;
  /** Bytes. */
  size: number;
  /** Characters of a document's text, which is kept beside its bytes. Absent until it is read. */
  text?: number;
  /** The number of a picture in its conversation, from 1. Absent: it is none, or was not numbered yet. */
  number?: number;
  /** Why a document has no text. */
  unread?: WhyUnread;
  /** The quoted message that the file is from; absent where the message's own author attached it. */
  origin?: Origin;
}

/** The source of a quote or a quoted file. */
export interface Origin {
  /** The author's name, as the author chose it; empty where only `note` tells. */
  from: string;
  /** Parley's own words about the source, such as `your earlier answer`: never a text that somebody chose. */
  note?: string;
  /** The author's id; for an answer of Parley's, the id of the turn. Absent where it is not known. */
  by?: string;
}

/** A text that a message refers to: a message that it replies to or forwards, or earlier messages of its thread. */
export interface Quote extends Origin {
  /** Empty if `note` says everything, such as for a file that nobody can read. */
  text: string;
  /** The lines of a quote of several people, as `quoteOfLines` joins them; absent for a quote of one. */
  lines?: QuotedLine[];
}

/** `by` as in `Origin`, empty where it is not known; `characters` of the text, without the line feed after them. */
export type QuotedLine = [by: string, characters: number];

/** The fields of a message that are as of now where it is answered again: its author's rights and choices. */
export type AuthorRights = Pick<Message, 'reader' | 'namedRoles' | 'chosen'>;

/** A message of a person, and the place where it is answered. */
export interface Message {
  /** Made from the platform's message id, so that a redelivery is the same message. */
  id: string;
  conversation: ConversationId;
  /** Messages of one lane are answered one after another. The widest lane is the conversation. */
  lane: string;
  tenant: TenantId;
  author: Author;
  /** Absent: a member, or unknown. */
  reader?: Reader;
  /** The platform's ids of those roles of the author that the tenant's limits and tools name; absent: none. */
  namedRoles?: string[];
  /** The choices of its conversation when it was sent; absent: the tenant's settings alone. */
  chosen?: ConversationChoices;
  text: string;
  attachments: Attachment[];
  /** The model reads quotes as material, never as instructions. */
  quotes?: Quote[];
  /**
   * The title of the thread or forum post, on the first message of a conversation. To the model it is material,
   * like `quotes`.
   */
  topic?: string;
  /** Earlier messages of its author that are answered with it. They are part of the fields above, and an edit keeps them. */
  before?: Pick<Message, 'text' | 'attachments' | 'quotes'>;
  /**
   * When it was sent, by the platform's clock (ms since 1970). Messages waiting in a lane are answered in this order.
   */
  at: number;
}

/** The parts of a message that can hold words and files of other people. */
export type Material = Pick<Message, 'attachments' | 'quotes' | 'before'>;

export const readerOf = ({ reader = 'member' }: Message): Reader => reader;

/** The reader of a notice on a platform whose places have admins. */
export const readerByRights = ({ isAdmin }: { isAdmin: boolean }): Reader => (isAdmin ? 'admin' : 'member');

/** How an answer ended. `interrupted`: it broke off; `error`: nothing came. */
export type End = 'stop' | 'length' | 'stopped' | 'refused' | 'interrupted' | 'error';

/** A picture or file that an answer shows. Its bytes are kept like those of an attachment. */
export interface MadeFile extends Attachment {
  /** Its content in words, for those who cannot see it. */
  alt: string;
}

/** A step as people see it. */
export interface ShownStep {
  id: string;
  tool: string;
  state: StepState;
  /** Parley's line about it, such as `Searching the web: …`, in plain text. */
  says: string;
  sources?: Source[];
}

/** One piece of a turn's output: any number of the others, then exactly one end. */
export type Chunk =
  | { type: 'text'; text: string }
  | { type: 'status'; status: 'thinking' | 'retrying' }
  /** All text so far was reasoning. The answer begins with the text that follows at once. */
  | { type: 'retract' }
  /** A step began, or changed. Nothing of it is left in the finished text. */
  | { type: 'step'; step: ShownStep }
  /** Words of the model about what it does; shown until the answer's text follows, and never part of it. */
  | { type: 'progress'; text: string }
  /** Comes before the end, and again when a kept answer is shown again. */
  | { type: 'file'; file: MadeFile }
  /**
   * `hasThoughts`: the kept turn has `thoughts` that people can unfold. `model`: the model that wrote the answer.
   * `footer`: Parley's small line below the answer, in Markdown.
   */
  | { type: 'end'; end: End; notice?: string; hasThoughts?: true; model?: string; footer?: string };

/** A message and its answer: the unit of order, storage, stopping, logging and billing. */
export interface Turn {
  message: Message;
  /** Markdown, as far as it has come. */
  answer: string;
  /** Null until the answer has ended. */
  end: End | null;
  /** When the answer ended (ms since 1970). Turns of an earlier Parley lack it. */
  endedAt?: number;
  /** A sentence by Parley itself about the answer. */
  notice?: string;
  /** True when the message must not be sent to a model again (refused, or too long). */
  omit?: boolean;
  /** The model's reasoning as it sent it, in plain text; never part of the answer, never sent to a model again. */
  thoughts?: string;
  model?: string;
  usage?: Usage;
  /** The responses in which the model called tools, oldest first. */
  rounds?: Round[];
  /** The sources that the answer cites, in the order of their numbers. A list of them ends `answer`. */
  sources?: Source[];
  /** Pictures and files that the answer shows. */
  files?: MadeFile[];
  /** The calls of this answer that were billed. */
  bookings?: Booking[];
  /** The digest of the request, if the answer may be given again to the same request. */
  digest?: string;
  /** The answer in three sentences (TL;DR), once somebody asked for that. A new answer drops it. */
  short?: string;
  /** A person's opinion of the answer. It is dropped when the message is answered again. */
  feedback?: Feedback;
}

export type Feedback = 'good' | 'bad';
