/** The few calls with which Parley makes a platform's messages match an answer. */
import type { MadeFile, ShownStep } from '../../core/types.ts';
import type { Bucket } from '../pacing/bucket.ts';

export type Button = 'stop' | 'regenerate' | 'continue' | 'short' | 'thoughts' | 'delete';

/** A step of an answer, and where it began. */
export interface PartStep {
  step: ShownStep;
  /** Characters of the part's text that stand before it. */
  after: number;
}

/** One platform message as it should be. */
export interface Part {
  /** In the platform's dialect, within its limit. */
  text: string;
  buttons: Button[];
  /** A sentence of Parley's below the text, on platforms that have a place for it that no text can imitate. */
  notice?: string;
  /** A small line of Parley's below that, on the same platforms. */
  footer?: string;
  /** Markdown that is attached instead of shown. */
  file?: { name: string; text: string };
  /** Pictures and files that the answer's tools made. They come with its end, in the last part. */
  made?: MadeFile[];
  /** This part only says that an answer is being made, and will be replaced. */
  isPlaceholder?: true;
  /**
   * Parley's work just now, as one line of plain text that may quote anyone. It is shown small, below the text or in
   * place of a placeholder's, as far as there is room. No mark in it has a meaning. An answer that has ended has none.
   */
  activity?: string;
  /** The steps that began in this part, for a message of which `showsSteps` is true; it has no `activity`. */
  steps?: readonly PartStep[];
}

/** Resolves to the bytes of a made file. Undefined: they are gone. @throws StoreError */
export type ReadMade = (file: MadeFile) => Promise<Buffer | undefined>;

/** A post of a part that grows or of a `whole` one, an edit of a part that grows or one that brings it to its `end`. */
export type CallKind = 'post' | 'whole' | 'edit' | 'end';

/** The messages of one answer. Each call is one attempt under a deadline of its own. */
export interface Surface {
  /**
   * Posts the part of this index and returns the message's id. After a failure with an unknown outcome, a
   * second call with the same index must not make a second message, if the platform can ensure that.
   * @param anew how often this answer was moved to new messages because the old ones were `stuck`. A new number
   * asks for a new message.
   * @throws ShowError
   */
  post(part: Part, index: number, anew: number): Promise<string>;
  /** @throws ShowError */
  edit(id: string, part: Part): Promise<void>;
  /** Without effect when it is gone already. @throws ShowError */
  remove(id: string): Promise<void>;
  /**
   * Changes the buttons under a message outside a showing, and puts a notice below its text. The text stays.
   * @returns false where the platform does not take the message's own content back
   * @throws ShowError
   */
  setButtons(id: string, buttons: Button[], note?: string): Promise<boolean>;
  /**
   * Finds a message that an earlier attempt posted without hearing its id. Only called if there was an earlier
   * attempt; the message then belongs to the answer. Absent: no such messages can exist.
   * @throws ShowError
   */
  findLost?(): Promise<string | undefined>;
  /** Shows that an answer is being made, until the function it returns is called. Never throws. */
  indicate(): () => void;
  /**
   * Shows a line of plain text in the sign of `indicate`, so that no message is needed for it. Never throws. Absent: the
   * sign has no words.
   */
  tell?(activity: string): void;
  /**
   * Whether a message shows steps by itself, such as in cards, instead of a line about the newest. Absent: never.
   * @param id undefined: the next message that is posted
   */
  showsSteps?(id: string | undefined): boolean;
  /**
   * The rate limit of a call. Calls that the platform counts together have the same bucket. The bucket of a call may
   * change while an answer is shown, and with the room in other buckets; `post` uses the bucket named last for it.
   * @param id of the message to be edited
   */
  bucket(call: CallKind, id?: string): Bucket;
  /**
   * Whether a further message must wait until those before it are complete, because a part may take several
   * messages here. Absent: never.
   */
  isInOrder?(): boolean;
  /** Time before an answer without text gets a placeholder message (ms); Infinity: never. Absent: a minute. */
  placeholderAfterMs?: number;
}

/**
 * Why a call failed:
 * - `again`: try again, after `retryAfterMs` where it is known; only this message waits.
 * - `limited`: the platform's rate limit; the whole bucket waits.
 * - `forbidden`: not allowed there, perhaps only for a moment. After a few attempts it counts as `closed`.
 * - `closed`: nothing can be written there.
 * - `gone`: the message was deleted.
 * - `stuck`: the message exists but cannot be changed. The answer continues in new messages.
 * - `file`: the platform refuses the part's files. The text of the file follows as messages; the made files are left out.
 * - `blocked`: a content rule refuses this text.
 * - `refused`: the platform refuses this text in every form.
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
  /** The platform's own word for the failure, for the log. */
  readonly code: string | undefined;
  constructor(kind: Obstacle, retryAfterMs?: number, cause?: unknown, code?: string) {
    super(kind, { cause });
    this.kind = kind;
    this.retryAfterMs = retryAfterMs;
    this.code = code;
  }
}
