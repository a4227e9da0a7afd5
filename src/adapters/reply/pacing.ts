/** Paces the calls of one rate bucket over all live answers. */

/** One live answer's wish for calls of one bucket. */
export interface Writer {
  /** What its next call would do now; undefined when there is nothing to do. */
  next(): { rank: 'final' | 'first' | 'growing'; unseen: number } | undefined;
  /** Makes that call, with the newest text. Never throws. */
  call(): Promise<void>;
}

export interface Bucket {
  /** Takes part in it until the function it returns is called. */
  join(writer: Writer): () => void;
  /** Something may be due. */
  poke(): void;
  /** What the platform's headers said with a response. */
  learn(seen: { limit: number; remaining: number; resetAfterMs: number }): void;
  /** The platform refused a call for its rate. */
  limited(retryAfterMs: number): void;
}
