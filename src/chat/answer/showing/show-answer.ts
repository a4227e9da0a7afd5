/**
 * Shows an answer while it grows. Showing is reconciling: the answer so far is a document, its parts are compared with
 * the messages that are acknowledged, and what differs is posted or edited. A call that failed is still a difference.
 */
import type { Logger } from 'pino';
import { whereFrom } from '../../../core/reports/where-from.ts';
import { en } from '../../../core/sentences/en.ts';
import type { Chunk, End } from '../../../core/types.ts';
import type { Document } from '../../markdown/document.ts';
import { createReconciler } from '../messages/reconcile.ts';
import type { Button, Surface } from '../surface.ts';
import { usualButtons } from '../usual-buttons.ts';
import { createDesiredParts } from './desired-parts.ts';
import { createFirstText } from './first-text.ts';
import { PLACEHOLDER_MS, showPlaceholder } from './placeholder.ts';

export interface ShowOptions {
  /** Read to its end as it comes, whatever becomes of the showing. */
  chunks: AsyncIterable<Chunk>;
  surface: Surface;
  /** Empty; the answer is appended to it. */
  document: Document;
  /** Messages of an earlier attempt at this answer, first to last: used again, surplus ones are removed. */
  existing?: string[];
  /** That attempt died with Parley: its messages are written over, and surplus ones go only at the end. */
  isResumed?: boolean;
  /** The answer of that attempt, shown again when this one brings no text. */
  previous?: { document: Document };
  /** How the platform marks a notice of Parley's, such as small print. */
  notice: (text: string) => string;
  /** Notices are shown below the text, in `Part.notice`, and without marks. */
  isNoticeApart?: boolean;
  /**
   * Shown in a message that is written again, and in a message posted when no text comes for long. Absent:
   * there is no placeholder, and the old content stays until there is text.
   */
  placeholder?: string;
  /** Replaces `placeholder` after half a minute without text. */
  laterPlaceholder?: string;
  /** Notice in place of a text that a content rule refuses. */
  blockedNotice?: string;
  /** Notice in place of a text that the platform refuses in every form. */
  refusedNotice?: string;
  /** After so many parts the rest is a file under the last one, once the answer has ended. */
  mostParts?: number;
  /** The buttons under the last part; by default what is of use there. */
  buttons?: (end: End | 'live') => Button[];
  /** The answer's messages, first to last, whenever they change and before the next call. Must not throw. */
  onMessages(ids: string[]): void;
  /** Stops the turn: someone deleted a message of the answer, or nothing can be written there. */
  abort(): void;
  /** Asked at the end: the same message is about to be answered again, so all is left as it is for that. */
  isRestarting(): boolean;
  /** How long after the end the rest is tried; default 10 minutes. */
  deadlineMs?: number;
  /** Aborted when Parley stops: then at most 5 s are left from the end. */
  shutdown?: AbortSignal;
  log: Logger;
}

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

export interface Showing {
  /** Never rejects. Resolves once the chunks are read and no call is under way, except at the deadline. */
  done: Promise<Shown>;
  /** The platform says that this message was deleted; one of the answer's stops the turn. */
  deleted(id: string): void;
  /** Whether anything of the answer is known to be shown. A placeholder does not count. */
  hasWords(): boolean;
}

const DEADLINE_MS = 10 * 60_000;
const SHUTDOWN_MS = 5_000;

