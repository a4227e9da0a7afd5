/** One message of an answer: what is known to stand in it, and the calls that change it. */
import { type Obstacle, type Part, ShowError, type Surface } from '../surface.ts';

/** A message, or the place of one that is about to be posted. */
export interface ShownMessage {
  /** Undefined until it is posted. */
  readonly id: string | undefined;
  /** Its content; undefined when not known. */
  readonly shown: Part | undefined;
  /** Its content after the last call that is known to have succeeded. */
  readonly stood: Part | undefined;
  /** The part that may have been posted. The next attempt posts the same, since it may find that message there. */
  readonly tried: Part | undefined;
  /** When its last call was made, by `performance.now()`. */
  readonly sentAt: number;
  /** A call for it is under way. */
  readonly isBusy: boolean;
  /** Whether it is known to have stood there during this attempt. False at first for one of an earlier attempt. */
  readonly isFound: boolean;
  /** It is being removed, or Parley tried to remove it. It is not written to any more. */
  isLeaving: boolean;
  /** Whether a call can be made for it now. */
  isReady(): boolean;
  /** Whether it is known to show this part. */
  shows(part: Part): boolean;
  /** Whether the platform has refused a text of it. */
  hasRefused(): boolean;
  /**
   * Why the platform refused this text; undefined where it may take it. A text that still grows is not tried again
   * after a refusal.
   */
  refusalOf(text: string, isWhole: boolean): TextRefusal | undefined;
  /**
   * Makes one call and notes its outcome. Never throws.
   * @param part what the message should show; absent: the message is removed
   * @param place of the part, used while it is not posted
   */
  call(part: Part | undefined, place: PartPlace): Promise<CallOutcome>;
}

/** The arguments of `Surface.post`. */
export interface PartPlace {
  index: number;
  anew: number;
}

/** As of `Obstacle`. */
export type TextRefusal = 'blocked' | 'refused';

/** `strange`: the error was no `ShowError`. */
export type CallOutcome =
  | { kind: 'done' }
  | { kind: 'gone' | 'closed' | 'stuck' | 'file' | TextRefusal; code: string | undefined }
  | { kind: 'again' | 'limited'; waitMs: number; code: string | undefined }
  | { kind: 'strange'; waitMs: number; error: unknown };

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

export function createShownMessage(surface: Surface, id: string | undefined): ShownMessage {
  const failures = createFailures();
  const refused = new Map<string, TextRefusal>();
  const message: Writable<ShownMessage> = {
    id,
    shown: undefined,
    stood: undefined,
    tried: undefined,
    sentAt: Number.NEGATIVE_INFINITY,
    isBusy: false,
    isFound: id === undefined,
    isLeaving: false,
    isReady: () => !message.isBusy && !failures.areTooFresh(),
    shows: (part) => message.shown !== undefined && isSame(message.shown, part),
    refusalOf: (text, isWhole) => refused.get(text) ?? (isWhole ? undefined : [...refused.values()].at(-1)),
    hasRefused: () => refused.size > 0,

    async call(part, { index, anew }) {
      const isPost = message.id === undefined;
      message.isBusy = true;
      message.sentAt = performance.now();
      try {
        if (message.id === undefined) {
          if (part) message.id = await surface.post(part, index, anew);
        } else if (part) await surface.edit(message.id, part);
        else await surface.remove(message.id);
        message.shown = part;
        message.stood = part;
        message.tried = undefined;
        message.isFound = true;
        failures.clear();
        return { kind: 'done' };
      } catch (error) {
        const obstacle = failures.obstacleOf(error, part, isPost);
        note(obstacle, part, isPost);
        return failures.outcomeOf(error, obstacle, part);
      } finally {
        message.isBusy = false;
      }
    },
  };

  /** Notes what a failed call says about the content. */
  function note(obstacle: Obstacle | 'strange', part: Part | undefined, isPost: boolean): void {
    if (obstacle === 'blocked' || obstacle === 'refused') {
      if (part) refused.set(part.text, obstacle);
      message.tried = undefined;
    } else if (obstacle === 'file') message.tried = undefined;
    else if (obstacle === 'again' || obstacle === 'strange') {
      // The call may have succeeded all the same.
      message.shown = undefined;
      if (isPost) message.tried = part;
    }
  }

  return message;
}

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 5_000;
/** A permission still missing after 0.5 + 1 + 2 s counts as missing for good. */
const FIRST_FORBIDDEN_WAIT_MS = 500;
const MOST_FORBIDDEN = 4;

/** The calls of one message that failed in a row, and how long the message waits after them. */
function createFailures() {
  let count = 0;
  let forbidden = 0;
  /** No call before then, by `performance.now()`. */
  let retryAt = 0;

  const waitAfter = (obstacle: Obstacle | 'strange') =>
    obstacle === 'forbidden'
      ? FIRST_FORBIDDEN_WAIT_MS * 2 ** (forbidden - 1)
      : Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (count - 1));

  return {
    areTooFresh: () => retryAt > performance.now(),

    clear() {
      count = 0;
      forbidden = 0;
    },

    /** An obstacle that cannot apply to this call counts as the nearest one that can. */
    obstacleOf(error: unknown, part: Part | undefined, isPost: boolean): Obstacle | 'strange' {
      if (!(error instanceof ShowError)) return 'strange';
      const { kind } = error;
      if (kind === 'forbidden' || (kind === 'file' && !part?.file && !part?.made))
        return ++forbidden >= MOST_FORBIDDEN ? 'closed' : 'forbidden';
      return kind === 'stuck' && (isPost || !part) ? 'closed' : kind;
    },

    outcomeOf(error: unknown, obstacle: Obstacle | 'strange', part: Part | undefined): CallOutcome {
      const { code, retryAfterMs } = error instanceof ShowError ? error : {};
      switch (obstacle) {
        case 'gone':
        case 'closed':
        case 'stuck':
        case 'file':
        case 'blocked':
        case 'refused':
          return { kind: obstacle, code };
      }
      count++;
      const waitMs = retryAfterMs ?? waitAfter(obstacle);
      // With a rate limit the bucket waits and not the message: another bucket may have room for it.
      if (obstacle !== 'limited' || !part) retryAt = performance.now() + waitMs;
      if (obstacle === 'strange') return { kind: 'strange', waitMs, error };
      return { kind: obstacle === 'limited' ? 'limited' : 'again', waitMs, code };
    },
  };
}

const idsOf = ({ made = [] }: Part) => made.map(({ id }) => id).join();

function isSame(shown: Part, part: Part): boolean {
  return (
    shown.text === part.text &&
    shown.notice === part.notice &&
    shown.footer === part.footer &&
    shown.activity === part.activity &&
    // Steps that were shown may stay where they are not asked for any more.
    (part.steps === undefined || shown.steps === part.steps) &&
    shown.buttons.join() === part.buttons.join() &&
    shown.file?.text === part.file?.text &&
    idsOf(shown) === idsOf(part)
  );
}
