/** Where an answer is shown: the few calls by which a platform's messages are made to match it. */
import type { Bucket } from './pacing.ts';

export type Button = 'stop' | 'regenerate' | 'continue' | 'delete';

/** One platform message as it shall be. */
export interface Part {
  /** In the platform's dialect, within its limit. */
  text: string;
  buttons: Button[];
  /** Markdown that is attached instead of shown. */
  file?: { name: string; text: string };
}

/** A post of a part that grows or of a `whole` one, an edit of a part that grows or one that brings it to its `end`. */
export type CallKind = 'post' | 'whole' | 'edit' | 'end';

/** The messages of one answer. Each call is one attempt under a deadline of its own. */
export interface Surface {
  /**
   * Posts the part of this index and returns the message's id. A second call with the same index after a failure
   * whose outcome is unknown must not make a second message, where the platform can say so.
   * @throws ShowError
   */
  post(part: Part, index: number): Promise<string>;
  /** @throws ShowError */
  edit(id: string, part: Part): Promise<void>;
  /** Without effect when it is gone already. @throws ShowError */
  remove(id: string): Promise<void>;
  /** Shows that an answer is being made, until the function it returns is called. Never throws. */
  indicate(): () => void;
  /**
   * What limits a call; one and the same bucket where the platform counts calls together. It may change while an answer
   * is shown, and with what else is free: `post` makes its call as the bucket last named for it has it.
   * @param id of the message to be edited
   */
  bucket(call: CallKind, id?: string): Bucket;
}

/**
 * Why a call did not do its work: `again` (try again, after `retryAfterMs` where it is known), `limited` (the same,
 * by the platform's rate limit), `gone` (the message was deleted), `closed` (nothing can be written there), or
 * `blocked` (the platform does not take this text).
 */
export class ShowError extends Error {
  override name = 'ShowError';
  readonly kind: 'again' | 'limited' | 'gone' | 'closed' | 'blocked';
  readonly retryAfterMs: number | undefined;
  /** The platform's own word for it, for the log. */
  readonly code: string | undefined;
  constructor(kind: ShowError['kind'], retryAfterMs?: number, cause?: unknown, code?: string) {
    super(kind, { cause });
    this.kind = kind;
    this.retryAfterMs = retryAfterMs;
    this.code = code;
  }
}
