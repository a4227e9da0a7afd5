/** One message of an answer, what is known of it, and the calls that change it. */
import { type Part, ShowError, type Surface } from './surface.ts';

/** A message, or the place of one that is about to be posted. */
export interface ReplyMessage {
  /** Undefined until it is posted. */
  id: string | undefined;
  /** What stands in it; undefined when not known. */
  shown: Part | undefined;
  /** What may have been posted: the next attempt posts the same, since it may find that message there. */
  tried: Part | undefined;
  /** A call for it is under way. */
  isBusy: boolean;
  /** It is being removed, or was tried to be: from then on it is not written to. */
  isLeaving: boolean;
  /** Calls that failed in a row. */
  failures: number;
  /** No call before then. */
  retryAt: number;
  /** When the last call was made. */
  sentAt: number;
  /** Texts the platform did not take. */
  refused: Set<string>;
}

/** `strange` is a failure that no surface has told of as such. */
export type Outcome =
  | { kind: 'done' }
  | { kind: 'gone' | 'closed' | 'blocked'; code: string | undefined }
  | { kind: 'again' | 'limited'; waitMs: number; code: string | undefined }
  | { kind: 'strange'; waitMs: number; error: unknown };

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 5_000;

export function createMessage(id: string | undefined): ReplyMessage {
  return {
    id,
    shown: undefined,
    tried: undefined,
    isBusy: false,
    isLeaving: false,
    failures: 0,
    retryAt: 0,
    sentAt: Number.NEGATIVE_INFINITY,
    refused: new Set(),
  };
}

export function isReady(message: ReplyMessage): boolean {
  return !message.isBusy && message.retryAt <= performance.now();
}

export function isSame(shown: Part | undefined, part: Part): boolean {
  return (
    shown !== undefined &&
    shown.text === part.text &&
    shown.buttons.join() === part.buttons.join() &&
    shown.file?.text === part.file?.text
  );
}

/**
 * Makes one call and notes in the message what came of it. Never throws.
 * @param part what shall stand there; absent: it is removed
 * @param index of the part, used while it is not posted
 */
export async function call(
  surface: Surface,
  message: ReplyMessage,
  part: Part | undefined,
  index: number,
): Promise<Outcome> {
  const isPost = message.id === undefined;
  message.isBusy = true;
  message.sentAt = performance.now();
  try {
    if (message.id === undefined) {
      if (part) message.id = await surface.post(part, index);
    } else if (part) await surface.edit(message.id, part);
    else await surface.remove(message.id);
    message.shown = part;
    message.tried = undefined;
    message.failures = 0;
    return { kind: 'done' };
  } catch (error) {
    const kind = error instanceof ShowError ? error.kind : 'strange';
    const code = error instanceof ShowError ? error.code : undefined;
    if (kind === 'gone' || kind === 'closed') return { kind, code };
    if (kind === 'blocked') {
      if (part) message.refused.add(part.text);
      message.tried = undefined;
      return { kind, code };
    }
    if (kind !== 'limited') {
      // It may have been done all the same.
      message.shown = undefined;
      if (isPost) message.tried = part;
    }
    message.failures++;
    const waitMs =
      (error instanceof ShowError ? error.retryAfterMs : undefined) ??
      Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (message.failures - 1));
    // Where a bucket says how often, that one waits: another may have room for this message.
    if (kind !== 'limited' || !part) message.retryAt = performance.now() + waitMs;
    return kind === 'strange' ? { kind, waitMs, error } : { kind, waitMs, code };
  } finally {
    message.isBusy = false;
  }
}
