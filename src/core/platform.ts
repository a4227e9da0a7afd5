/** The shapes by which core and platforms meet: an adapter, what it remembers, and leases among processes. */
import type { Run } from './turn/queue.ts';
import type { Chunk, ConversationId, Message } from './types.ts';

/** What an adapter has to remember by itself, such as which messages show an answer: small JSON values, no texts. */
export interface Notebook {
  read<T>(key: string): Promise<T | undefined>;
  /** @param ttlMs after which it is gone; absent: never */
  write(key: string, value: unknown, ttlMs?: number): Promise<void>;
  remove(...keys: string[]): Promise<void>;
  /** The keys that begin so. */
  keys(prefix: string): Promise<string[]>;
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

export interface Finding {
  what: string;
  /** `failed`: it will not work; `warning`: it works, and something should be changed. */
  state: 'ok' | 'note' | 'warning' | 'failed';
  says: string;
}
