/** The ports between core and platforms: an adapter, its state, and leases among processes. */
import type { TellAdmins } from './money/limit-alerts.ts';
import type { Attempt } from './turn/queue.ts';
import type { Chunk, ConversationId, Message } from './types.ts';

/** Small JSON values that an adapter or a part of the core keeps, such as the ids of an answer's messages; never texts. */
export interface AdapterState {
  read<T>(key: string): Promise<T | undefined>;
  /** @param ttlMs after which it is gone; absent: never */
  write(key: string, value: unknown, ttlMs?: number): Promise<void>;
  remove(...keys: string[]): Promise<void>;
  /**
   * Replaces a value by one that is made of it, or removes it. Changes of one key are made one after another, in all
   * processes. Returns the new value.
   * @param change may be called again; undefined: there is none
   * @param ttlMs as that of `write`
   */
  change<T>(
    key: string,
    change: (value: T | undefined) => T | undefined,
    ttlMs?: number,
  ): Promise<T | undefined>;
  /** The keys that begin with `prefix`. */
  keys(prefix: string): Promise<string[]>;
}

/** Named leases: at most one live process holds a name. */
export interface Leases {
  /** Undefined while another live process holds the name. Its holder can acquire it again, and keeps it. */
  acquire(name: string): Promise<Lease | undefined>;
  release(lease: Lease): Promise<void>;
  /** The names that no live process holds. */
  unheld(names: string[]): Promise<string[]>;
}

/** A name that this process holds, from `acquire` to `release`. */
export interface Lease {
  /** Aborted when another process may acquire the name. */
  lost: AbortSignal;
  /** As `Attempt.isHeld`. */
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

/** One platform. */
export interface Adapter {
  name: string;
  /**
   * Connects. A platform that cannot be reached yet is tried again in the background.
   * @throws AdapterError where no further attempt can help, such as a token that is not accepted
   */
  start(): Promise<void>;
  /** Disconnects. Called once no turn runs any more. */
  stop(): Promise<void>;
  /** Undefined when connected, else the reason why not. */
  whyNotReady(): string | undefined;
  /** Absent: a tenant there has no admins apart from its only person. */
  tellAdmins?: TellAdmins;
  /** Absent: it has no direct messages that go on at the page. */
  sayFromPage?: SayFromPage;
  /** Shows an answer as it grows. Resolves when all of it is shown, or as much as can be. */
  show(message: Message, chunks: AsyncIterable<Chunk>, attempt: Attempt): Promise<'done' | 'left'>;
}

/** A message that a person wrote at the page, in their direct messages with Parley on a platform. */
export interface SaidAtPage {
  /** A UUID. The same message sent again is the same turn. */
  id: string;
  /** A conversation in direct messages of the author alone. */
  conversation: ConversationId;
  /** The person's id on the platform. */
  author: string;
  text: string;
  /** Milliseconds since 1970. */
  at: number;
}

/**
 * Takes a message as if its author had written it on the platform: admission, limits and settings are those of there.
 * The answer is shown there below a quote of the message. `refused` has a sentence for the person; nothing was kept.
 * @throws StoreError
 */
export type SayFromPage = (said: SaidAtPage) => Promise<TakenFromPage>;

/** As `TurnQueue.accept`, or refused. */
export type TakenFromPage = 'new' | 'seen' | 'full' | RefusedSaying;

export interface RefusedSaying {
  /** `access`: the person may not ask there. `limits`: not now. `away`: Parley is not there any more. */
  refused: 'access' | 'limits' | 'away';
  notice: string;
}

export interface Finding {
  what: string;
  /** `failed`: it will not work; `warning`: it works, and something should be changed. */
  state: 'ok' | 'note' | 'warning' | 'failed';
  says: string;
}
