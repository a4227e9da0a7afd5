/** The boundaries of the core: what it needs, as shapes. `store/` and `adapters/` implement them. */
import type { Attachment, Chunk, ConversationId, Message, TenantId, Turn } from './types.ts';

/** A turn at its place in the transcript. */
export interface StoredTurn extends Turn {
  /** Place in the conversation, rising, without a promise of no gaps. */
  seq: number;
  /** How much the turns before this one fill a model's context, as UTF-8 bytes, as known when it was appended. */
  offset: number;
}

export interface TranscriptPage {
  /** Oldest first. */
  turns: StoredTurn[];
  /** How much the whole transcript fills, in the same measure. */
  bytes: number;
  /** True when there are turns before the first of `turns`. */
  more: boolean;
}

/** The stored turns of conversations. Every call throws `StoreError` when the store fails; nothing reads as empty then. */
export interface Transcripts {
  /** The newest `limit` turns with `seq` below `before`. Costs the same however long the transcript is. */
  read(conversation: ConversationId, options: { limit: number; before?: number }): Promise<TranscriptPage>;
  find(conversation: ConversationId, messageId: string): Promise<StoredTurn | undefined>;
  /** Adds a turn at the end, in one atomic write; `seen` when a turn of that message is there already. */
  append(conversation: ConversationId, turn: Turn): Promise<'new' | 'seen'>;
  /** Replaces the turn of the same message; without effect when it has been forgotten meanwhile. */
  keep(conversation: ConversationId, turn: Turn): Promise<void>;
  /** Cut short by a crash, it is finished by forgetting again. */
  forget(conversation: ConversationId): Promise<void>;
}

/** The bytes of attached files. Unclaimed ones are dropped after a day. */
export interface Attachments {
  put(conversation: ConversationId, attachment: Attachment, bytes: Uint8Array): Promise<void>;
  /** Makes those that exist permanent and returns them, in the order asked for. */
  claim(conversation: ConversationId, ids: string[]): Promise<Attachment[]>;
  get(
    conversation: ConversationId,
    id: string,
  ): Promise<{ attachment: Attachment; bytes: Buffer } | undefined>;
  forget(conversation: ConversationId): Promise<void>;
}

/** A conversation as its owner's list shows it. */
export interface ConversationEntry {
  id: string;
  title: string;
  /** When it was last written to, milliseconds since 1970. */
  at: number;
}

/** The lists of conversations people see, by tenant, newest first. */
export interface ConversationLists {
  list(tenant: TenantId): Promise<ConversationEntry[]>;
  find(tenant: TenantId, id: string): Promise<ConversationEntry | undefined>;
  /** `full` when the tenant has too many. */
  add(tenant: TenantId, entry: ConversationEntry): Promise<'added' | 'full'>;
  /** The entry after the change; undefined when there is none such. */
  change(
    tenant: TenantId,
    id: string,
    change: (entry: ConversationEntry) => Partial<Omit<ConversationEntry, 'id'>>,
  ): Promise<ConversationEntry | undefined>;
  remove(tenant: TenantId, id: string): Promise<void>;
}

/** What a tenant chose. Absent: as the operator set it. */
export interface TenantSettings {
  model?: string;
  baseUrl?: string;
  persona?: string;
  /** By base URL, the last four characters of the key stored for it. */
  keys: Record<string, { last4: string }>;
}

export interface Settings {
  read(tenant: TenantId): Promise<TenantSettings>;
  /** Null removes a choice; an absent field stays. */
  change(
    tenant: TenantId,
    change: { [Field in 'model' | 'baseUrl' | 'persona']?: string | null | undefined },
  ): Promise<TenantSettings>;
  /**
   * The key stored for this base URL and no other.
   * @throws VaultError when one is stored that no master key opens
   */
  key(tenant: TenantId, baseUrl: string): Promise<string | undefined>;
  setKey(tenant: TenantId, baseUrl: string, key: string): Promise<TenantSettings>;
  removeKey(tenant: TenantId, baseUrl: string): Promise<TenantSettings>;
}

/** The reason of a turn's signal when Parley itself stops; any other reason is a person's. */
export const SHUTDOWN = 'shutdown';

/** Runs one turn; resolves when it has ended and is kept, whatever came of it. */
export type TurnHandler = (message: Message, signal: AbortSignal) => Promise<void>;

/** Holds accepted messages until their turn: one at a time per lane, lanes in parallel. */
export interface TurnQueue {
  /** Resolves once the message is kept in the transcript; only then may the platform be told so. */
  accept(message: Message): Promise<'new' | 'seen'>;
  /** Answers a turn again that has ended; false when there is none such. */
  retry(conversation: ConversationId, messageId: string): Promise<boolean>;
  /** Stops a turn that waits or runs, or all of the conversation's; without effect where there is none. */
  cancel(conversation: ConversationId, messageId?: string): void;
  run(handler: TurnHandler): void;
  /** Interrupts what runs and resolves when all of it is kept. */
  stop(): Promise<void>;
}

/** One platform. */
export interface Adapter {
  name: string;
  /** Whether a turn of this conversation is answered here. */
  owns(conversation: ConversationId): boolean;
  /** Shows an answer as it grows; resolves when all of it is shown. Must read `chunks` to the end. */
  show(message: Message, chunks: AsyncIterable<Chunk>): Promise<void>;
}

/** The store could not do what was asked. The cause is for the log of an operator, never for a user. */
export class StoreError extends Error {
  override name: string = 'StoreError';
}

/** Another process holds the store. */
export class StoreInUseError extends StoreError {
  override name = 'StoreInUseError';
}

/** A secret is stored, but no master key opens it. */
export class VaultError extends Error {
  override name = 'VaultError';
}
