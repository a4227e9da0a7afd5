/** How the showing of an answer ends, and when. */
import type { Reconciler } from '../messages/reconcile.ts';
import type { DesiredParts } from './desired-parts.ts';

export interface Shown {
  /** The answer's messages, first to last. */
  ids: string[];
  /**
   * `all` of it; or why not: a message was deleted (`gone`), nothing can be written there (`closed`), the deadline
   * passed (`late`), or it is left to the next attempt (`restarting`).
   */
  shown: 'all' | 'gone' | 'closed' | 'late' | 'restarting';
  /** The platform's word for why it is `closed` or `late`, where it said one. */
  code?: string;
  /** The last message of an answer that ended before its end was shown; it does not have the buttons of an end. */
  left?: { id: string; text: string };
}

export interface Result {
  /** Resolves once the chunks are read and no call is under way, except at the deadline. */
  readonly done: Promise<Shown>;
  /** Nothing more is shown. The first reason counts. */
  close(why: Shown['shown']): void;
  isClosed(): boolean;
  /** The chunks are read to their end. */
  chunksRead(): void;
  /** Looks whether all is shown by now, and whether calls are still under way. */
  check(): void;
}

export function createResult(
  reconciler: Reconciler,
  desired: DesiredParts,
  { onClose, onDone }: { onClose(): void; onDone(): void },
): Result {
  const done = Promise.withResolvers<Shown>();
  let shown: Shown['shown'] | undefined;
  let isRead = false;

  function close(why: Shown['shown']): void {
    shown ??= why;
    onClose();
    reconciler.stop();
    check();
  }

  function check(): void {
    if (shown === undefined && reconciler.isDone()) close('all');
    if (shown === undefined || !isRead || (reconciler.isBusy() && shown !== 'late')) return;
    onDone();
    const left = leftOf(shown);
    const code = shown === 'closed' || shown === 'late' ? reconciler.trouble() : undefined;
    done.resolve({
      ids: reconciler.ids(),
      shown,
      ...(code !== undefined && { code }),
      ...(left && { left }),
    });
  }

  function leftOf(why: Shown['shown']): Shown['left'] {
    const last = why === 'all' || why === 'restarting' ? undefined : reconciler.last();
    // If a person deleted a message, the others stay as they are, except that the Stop button goes.
    if (!last || (why === 'gone' && !desired.isLive(last.part))) return undefined;
    return { id: last.id, text: last.part.text };
  }

  return {
    done: done.promise,
    close,
    isClosed: () => shown !== undefined,
    check,
    chunksRead() {
      isRead = true;
      check();
    },
  };
}
