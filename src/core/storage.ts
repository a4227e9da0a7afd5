/** What the core keeps, as shapes: transcripts, files, lists of conversations, secrets. `store/` implements them. */
import type { Attachment, ConversationId, Feedback, Material, TenantId, Turn } from './types.ts';

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
  /** How much the whole transcript fills, in the same measure; turns that were taken out still count, here and there. */
  bytes: number;
  /** True when there are turns before the first of `turns`. */
  more: boolean;
  /** Where the conversation was begun afresh last; absent where it never was. */
  afresh?: Afresh;
}

/** Turns from `seq` on come after it; `bytes` is what the transcript filled before. */
export interface Afresh {
  seq: number;
  bytes: number;
}

/** The stored turns of conversations. Every call throws `StoreError` when the store fails; nothing reads as empty then. */
export interface Transcripts {
  /** The newest `limit` turns with `seq` below `before`. Costs the same however long the transcript is. */
  read(conversation: ConversationId, options: { limit: number; before?: number }): Promise<TranscriptPage>;
  find(conversation: ConversationId, messageId: string): Promise<StoredTurn | undefined>;
  /** Adds a turn at the end, in one atomic write; `seen` when a turn of that message is there already. */
  append(conversation: ConversationId, turn: Turn): Promise<'new' | 'seen'>;
  /**
   * Changes what the message of a turn quotes and has attached, whatever else becomes of the turn meanwhile. Without
   * effect where it is gone, or nothing is returned. @param change may be called again
   */
  changeMaterial(
    conversation: ConversationId,
    messageId: string,
    change: (material: Material) => Material | undefined,
  ): Promise<void>;
  /** Keeps what a person thought of an answer, in place of what they thought before; false when there is none such. */
  rate(conversation: ConversationId, messageId: string, feedback: Feedback): Promise<boolean>;
  /** Takes out what was said and answered in one turn; a redelivery of its message is still `seen`. */
  remove(conversation: ConversationId, messageId: string): Promise<void>;
  /** Cut short by a crash, it is finished by forgetting again. */
  forget(conversation: ConversationId): Promise<void>;
  /** Nothing that is there now is sent to a model with what comes after. It all stays. */
  beginAfresh(conversation: ConversationId): Promise<void>;
  /** Every conversation of the tenant that has turns; of all tenants where none is named. */
  list(tenant?: TenantId): Promise<ConversationId[]>;
  /**
   * The turns at the transcript's first `limit` places, oldest first. `end`: the `seq` behind the last of these places;
   * `isLast`: the transcript has no more.
   */
  oldest(
    conversation: ConversationId,
    limit: number,
  ): Promise<{ turns: StoredTurn[]; end: number; isLast: boolean }>;
  /** Removes what earlier versions of Parley left of turns that are gone, where they were cut short. */
  sweep(conversation: ConversationId): Promise<void>;
  /** Removes everything of the turns below a `seq`; for a day, redeliveries of their messages are still `seen`. */
  dropBefore(conversation: ConversationId, seq: number): Promise<void>;
}

/** Whose a file is: quotas count by it. */
export interface FileOwner {
  tenant: TenantId;
  /** The author's id. */
  person: string;
}

export interface KeptFile {
  conversation: ConversationId;
  /** Of the file. */
  id: string;
}

/** The bytes of attached files. A file that no message claims is gone after an hour; an upload, after a day. */
export interface Attachments {
  /** Without effect where the conversation has claimed a file of that id. @param owner of an upload */
  put(
    conversation: ConversationId,
    attachment: Attachment,
    bytes: Uint8Array,
    owner?: FileOwner,
  ): Promise<void>;
  /** Those that exist, in the order asked for. */
  find(conversation: ConversationId, ids: string[]): Promise<Attachment[]>;
  /**
   * Keeps those that exist for as long as their turn is kept. Where a quota is full, the oldest files go; a file that
   * is larger than a quota stays unclaimed.
   */
  claim(conversation: ConversationId, ids: string[], owner: FileOwner): Promise<void>;
  get(
    conversation: ConversationId,
    id: string,
  ): Promise<{ attachment: Attachment; bytes: Buffer } | undefined>;
  remove(conversation: ConversationId, ids: string[]): Promise<void>;
  /** Removes those that no turn has claimed. */
  drop(conversation: ConversationId, ids: string[]): Promise<void>;
  forget(conversation: ConversationId): Promise<void>;
  /** All of a tenant's, also of messages that were never sent. */
  list(tenant: TenantId): Promise<KeptFile[]>;
  /** Those that were claimed or uploaded before a time; and when the oldest of the others was (ms since 1970). */
  keptBefore(time: number): Promise<{ files: KeptFile[]; nextAt: number | undefined }>;
  /** Conversations with files of Parley 0.1.0, which count in no quota yet. */
  uncounted(): Promise<ConversationId[]>;
  /** Counts the files of such a conversation, and removes those that none of its turns has. */
  count(
    conversation: ConversationId,
    files: (FileOwner & { attachment: Attachment; at: number })[],
  ): Promise<void>;
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
  /** Everybody who has a list. */
  tenants(): Promise<TenantId[]>;
  list(tenant: TenantId): Promise<ConversationEntry[]>;
  find(tenant: TenantId, id: string): Promise<ConversationEntry | undefined>;
  /** `full` when the tenant has too many. An entry that is there already stays as it is. */
  add(tenant: TenantId, entry: ConversationEntry): Promise<'added' | 'full'>;
  /** The entry after the change; undefined when there is none such. */
  change(
    tenant: TenantId,
    id: string,
    change: (entry: ConversationEntry) => Partial<Omit<ConversationEntry, 'id'>>,
  ): Promise<ConversationEntry | undefined>;
  remove(tenant: TenantId, id: string): Promise<void>;
}

/** What is secret and no API key, such as the token of an installation: sealed for its tenant and its purpose. */
export interface Secrets {
  /** @throws VaultError when one is stored that no master key opens */
  read(tenant: TenantId, purpose: string): Promise<string | undefined>;
  /** @param ttlMs after which it is gone; absent: never */
  write(tenant: TenantId, purpose: string, secret: string, ttlMs?: number): Promise<void>;
  remove(tenant: TenantId, purpose: string): Promise<void>;
}
