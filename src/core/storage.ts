/** The ports of the store: transcripts, files, lists of conversations, secrets. `store/` implements them. */

import type { ConversationChoices } from './choices/conversation-choices.ts';

import type { Attachment, ConversationId, Feedback, Material, TenantId, Turn } from './types.ts';

/** A turn at its position in the transcript. */
export interface StoredTurn extends Turn {
  /** Position in the conversation. It rises from turn to turn, and may have gaps. */
  seq: number;
  /** UTF-8 bytes that the turns before this one take in a model's context, as known when this one was appended. */
  offset: number;
}

export interface TranscriptPage {
  /** Oldest first. */
  turns: StoredTurn[];
  /** UTF-8 bytes that the whole transcript takes. Turns that were taken out may still count. */
  bytes: number;
  /** True when there are turns before the first of `turns`. */
  more: boolean;
  /** The last place where a person began the conversation afresh. Absent: they never did. */
  afresh?: Afresh;
}

/** Turns from `seq` on belong to the new beginning. `bytes` is the size of the transcript before it. */
export interface Afresh {
  seq: number;
  bytes: number;
}

/** Turns of another conversation, those below a seq, with which a branch begins. */
export interface Base {
  conversation: ConversationId;
  seq: number;
}

/** See core/turn/past/branches. */
export interface Branch {
  conversation: ConversationId;
  base: Base;
}

/** Turns that are appended in one write. */
export const MOST_APPENDED = 50;

/**
 * The stored turns of conversations. A branch has its own turns and those of its base: `read`, `firstSeq` and `find` know both, and
 * each turn's message names the conversation that has it. All others see and change the own turns alone. Every call throws
 * `StoreError` when the store fails, rather than return nothing.
 */
export interface Transcripts {
  /**
   * Begins a branch with the turns of a base, in one atomic write. `seen`: it is there already. `gone`: the base is not
   * there. `full`: the conversation has too many branches.
   */
  fork(branch: ConversationId, base: Base): Promise<'new' | 'seen' | 'gone' | 'full'>;
  /** The branches of a trunk, also those of its branches: oldest first. */
  branches(trunk: ConversationId): Promise<Branch[]>;
  /** The newest `limit` turns with `seq` below `before`. Costs the same however long the transcript is. */
  read(conversation: ConversationId, options: { limit: number; before?: number }): Promise<TranscriptPage>;
  /** No turn has a `seq` below this one. The turn that had it may be gone. */
  firstSeq(conversation: ConversationId): Promise<number>;
  find(conversation: ConversationId, messageId: string): Promise<StoredTurn | undefined>;
  /** Adds a turn at the end, in one atomic write; `seen` when a turn of that message is there already. */
  append(conversation: ConversationId, turn: Turn): Promise<'new' | 'seen'>;
  /**
   * Adds turns at the end, up to `MOST_APPENDED`, in one atomic write. Turns whose messages are there already are left
   * out. Returns how many were added.
   */
  appendAll(conversation: ConversationId, turns: Turn[]): Promise<number>;
  /**
   * Changes the quotes and files of a turn's message, even while the turn changes in other ways. Without effect if
   * the turn is gone, or if `change` returns undefined.
   * @param change may be called again
   */
  changeMaterial(
    conversation: ConversationId,
    messageId: string,
    change: (material: Material) => Material | undefined,
  ): Promise<void>;
  /** Keeps a person's opinion of an answer, in place of an earlier one. False: there is no such turn. */
  rate(conversation: ConversationId, messageId: string, feedback: Feedback): Promise<boolean>;
  /**
   * Keeps a short version with the answer that it was made from. False: the turn has another answer now, or is gone.
   */
  shorten(
    conversation: ConversationId,
    messageId: string,
    made: { answer: string; short: string },
  ): Promise<boolean>;
  /** Removes a turn's message and answer, and returns them; a redelivery of the message is still `seen`. */
  remove(conversation: ConversationId, messageId: string): Promise<StoredTurn | undefined>;
  /** Removes the whole transcript. If a crash interrupts this, forgetting again finishes it. */
  forget(conversation: ConversationId): Promise<void>;
  /** Keeps all present turns, and sends none of them to a model with later ones. */
  beginAfresh(conversation: ConversationId): Promise<void>;
  /**
   * Every conversation with turns: of this tenant, or of all without one.
   * @param beginning of their ids, behind the tenant's
   */
  list(tenant?: TenantId, beginning?: string): Promise<ConversationId[]>;
  /**
   * The turns at the transcript's first `limit` positions, oldest first. `end`: the `seq` after the last of these
   * positions; `isLast`: the transcript has no more.
   */
  oldest(
    conversation: ConversationId,
    limit: number,
  ): Promise<{ turns: StoredTurn[]; end: number; isLast: boolean }>;
  /** Removes rows of deleted turns, which earlier versions of Parley left when a deletion was interrupted. */
  sweep(conversation: ConversationId): Promise<void>;
  /** Removes everything of the turns below a `seq`; for a day, redeliveries of their messages are still `seen`. */
  dropBefore(conversation: ConversationId, seq: number): Promise<void>;
}

