/** Where an answer is shown: the few calls by which a platform's messages are made to match it. */
import type { Bucket } from './pacing.ts';

export type Button = 'stop' | 'regenerate' | 'continue' | 'thoughts' | 'delete';

/** One platform message as it shall be. */
export interface Part {
  /** In the platform's dialect, within its limit. */
  text: string;
  buttons: Button[];
  /** Markdown that is attached instead of shown. */
  file?: { name: string; text: string };
  /** It only says that an answer is being made, and will be replaced. */
  isPlaceholder?: true;
}

/** A post of a part that grows or of a `whole` one, an edit of a part that grows or one that brings it to its `end`. */
export type CallKind = 'post' | 'whole' | 'edit' | 'end';

/** The messages of one answer. Each call is one attempt under a deadline of its own. */
export interface Surface {
  /**
   * Posts the part of this index and returns the message's id. A second call with the same index after a failure
   * whose outcome is unknown must not make a second message, where the platform can say so.
   * @param anew how often this answer was moved to new messages, since the old ones were `stuck`: with another number
   * another message is wanted
   * @throws ShowError
   */
  post(part: Part, index: number, anew: number): Promise<string>;
  /** @throws ShowError */
  edit(id: string, part: Part): Promise<void>;
  /** Without effect when it is gone already. @throws ShowError */
  remove(id: string): Promise<void>;
  /**
   * The message that an earlier attempt made without hearing of it, beside those it knew. Only asked of an attempt that
   * is not the first. From then on it is one of the answer's. Absent: there are none such.
   * @throws ShowError
   */
  findLost?(): Promise<string | undefined>;
  /** Shows that an answer is being made, until the function it returns is called. Never throws. */
  indicate(): () => void;
  /**
   * What limits a call; one and the same bucket where the platform counts calls together. It may change while an answer
   * is shown, and with what else is free: `post` makes its call as the bucket last named for it has it.
   * @param id of the message to be edited
   */
  bucket(call: CallKind, id?: string): Bucket;
  /**
   * Whether a further message has to wait until those before it are whole: a part may take several messages here. Absent:
   * never.
   */
  isInOrder?(): boolean;
  /** An answer without text gets a placeholder message after so long (ms); Infinity: never. Absent: after a minute. */
  placeholderAfterMs?: number;
}

/**
 * Why a call did not do its work:
 * - `again`: try again, after `retryAfterMs` where it is known; only this message waits.
 * - `limited`: the platform's rate limit; the whole bucket waits.
 * - `forbidden`: not allowed there, perhaps only for a moment. After a few attempts it counts as `closed`.
 * - `closed`: nothing can be written there.
 * - `gone`: the message was deleted.
 * - `stuck`: the message is there and cannot be changed. The answer goes on in new messages.
 * - `file`: the platform does not take the part's file. Its text follows as messages.
 * - `blocked`: a rule about content refuses this text.
 * - `refused`: the platform takes this text in none of its forms.
 */
export type Obstacle =
  | 'again'
  | 'limited'
  | 'forbidden'
  | 'closed'
  | 'gone'
  | 'stuck'
  | 'file'
  | 'blocked'
  | 'refused';

export class ShowError extends Error {
  override name = 'ShowError';
  readonly kind: Obstacle;
  readonly retryAfterMs: number | undefined;
  /** The platform's own word for it, for the log. */
  readonly code: string | undefined;
  constructor(kind: Obstacle, retryAfterMs?: number, cause?: unknown, code?: string) {
    super(kind, { cause });
    this.kind = kind;
    this.retryAfterMs = retryAfterMs;
    this.code = code;
  }
}