export function showAnswer(options: ShowOptions): Showing {
  const { surface, log, notice, existing = [] } = options;
  const done = Promise.withResolvers<Shown>();
  let shown: Shown['shown'] | undefined;
  let hasEnded = false;
  let isRead = false;
  let hasText = false;
  let hasThoughts = false;
  let deadline: NodeJS.Timeout | undefined;

  /** A notice in place of a text. */
  const inPlace = (said: string) =>
    options.isNoticeApart ? { text: '', notice: said } : { text: notice(said) };
  const desired = createDesiredParts({
    document: options.document,
    previous: options.previous?.document,
    mostParts: options.mostParts ?? Number.POSITIVE_INFINITY,
    notice,
    isNoticeApart: options.isNoticeApart ?? false,
    placeholder: existing.length > 0 ? options.placeholder : undefined,
  });
  const stopIndicating = existing.length > 0 ? () => {} : once(surface.indicate());
  const reconciler = createReconciler({
    surface,
    desired,
    existing,
    keepsExisting: options.isResumed ?? false,
    buttons: options.buttons ?? ((end) => usualButtons(end, { hasText, hasThoughts })),
    refusals: {
      blocked: inPlace(options.blockedNotice ?? en.notices.partBlocked),
      refused: inPlace(options.refusedNotice ?? en.notices.partBlocked),
    },
    log,
    onMessages: options.onMessages,
    onFirstPost: stopIndicating,
    onChange: check,
    onStop(why) {
      if (!hasEnded) options.abort();
      close(why);
    },
  });
  const first = createFirstText(() => reconciler.open());
  const endPlaceholder = showPlaceholder({
    text: options.placeholder,
    laterText: options.laterPlaceholder,
    isStanding: existing.length > 0,
    postAfterMs: surface.placeholderAfterMs ?? PLACEHOLDER_MS,
    say(text) {
      desired.wait(text);
      reconciler.wait();
    },
  });

  /** No further call is made, for this reason. */
  function close(why: Shown['shown']): void {
    shown ??= why;
    first.stop();
    endPlaceholder();
    stopIndicating();
    reconciler.stop();
    check();
  }

  function check(): void {
    if (shown === undefined && reconciler.isDone()) close('all');
    if (shown === undefined || !isRead || (reconciler.isBusy() && shown !== 'late')) return;
    clearTimeout(deadline);
    options.shutdown?.removeEventListener('abort', onShutdown);
    const left = leftOf(shown);
    const code = shown === 'closed' || shown === 'late' ? reconciler.trouble() : undefined;
    done.resolve({
      ids: reconciler.ids(),
      shown,
      ...(code !== undefined && { code }),
      ...(left && { left }),
    });
  }

  /** If a person deleted a message, the others stay as they are, except that the Stop button goes. */
  function leftOf(why: Shown['shown']): Shown['left'] {
    if (why === 'all' || why === 'restarting') return undefined;
    const { id, text, isLive } = reconciler.last() ?? {};
    if (id === undefined || text === undefined || (why === 'gone' && !isLive)) return undefined;
    return { id, text };
  }

  function giveUpAfter(ms: number): void {
    clearTimeout(deadline);
    deadline = setTimeout(() => close('late'), ms);
  }

  function onShutdown(): void {
    if (hasEnded) giveUpAfter(SHUTDOWN_MS);
  }

  function append(text: string): void {
    const wasStale = desired.isStale;
    desired.append(text);
    if (!hasText && text.trim() !== '') {
      hasText = true;
      endPlaceholder();
    }
    first.append(text);
    reconciler.grown(wasStale);
  }

  /** The shown text stays until new text replaces it. */
  function clear(): void {
    hasText = false;
    desired.clear();
    reconciler.cleared();
  }

  function end(chunk: { end: End; notice?: string; hasThoughts?: true }): void {
    if (hasEnded) return;
    hasEnded = true;
    hasThoughts = chunk.hasThoughts ?? false;
    first.stop();
    endPlaceholder();
    if (shown !== undefined) return;
    if (options.isRestarting()) {
      close('restarting');
      return;
    }
    giveUpAfter(options.shutdown?.aborted ? SHUTDOWN_MS : (options.deadlineMs ?? DEADLINE_MS));
    desired.end(chunk.notice);
    reconciler.end(chunk.end);
  }

  async function read(): Promise<void> {
    try {
      for await (const chunk of options.chunks) {
        if (hasEnded || (shown !== undefined && chunk.type !== 'end')) continue;
        if (chunk.type === 'text') append(chunk.text);
        else if (chunk.type === 'retract') clear();
        else if (chunk.type === 'end') end(chunk);
      }
    } catch (error) {
      log.error({ error: whereFrom(error) }, 'answer broke off without an end');
    }
    end({ end: 'interrupted' });
    isRead = true;
    check();
  }

  options.shutdown?.addEventListener('abort', onShutdown);
  reconciler.start();
  void read();

  return {
    done: done.promise,
    deleted: reconciler.deleted,
    hasWords: () => reconciler.ids().length > 0 && desired.texts.length > 0 && !desired.isWaiting,
  };
}

function once(action: () => void): () => void {
  let isDone = false;
  return () => {
    if (!isDone) action();
    isDone = true;
  };
}