/** A summary of the turns from one to before another: of what a conversation's window lets go. */
export interface Note {
  /** The seq of the first turn that it tells of. */
  from: number;
  /** The seq of the first turn that it does not tell of. */
  upTo: number;
  text: string;
  /** The model that wrote it. */
  model: string;
  /** The seq of the first turn that was appended after it was kept. */
  next: number;
}

/**
 * The notes of conversations, kept beside the transcripts. A turn that is forgotten takes the notes that tell of it
 * along, in the same change. Every call throws `StoreError`.
 */
export interface Notes {
  /** The newest few, oldest first. */
  read(conversation: ConversationId): Promise<Note[]>;
  /**
   * Claims the conversation for whoever makes its next note, and returns its notes. Undefined: somebody else makes one.
   * @param ms after which the claim is void
   */
  begin(conversation: ConversationId, ms: number): Promise<{ claim: string; notes: Note[] } | undefined>;
  /** Keeps a note. False, and it is not kept: the claim is void, or a turn was forgotten since `begin`. */
  keep(conversation: ConversationId, claim: string, note: Omit<Note, 'next'>): Promise<boolean>;
}

/** The owner of a file, whose quota the file counts in. */
export interface FileOwner {
  tenant: TenantId;
  /** The author's id. */
  person: string;
}

export interface KeptFile {
  conversation: ConversationId;
  /** The file's id. */
  id: string;
}

/** Bytes from one position to before another. */
export interface ByteRange {
  from: number;
  upTo: number;
}

/** A range of a file's text. It may begin and end within a character. */
export interface TextRange {
  /** With the length of a document's text. */
  attachment: Attachment;
  bytes: Buffer;
  /** Bytes of the whole text. */
  size: number;
}

