/**
 * Shows an answer while it grows. Showing is reconciling: the answer so far is a document, its parts are compared with
 * the messages that are acknowledged, and what differs is posted or edited. A call that failed is still a difference.
 * Chunks are read as they come, however long the platform takes.
 */
import type { Logger } from 'pino';
import { whereFrom } from '../../../core/reports/where-from.ts';
import { en } from '../../../core/sentences/en.ts';
import type { Chunk, End, MadeFile } from '../../../core/types.ts';
import type { Document } from '../../markdown/document.ts';
import type { RefusalNotices } from '../messages/comparison.ts';
import { createReconciler } from '../messages/reconcile.ts';
import type { Button, Surface } from '../surface.ts';
import { usualButtons } from '../usual-buttons.ts';
import { createBeforeText } from './before-text.ts';
import { createDeadline } from './deadline.ts';
import { createDesiredParts, type DesiredParts } from './desired-parts.ts';
import type { PreviousAnswer } from './rendering.ts';
import { createResult, type Shown } from './result.ts';
import { createTellActivity } from './tell-activity.ts';

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
  /** Markdown that stands before the answer from the first moment, such as a quote of its question. */
  lead?: string;
  /** The answer of that attempt, shown again when this one brings neither text nor files. */
  previous?: PreviousAnswer;
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
  buttons?: (end: End | 'live', isLong: boolean) => Button[];
  /** The answer's messages, first to last, whenever they change and before the next call. Must not throw. */
  onMessages(ids: string[]): void;
  /** Stops the turn: someone deleted a message of the answer, or nothing can be written there. */
  abort(why: 'gone' | 'closed'): void;
  /** Asked at the end: the same message is about to be answered again, so all is left as it is for that. */
  isRestarting(): boolean;
  /** How long after the end the rest is tried; default 10 minutes. */
  deadlineMs?: number;
  /** Aborted when Parley stops: then at most 5 s are left from the end. */
  shutdown?: AbortSignal;
  log: Logger;
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

export function showAnswer(options: ShowOptions): Showing {
  const { surface, existing = [] } = options;
  const answer = { hasText: false, hasThoughts: false, hasEnded: false };
  const made: MadeFile[] = [];
  const stopIndicating = existing.length > 0 ? () => {} : once(surface.indicate());
  const desired = createDesired(options, answer);
  const reconciler = createReconciler({
    surface,
    desired,
    existing,
    keepsExisting: options.isResumed ?? false,
    refusals: refusalNotices(options),
    log: options.log,
    onMessages: options.onMessages,
    onFirstPost: stopIndicating,
    onChange: () => result.check(),
    onStop(why) {
      if (!answer.hasEnded) options.abort(why);
      result.close(why);
    },
  });
  const beforeText = createBeforeText(options, reconciler);
  const deadline = createDeadline(options.shutdown, () => result.close('late'));
  const result = createResult(reconciler, desired, {
    onClose() {
      beforeText.stop();
      stopIndicating();
    },
    onDone: deadline.clear,
  });
  const tellActivity = createTellActivity(options, reconciler, beforeText);

  function append(text: string): void {
    reconciler.append(text);
    answer.hasText ||= text.trim() !== '';
    beforeText.append(text);
    tellActivity.text(text);
  }

  function end(chunk: Extract<Chunk, { type: 'end' }>): void {
    answer.hasEnded = true;
    answer.hasThoughts = chunk.hasThoughts ?? false;
    beforeText.stop();
    if (result.isClosed()) return;
    if (options.isRestarting()) result.close('restarting');
    else {
      deadline.begin(options.deadlineMs ?? DEADLINE_MS);
      reconciler.end(chunk.end, { ...chunk, made });
    }
  }

  function take(chunk: Chunk): void {
    if (answer.hasEnded) return;
    if (chunk.type === 'end') end(chunk);
    else if (result.isClosed()) return;
    else if (chunk.type === 'text') append(chunk.text);
    else if (chunk.type === 'step' || chunk.type === 'progress') tellActivity.take(chunk);
    else if (chunk.type === 'file') made.push(chunk.file);
    else if (chunk.type === 'retract') {
      answer.hasText = false;
      reconciler.clear();
    }
  }

  reconciler.start();
  if (options.lead !== undefined) reconciler.open();
  void readChunks(options, take, result.chunksRead);
  return { done: result.done, deleted: reconciler.deleted, hasWords: reconciler.hasWords };
}

/** Hands over all chunks, of which the last is an end. */
async function readChunks(
  { chunks, log }: Pick<ShowOptions, 'chunks' | 'log'>,
  take: (chunk: Chunk) => void,
  onRead: () => void,
): Promise<void> {
  try {
    for await (const chunk of chunks) take(chunk);
  } catch (error) {
    log.error({ error: whereFrom(error) }, 'answer broke off without an end');
  }
  take({ type: 'end', end: 'interrupted' });
  onRead();
}

function createDesired(
  options: ShowOptions,
  answer: { hasText: boolean; hasThoughts: boolean },
): DesiredParts {
  const { document, lead, previous, notice, existing = [] } = options;
  return createDesiredParts({
    document: lead === undefined ? document : withLead(document, lead),
    lead,
    previous,
    mostParts: options.mostParts ?? Number.POSITIVE_INFINITY,
    notice,
    isNoticeApart: options.isNoticeApart ?? false,
    placeholder: existing.length > 0 ? options.placeholder : undefined,
    buttons: options.buttons ?? ((stage, isLong) => usualButtons(stage, { ...answer, isLong })),
  });
}

/** The document always begins with the lead. */
function withLead(document: Document, lead: string): Document {
  document.append(lead);
  return {
    ...document,
    clear() {
      document.clear();
      document.append(lead);
    },
  };
}

function refusalNotices(options: ShowOptions): RefusalNotices {
  const { partBlocked } = en.notices;
  const { blockedNotice = partBlocked, refusedNotice = partBlocked } = options;
  const inPlace = (said: string) =>
    options.isNoticeApart ? { text: '', notice: said } : { text: options.notice(said) };
  return { blocked: inPlace(blockedNotice), refused: inPlace(refusedNotice) };
}

function once(action: () => void): () => void {
  let isDone = false;
  return () => {
    if (!isDone) action();
    isDone = true;
  };
}
