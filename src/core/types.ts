/** The words of Parley as types. Core, store and adapters all speak these; none of them is a platform's. */

/** `platform:space:channel[:thread]`: what a history belongs to. Only its adapter takes it apart. */
export type ConversationId = string;

/** Who owns settings, key and usage: `platform:space`, such as one web session or one Discord server. */
export type TenantId = string;

/** Whose a conversation is: the first two parts of its id. */
export function tenantIn(conversation: ConversationId): TenantId {
  return conversation.split(':', 2).join(':');
}

/**
 * Who reads what Parley says by itself about a message: it decides which way out is theirs. `operator`: runs this
 * Parley and is at its page; `owner`: is at the page of somebody else's Parley; `admin` or `member`: of a server or
 * workspace, where a person in direct messages of their own counts as its admin.
 */
export type Reader = PageReader | 'admin' | 'member';
export type PageReader = 'operator' | 'owner';

export interface Author {
  id: string;
  /** As the model should call them; empty where a conversation has one person only. */
  name: string;
  /** The space that they belong to, as the platform names it, where they write in another one. */
  home?: string;
}

/** A file a person sent. Its bytes are kept apart from the turn, under `id`. */
export interface Attachment {
  id: string;
  name: string;
  /** A media type, such as `image/png`. */
  type: string;
  /** Bytes. */
  size: number;
  /** Where it is from, if not from the message's own person: a message that is quoted. */
  origin?: Origin;
}

/** Where something that is quoted is from. */
export interface Origin {
  /** The name of who said it, as they chose it; empty where only `note` tells. */
  from: string;
  /** Parley's own words about it, such as `your earlier answer`: never anything that somebody chose. */
  note?: string;
  /** The id of who said it; of an answer of Parley's, of the turn. Absent where that is not known. */
  by?: string;
}

/** What a message refers to: a message it replies to or forwards, or what was said before it in its thread. */
export interface Quote extends Origin {
  /** Empty where `note` says it all, as of a file that nobody can read. */
  text: string;
  /** Where it holds what several people said: its lines, as `quoteOfLines` joins them. */
  lines?: QuotedLine[];
}

/** `by` as in `Origin`, empty where it is not known; how many characters of the text, without the line feed behind. */
export type QuotedLine = [by: string, characters: number];

/** What a person said, and where it is answered. */
export interface Message {
  /** From the platform's message id, so that a redelivery is the same message. */
  id: string;
  conversation: ConversationId;
  /** What is answered one after another; at its widest the conversation. */
  lane: string;
  tenant: TenantId;
  author: Author;
  /** Absent: a member, or unknown. */
  reader?: Reader;
  text: string;
  attachments: Attachment[];
  /** Material for the model, never instructions to it. */
  quotes?: Quote[];
  /**
   * The title of the thread or forum post, on the first message of a conversation. To the model it is material,
   * like `quotes`.
   */
  topic?: string;
  /** What its person said before it that is answered with it. It is part of the above, and stays through an edit. */
  before?: Pick<Message, 'text' | 'attachments' | 'quotes'>;
  /** When it was said, milliseconds since 1970, by the platform's clock: of a lane, what waits is answered in that order. */
  at: number;
}

/** What somebody may want forgotten of another person's message. */
export type Material = Pick<Message, 'attachments' | 'quotes' | 'before'>;

export const readerOf = ({ reader = 'member' }: Message): Reader => reader;

/** How an answer ended. `interrupted`: it broke off; `error`: nothing came. */
export type End = 'stop' | 'length' | 'stopped' | 'refused' | 'interrupted' | 'error';

export interface Usage {
  /** Tokens in, of which `cached` were read from the provider's prompt cache. */
  input: number;
  cached: number;
  /** Tokens out, of which `reasoning` were never shown. */
  output: number;
  reasoning: number;
}

/** One step of a turn's output: any number of texts, statuses and retractions, then exactly one end. */
export type Chunk =
  | { type: 'text'; text: string }
  | { type: 'status'; status: 'thinking' | 'retrying' }
  /** All text so far was reasoning. The answer begins with the text that follows at once. */
  | { type: 'retract' }
  /** `hasThoughts`: the kept turn has `thoughts` that people can unfold. */
  | { type: 'end'; end: End; notice?: string; hasThoughts?: true };

/** A message and its answer: the unit of order, storage, stopping, logging and billing. */
export interface Turn {
  message: Message;
  /** Markdown; what came, also when it broke off. */
  answer: string;
  /** Null until the answer has ended. */
  end: End | null;
  /** What Parley said by itself about it. */
  notice?: string;
  /** True when the message must not be sent to a model again (refused, or too long). */
  omit?: boolean;
  /** The model's reasoning as it sent it, in plain text; never part of the answer, never sent to a model again. */
  thoughts?: string;
  model?: string;
  usage?: Usage;
  /** What a person thought of the answer; gone with it when it is answered again. */
  feedback?: Feedback;
}

export type Feedback = 'good' | 'bad';
