/** One message of an answer, what is known of it, and the calls that change it. */
import { type Obstacle, type Part, ShowError, type Surface } from '../surface.ts';

/** A message, or the place of one that is about to be posted. */
export interface ShownMessage {
  /** Undefined until it is posted. */
  id: string | undefined;
  /** Its content; undefined when not known. */
  shown: Part | undefined;
  /** The content after the last call that is known to have succeeded. */
  stood: Part | undefined;
  /** The part that may have been posted: the next attempt posts the same, since it may find that message there. */
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
  /** Number of calls in a row that were forbidden. */
  forbidden: number;
  /** Texts that the platform refused, and why. */
  refused: Map<string, TextRefusal>;
}

/** As of `Obstacle`. */
export type TextRefusal = 'blocked' | 'refused';

/** `strange` is a failure that no surface has told of as such. */
export type CallOutcome =
  | { kind: 'done' }
  | { kind: 'gone' | 'closed' | 'stuck' | 'file' | TextRefusal; code: string | undefined }
  | { kind: 'again' | 'limited'; waitMs: number; code: string | undefined }
  | { kind: 'strange'; waitMs: number; error: unknown };

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 5_000;
/** A permission still missing after 0.5 + 1 + 2 s counts as missing for good. */
const FIRST_FORBIDDEN_WAIT_MS = 500;
const MOST_FORBIDDEN = 4;

export function createMessage(id: string | undefined): ShownMessage {
  return {
    id,
    shown: undefined,
    stood: undefined,
    tried: undefined,
    isBusy: false,
    isLeaving: false,
    failures: 0,
    retryAt: 0,
    sentAt: Number.NEGATIVE_INFINITY,
    forbidden: 0,
    refused: new Map(),
  };
}

export function isReady(message: ShownMessage): boolean {
  return !message.isBusy && message.retryAt <= performance.now();
}

export function isSame(shown: Part | undefined, part: Part): boolean {
  return (
    shown !== undefined &&
    shown.text === part.text &&
    shown.notice === part.notice &&
    shown.buttons.join() === part.buttons.join() &&
    shown.file?.text === part.file?.text
  );
}

/**
 * Makes one call and notes the outcome in the message. Never throws.
 * @param part what the message should show; absent: the message is removed
 * @param place of the part, used while it is not posted
 */
export async function call(
  surface: Surface,
  message: ShownMessage,
  part: Part | undefined,
  place: { index: number; anew: number },
): Promise<CallOutcome> {
  const isPost = message.id === undefined;
  message.isBusy = true;
  message.sentAt = performance.now();
  try {
    if (message.id === undefined) {
      if (part) message.id = await surface.post(part, place.index, place.anew);
    } else if (part) await surface.edit(message.id, part);
    else await surface.remove(message.id);
    message.shown = part;
    message.stood = part;
    message.tried = undefined;
    message.failures = 0;
    message.forbidden = 0;
    return { kind: 'done' };
  } catch (error) {
    return failed(message, part, isPost, error);
  } finally {
    message.isBusy = false;
  }
}

function failed(message: ShownMessage, part: Part | undefined, isPost: boolean, error: unknown): CallOutcome {
  const known = error instanceof ShowError ? error : undefined;
  const code = known?.code;
  const kind = known ? obstacleOf(known, message, part) : 'strange';
  switch (kind) {
    case 'gone':
    case 'closed':
    case 'stuck':
      return { kind, code };
    case 'blocked':
    case 'refused':
      if (part) message.refused.set(part.text, kind);
      message.tried = undefined;
      return { kind, code };
    case 'file':
      message.tried = undefined;
      return { kind, code };
  }
  const isSure = kind === 'limited' || kind === 'forbidden';
  if (!isSure) {
    // The call may have succeeded all the same.
    message.shown = undefined;
    if (isPost) message.tried = part;
  }
  message.failures++;
  const waitMs = known?.retryAfterMs ?? waitAfter(kind, message);
  // With a rate limit the bucket waits and not the message: another bucket may have room for it.
  if (kind !== 'limited' || !part) message.retryAt = performance.now() + waitMs;
  if (kind === 'strange') return { kind, waitMs, error };
  return { kind: kind === 'limited' ? 'limited' : 'again', waitMs, code };
}

/** An obstacle that cannot apply to this call counts as the nearest one that can. */
function obstacleOf({ kind }: ShowError, message: ShownMessage, part: Part | undefined): Obstacle {
  if (kind === 'forbidden' || (kind === 'file' && !part?.file))
    return ++message.forbidden >= MOST_FORBIDDEN ? 'closed' : 'forbidden';
  return kind === 'stuck' && (message.id === undefined || !part) ? 'closed' : kind;
}

function waitAfter(kind: Obstacle | 'strange', { failures, forbidden }: ShownMessage): number {
  if (kind === 'forbidden') return FIRST_FORBIDDEN_WAIT_MS * 2 ** (forbidden - 1);
  return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (failures - 1));
}
