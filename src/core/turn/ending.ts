/** Decides how a turn ends, what its author is told, and whether it is kept. */

import { StoreError, VaultError } from '../errors.ts';
import type { Choice } from '../models/catalog/choose.ts';
import { type Failure, type FailureKind, ModelError, type Repeated } from '../models/model.ts';
import type { Usage } from '../money/usage.ts';
import { en } from '../sentences/en.ts';
import { failureNotice, type Told } from '../sentences/failure-notice.ts';
import type { End, Message, Turn } from '../types.ts';
import type { WhyUnread } from './asking/documents.ts';
import { INTERRUPT, LOST, RESTART, SHUTDOWN, UNSHOWN } from './queue.ts';

/** How the model's stream ended. */
export interface ModelEnding {
  end: End;
  failure?: Failure;
  usage?: Usage;
  unseenImages?: number;
  /** As of `ModelChunk`. */
  digest?: string;
  repeated?: Repeated;
}

/** Failures after which the message is never sent to a model again. */
const NEVER_AGAIN: FailureKind[] = ['context', 'allowance', 'refused'];
/** Signal reasons after which a turn is not kept, since another answer follows. */
export const NOT_THE_LAST: unknown[] = [RESTART, SHUTDOWN, LOST];

/** Whether the turn is kept. An answer that ended by itself just before Parley stops is kept, too. */
export function isKeptAfter(ended: ModelEnding, signal: AbortSignal): boolean {
  const isWhole = signal.reason === SHUTDOWN && ended.end !== 'stopped';
  return !NOT_THE_LAST.includes(signal.reason) || isWhole;
}

/** A failure outside the model: no key, the vault, the store, or a mistake of Parley's. */
export function ownFailure(error: unknown): Failure {
  if (error instanceof ModelError) return error.failure;
  if (error instanceof VaultError) return { kind: 'vault' };
  return { kind: error instanceof StoreError ? 'store' : 'bug' };
}

/** The end of the turn. An error after some text is an interruption. */
export function endOf(ended: ModelEnding, answered: boolean, signal: AbortSignal): End {
  if (NOT_THE_LAST.includes(signal.reason) && ended.end === 'stopped') return 'interrupted';
  return ended.end === 'error' && answered ? 'interrupted' : ended.end;
}

interface NoticeFacts {
  choice: Choice | undefined;
  told: Told;
  timeZone?: string | undefined;
  /** Documents of the message that could not be read. */
  unread: { name: string; why: WhyUnread }[];
}

/** The notice below the answer. Undefined: there is nothing to say. */
export function noticeOf(
  end: End,
  { failure, unseenImages, repeated }: ModelEnding,
  { choice, told, timeZone, unread }: NoticeFacts,
  signal: AbortSignal,
): string | undefined {
  if (signal.reason === RESTART || signal.reason === LOST) return undefined;
  if (repeated) return en.notices.answeredBefore(repeated, timeZone);
  if (failure) return failureNotice(failure, choice, told);
  if (end === 'interrupted' && signal.reason === SHUTDOWN) return en.notices.restarting;
  if (end === 'stopped' && signal.reason === INTERRUPT) return en.notices.interrupted;
  if (end === 'stopped' && signal.reason === UNSHOWN) return en.notices.unshown;
  const unseen = unseenImages ? en.notices.picturesUnseen(unseenImages, choice?.model) : undefined;
  const unreadFiles = unread.length > 0 ? en.notices.filesUnread(unread) : undefined;
  return [unreadFiles, unseen, en.notices.endings[end]].filter(Boolean).join(' ') || undefined;
}

export function turnOf(
  message: Message,
  answer: string,
  end: End,
  notice: string | undefined,
  { failure, usage, digest }: ModelEnding,
  choice: Choice | undefined,
): Turn {
  const omit = failure !== undefined && NEVER_AGAIN.includes(failure.kind);
  return {
    message,
    answer,
    end,
    ...(notice !== undefined && { notice }),
    ...(omit && { omit }),
    ...(choice && { model: choice.model }),
    ...(usage && { usage }),
    ...(digest !== undefined && end === 'stop' && { digest }),
  };
}
