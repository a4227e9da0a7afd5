/** The boundaries of the core: what it needs, as shapes. `store/` and `adapters/` implement them. */
import type {
  Attachment,
  Chunk,
  ConversationId,
  Feedback,
  Material,
  Message,
  TenantId,
  Turn,
} from './types.ts';

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

/** When something was forgotten: nothing that was said until then is read from the platform again. */
export interface ForgottenMark {
  /** Milliseconds since 1970, by Parley's clock. */
  at: number;
  /** The platform's id of the command, which stands among the ids of messages in their order; absent where it has none. */
  id?: string;
}

/** What was forgotten at a place. */
export interface ForgottenPlace {
  /** All that was said there. */
  all?: ForgottenMark;
  /** Something of it: the history of the place is not read any more, and what other people said may still be quoted. */
  history?: ForgottenMark;
  /** All that one person said there, by the person's id. */
  people: Record<string, ForgottenMark>;
}

/** Places are conversations, and beginnings of their ids: a channel, a tenant. Marks outlive what was forgotten. */
export interface ForgottenMarks {
  /** In the order of `places`. */
  read(places: string[]): Promise<(ForgottenPlace | undefined)[]>;
  change(place: string, change: Partial<ForgottenPlace>): Promise<void>;
  /** Marks all of a place as forgotten, in place of all marks within it; without a mark, no mark is left. */
  replaceWithin(place: string, mark: ForgottenMark | undefined): Promise<void>;
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

/** What a tenant chose. Absent: as the operator set it, or the first that is named. */
export interface Choices {
  model?: string;
  baseUrl?: string;
  persona?: string;
  /** 0 to 2; sent only to models that take it. */
  temperature?: number;
  effort?: 'minimal' | 'low' | 'medium' | 'high';
  /** Where a channel's question is answered: in the channel, or in a thread made from it. */
  replyIn?: 'channel' | 'thread';
  /**
   * Messages that Parley answers in a thread it takes part in. `follow`: all that are addressed to it or to
   * nobody; `mentions`: mentions only.
   */
  inThreads?: 'follow' | 'mentions';
  /** Whose a channel's history is: the channel's, or each person's own. */
  history?: 'channel' | 'person';
  /** After so many days what was said is deleted, where the operator does not delete it sooner. */
  historyDays?: number;
  /** The platform's ids of the channels it answers in; empty or absent: all. */
  channels?: string[];
  /** The platform's ids of the roles that may ask; empty or absent: all. Admins always may. */
  roles?: string[];
  whoMayAsk?: 'everyone' | 'admins';
  /** What becomes of a message whose asker's last one is still being answered; absent: it waits. */
  whenBusy?: WhenBusy;
  /** After so many messages the rest of an answer comes as a file; absent: never. */
  mostParts?: number;
}

export interface TenantSettings extends Choices {
  /** By base URL, the last four characters of the key stored for it. */
  keys: Record<string, { last4: string }>;
}

export interface Settings {
  read(tenant: TenantId): Promise<TenantSettings>;
  /** Null removes a choice; an absent field stays. */
  change(
    tenant: TenantId,
    change: { [Field in keyof Choices]?: Choices[Field] | null | undefined },
  ): Promise<TenantSettings>;
  /**
   * The key stored for this base URL and no other.
   * @throws VaultError when one is stored that no master key opens
   */
  key(tenant: TenantId, baseUrl: string): Promise<string | undefined>;
  setKey(tenant: TenantId, baseUrl: string, key: string): Promise<TenantSettings>;
  removeKey(tenant: TenantId, baseUrl: string): Promise<TenantSettings>;
  /** All of it, keys included. */
  forget(tenant: TenantId): Promise<void>;
}

/** What an adapter has to remember by itself, such as which messages show an answer: small JSON values, no texts. */
export interface Notebook {
  read<T>(key: string): Promise<T | undefined>;
  /** @param ttlMs after which it is gone; absent: never */
  write(key: string, value: unknown, ttlMs?: number): Promise<void>;
  remove(...keys: string[]): Promise<void>;
  /** The keys that begin so. */
  keys(prefix: string): Promise<string[]>;
}

/** What is secret and no API key, such as the token of an installation: sealed for its tenant and its purpose. */
export interface Secrets {
  /** @throws VaultError when one is stored that no master key opens */
  read(tenant: TenantId, purpose: string): Promise<string | undefined>;
  /** @param ttlMs after which it is gone; absent: never */
  write(tenant: TenantId, purpose: string, secret: string, ttlMs?: number): Promise<void>;
  remove(tenant: TenantId, purpose: string): Promise<void>;
}

/** What one process does for all at a time, by a name: each calls for it, and who has it has it alone. */
export interface Claims {
  /** Undefined while another process that lives holds it. Claimed again by its holder, it is the same. */
  claim(name: string): Promise<Claim | undefined>;
  release(claim: Claim): Promise<void>;
  /** Of these names, those that nobody holds who lives. */
  unheld(names: string[]): Promise<string[]>;
}

/** Something that this process holds, since it claimed it. */
export interface Claim {
  /** Aborted when another process may claim it. */
  lost: AbortSignal;
  /** As `Run.isHeld`. */
  isHeld(): Promise<boolean>;
}

/** Broadcasts between processes. */
export interface Topics {
  /**
   * Tells every process, this one included. A message may get lost; if the loss is noticed, the empty topic is
   * told.
   */
  tell(topic: string): void;
  /** Calls back on each told topic. Returns a function that stops this. */
  onTold(listener: (topic: string) => void): () => void;
}

/** Reasons of a run's signal that are Parley's own; any other is a person's. */
/** It is stopping: the turn is handed to whoever runs next. */
export const SHUTDOWN = 'shutdown';
/** The same message is about to be answered again. */
export const RESTART = 'restart';
/** Another process answers the turn now: nothing of it may be written or shown here any more. */
export const LOST = 'lost';
/** A newer message came, and the tenant wants that one answered at once. */
export const INTERRUPT = 'interrupt';

/** What becomes of a message in a lane that is busy. */
export type WhenBusy = 'wait' | 'collect' | 'interrupt';

/** One attempt at a turn. Each of its writes is without effect once the turn is another process's. */
export interface Run {
  /**
   * `answer` it by the model; `show` the answer that is kept, since an earlier attempt may not have shown all of it; or
   * `close` it with a notice, since it failed too often.
   */
  mode: 'answer' | 'show' | 'close';
  /** 1, then more where earlier ones were cut off: something of them may stand on the platform. */
  attempt: number;
  /** How often the message was edited while it was being answered. */
  revision: number;
  signal: AbortSignal;
  /**
   * Resolves to whether the turn is still this process's: at once as a rule, and not before it is certain where the
   * process was held up. To be asked before anything is shown.
   */
  isHeld(): Promise<boolean>;
  /** From now on `text` is kept twice a second, where it grew, for those who follow it and for after a crash. */
  draft(text: () => string): void;
  /** As an earlier attempt left it. */
  drafted(): Promise<string>;
  /**
   * Replaces the turn in its transcript, and marks it as answered. Where it throws, it is tried again until the store
   * returns.
   * @throws StoreError
   */
  keep(turn: Turn): Promise<void>;
}

/**
 * Runs one attempt at a turn; resolves when it has ended, whatever came of it: `left` where it could not be shown
 * whole and the next process shall go on with it. One that throws is tried again.
 */
export type TurnHandler = (message: Message, run: Run) => Promise<'done' | 'left'>;

/** A turn that waits, is being answered, or whose answer is being shown. */
export interface LiveTurn {
  id: string;
  phase: 'waiting' | 'answering' | 'answered';
  /** The answer so far, of this attempt, maybe half a second old. */
  text: string;
  /** Another one with each attempt: the text begins anew then. */
  run: string;
}

/** Holds accepted messages until their turn: one at a time per lane, lanes in parallel, wherever they are answered. */
export interface TurnQueue {
  /**
   * Resolves once the message is kept in the transcript and in its lane; only then may the platform be told so. `full`,
   * and without effect, when too many wait before it.
   */
  accept(message: Message, whenBusy?: WhenBusy): Promise<'new' | 'seen' | 'full'>;
  /** Answers a turn again that has ended; false when there is none such. */
  retry(conversation: ConversationId, messageId: string): Promise<boolean>;
  /**
   * Answers a message as it now reads: where it waits, in its place; where it runs, its run is stopped with the
   * reason RESTART and it is answered again. False, and without effect, when it has ended or is unknown.
   */
  restart(message: Message): Promise<boolean>;
  /** Stops a turn that waits or runs, or all of the conversation's; false where there is none. */
  cancel(conversation: ConversationId, messageId?: string): Promise<boolean>;
  /** The conversations that have turns that have not ended, of those whose ids are this or begin with it. */
  busyWithin(place: ConversationId): Promise<ConversationId[]>;
  /** The turns of a conversation that have not ended, in each lane in their order. */
  live(conversation: ConversationId): Promise<LiveTurn[]>;
  /** From now on turns are run, by this handler; what was left by processes that died is taken up by `recover`. */
  run(handler: TurnHandler): void;
  recover(): Promise<void>;
  /**
   * Begins no more turns, gives those that run so long to end, then hands the rest to whoever runs next; resolves when
   * none runs here any more. What is accepted meanwhile is kept.
   */
  stop(graceMs: number): Promise<void>;
}

/** One platform. */
export interface Adapter {
  name: string;
  /**
   * Connects; what cannot be reached yet is tried again in the background.
   * @throws AdapterError where no further attempt can help, such as a token that is not accepted
   */
  start(): Promise<void>;
  /** Disconnects. Called once no turn runs any more. */
  stop(): Promise<void>;
  /** Undefined when connected, else the reason why not. */
  whyNotReady(): string | undefined;
  /** Whether a turn of this conversation is answered here. */
  owns(conversation: ConversationId): boolean;
  /** What shares the platform's rate limits with it, as a beginning of its id: all of that is answered by one process. */
  home(conversation: ConversationId): string;
  /** Shows an answer as it grows; resolves when all of it is shown, or as far as it can be. */
  show(message: Message, chunks: AsyncIterable<Chunk>, run: Run): Promise<'done' | 'left'>;
}

/** An adapter cannot work as it is configured; the message is a sentence for the operator that names the way out. */
export class AdapterError extends Error {
  override name = 'AdapterError';
}

/** The store could not do what was asked. The cause is for the log of an operator, never for a user. */
export class StoreError extends Error {
  override name: string = 'StoreError';
  /** Why, where that is known, in words for an operator that name nothing: such as `its disk is full`. */
  readonly reason: string | undefined;

  constructor(message: string, { reason, ...options }: ErrorOptions & { reason?: string | undefined } = {}) {
    super(message, options);
    this.reason = reason;
  }
}

/** Another process holds the store. */
export class StoreInUseError extends StoreError {
  override name = 'StoreInUseError';
}

/** A secret is stored, but no master key opens it. */
export class VaultError extends Error {
  override name = 'VaultError';
}