/** The bytes of attached files. A file that no message claims expires after an hour; an upload, after a day. */
export interface Attachments {
  /**
   * Without effect if the conversation has claimed a file of that id.
   * @param owner of an upload
   */
  put(
    conversation: ConversationId,
    attachment: Attachment,
    bytes: Uint8Array,
    owner?: FileOwner,
  ): Promise<void>;
  /** The files that exist, in the order of `ids`. */
  find(conversation: ConversationId, ids: string[]): Promise<Attachment[]>;
  /**
   * Keeps the files that exist for as long as their turn is kept. If a quota is full, the oldest files are removed. A
   * file larger than a quota stays unclaimed.
   */
  claim(conversation: ConversationId, ids: string[], owner: FileOwner): Promise<void>;
  get(
    conversation: ConversationId,
    id: string,
  ): Promise<{ attachment: Attachment; bytes: Buffer } | undefined>;
  /** The first of these conversations that keeps a file of that id. One read, however many they are. */
  keeper(conversations: ConversationId[], id: string): Promise<ConversationId | undefined>;
  /**
   * Keeps a document's text beside its bytes: it is removed with them, and counts in the quotas. Without effect if the
   * document is gone. Of a document that no message claims, the text expires, too.
   * @param attachment the document, with the length of its text
   */
  keepText(
    conversation: ConversationId,
    attachment: Attachment,
    text: Uint8Array,
    owner: FileOwner,
  ): Promise<void>;
  /**
   * The text of a document or a text file, in UTF-8: its beginning, or a range of it. Costs the same however long the
   * text is. Undefined: none is kept.
   */
  text(
    conversation: ConversationId,
    attachment: Pick<Attachment, 'id' | 'type'>,
    range?: ByteRange,
  ): Promise<TextRange | undefined>;
  remove(conversation: ConversationId, ids: string[]): Promise<void>;
  /** Removes the files among `ids` that no turn has claimed. */
  drop(conversation: ConversationId, ids: string[]): Promise<void>;
  forget(conversation: ConversationId): Promise<void>;
  /** All files of a tenant, also those of messages that were never sent. */
  list(tenant: TenantId): Promise<KeptFile[]>;
  /** The files that were claimed or uploaded before `time`; `nextAt`: when the oldest later one was (ms since 1970). */
  keptBefore(time: number): Promise<{ files: KeptFile[]; nextAt: number | undefined }>;
  /** Conversations with files of Parley 0.1.0, which count in no quota yet. */
  uncounted(): Promise<ConversationId[]>;
  /** Counts the files of an uncounted conversation, and removes those that no turn of it has. */
  count(
    conversation: ConversationId,
    files: (FileOwner & { attachment: Attachment; at: number })[],
  ): Promise<void>;
}

/** A conversation, as the list of its owner shows it. */
export interface ConversationEntry {
  id: string;
  title: string;
  /** The first message, the person who renamed it, or a model that read that turn. Absent: the first message. */
  titledBy?: 'message' | 'person' | { turn: string };
  /** When it was last written to, milliseconds since 1970. */
  at: number;
  /** Stands before all others in the list. */
  pinned?: boolean;
  /** Stands in the list of archived ones. */
  archived?: boolean;
  /** An answer came while nobody looked. */
  unread?: boolean;
  /** Its own choices of the model and the like; absent or empty: its person's settings. */
  chosen?: ConversationChoices;
  /** The branch that is shown, a UUID. Absent: the trunk. */
  shown?: string;
}

/** Part of a list. */
export interface ConversationPage {
  entries: ConversationEntry[];
  /** `after` of the next page; absent: this is the last one. */
  next?: string;
}

export interface ConversationPageOptions {
  limit: number;
  /** `next` of the page before. */
  after?: string;
  /** Those that are archived, in place of the others. */
  archived?: boolean;
}

/** The lists of conversations that people see, by tenant: pinned ones first, then the newest. */
export interface ConversationLists {
  /** All tenants with a list. */
  tenants(): Promise<TenantId[]>;
  /** All conversations, also those that are archived. The cost grows with the list. */
  list(tenant: TenantId): Promise<ConversationEntry[]>;
  /** Costs the same however long the list is. */
  page(tenant: TenantId, options: ConversationPageOptions): Promise<ConversationPage>;
  count(tenant: TenantId): Promise<number>;
  find(tenant: TenantId, id: string): Promise<ConversationEntry | undefined>;
  /** `full`: the tenant has too many. An entry that exists already stays as it is. */
  add(tenant: TenantId, entry: ConversationEntry): Promise<'added' | 'full'>;
  /** Returns the changed entry. Undefined: there is no such entry. */
  change(
    tenant: TenantId,
    id: string,
    change: (entry: ConversationEntry) => Partial<Omit<ConversationEntry, 'id'>>,
  ): Promise<ConversationEntry | undefined>;
  remove(tenant: TenantId, id: string): Promise<void>;
}

/** Secrets other than API keys, such as an installation's token. Each is sealed for its tenant and its purpose. */
export interface Secrets {
  /** @throws VaultError when one is stored that no master key opens */
  read(tenant: TenantId, purpose: string): Promise<string | undefined>;
  /** @param ttlMs after which it is gone; absent: never */
  write(tenant: TenantId, purpose: string, secret: string, ttlMs?: number): Promise<void>;
  remove(tenant: TenantId, purpose: string): Promise<void>;
}
