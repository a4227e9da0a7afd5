/** One rate bucket and the live answers that want its calls, as shapes. */
import type { Seen } from './rate-window.ts';

/**
 * The purpose of a call, most urgent first: the text of an ended answer, the first text of an answer, a further
 * message or the end of a message before it, or a message that grows. Growing is spread evenly over time.
 * Growing and `next` leave some calls for answers that end or begin.
 *
 * For a long, sliding window, growth.ts says when messages grow. A writer that is due while no call is free is
 * told so, and may move to another bucket.
 */
export type Rank = 'final' | 'first' | 'next' | 'growing';

export interface Due {
  rank: Rank;
  /** Characters that a reader does not see yet. */
  unseen: number;
  /** Characters that a reader sees already; absent: not known. */
  seen?: number;
  /** When the message was sent last, by `performance.now()`: the time to its next call counts from there. */
  shownAt?: number;
}

/** One live answer's wish for calls of one bucket. */
export interface Writer {
  /** The purpose of its next call; undefined when there is nothing to do. Cheap: asked at every turn. */
  next(): Due | undefined;
  /** Calls that it will need at its end and does not ask for yet. */
  needs(): number;
  /**
   * Makes the call, with the newest text; undefined where there is nothing to do in this bucket after all. Never
   * throws.
   */
  call(): Promise<void> | undefined;
  /** Its call is due but none is free. The writer may leave for another bucket, if it has one. */
  heldUp?(): void;
}

export interface Bucket {
  /** Lets a writer take part until the returned function is called. */
  join(writer: Writer): () => void;
  /** Looks again: something may be due. */
  poke(): void;
  /** Whether a call of that rank could be made before the rate holds it up. */
  isFree(rank: 'first' | 'next'): boolean;
  /** Learns what the headers of a response said; called before the call that it answers settles. */
  learn(seen: Seen): void;
  /** The platform refused a call for its rate; called where a call ends with `ShowError` `limited`. */
  limited(retryAfterMs: number): void;
}
