/** An attempt at an answer while it is being made, and what it needs to ask a model. */
import type { Logger } from 'pino';
import type { Choice, ModelChooser } from '../../models/catalog/choose.ts';
import type { OwnMeter } from '../../money/metering/meter.ts';
import type { Spending } from '../../money/metering/spending.ts';
import type { Spender } from '../../money/spender.ts';
import type { ResponseCache } from '../../responses/response-cache.ts';
import type { TenantSettings } from '../../settings.ts';
import type { Message } from '../../types.ts';
import { type AnswerSoFar, createAnswerSoFar } from '../answer-so-far.ts';
import type { ContextOptions } from '../context.ts';
import type { ModelEnding } from '../ending.ts';
import type { Attempt } from '../queue.ts';
import type { ToolBounds } from '../rounds/run-steps.ts';
import type { Journal } from '../tools/journal.ts';
import { createMadeFiles, type MadeFiles } from '../tools/made-files.ts';
import type { Source } from '../tools/step.ts';
import type { TurnTools } from '../tools/tool.ts';
import type { Documents } from './documents.ts';
import type { Summarised } from './request.ts';

export interface AskOptions extends ContextOptions {
  models: ModelChooser;
  /** Absent: no answer is given again. */
  responses?: ResponseCache;
  spending: Spending;
  documents: Documents;
  /** The tools of a turn. Absent: no model is offered any. */
  toolsOf?(choice: Choice, settings: TenantSettings, message: Message): TurnTools;
  /** Absent: as by default. */
  toolTimes?: Partial<Pick<ToolBounds, 'callMs' | 'turnMs'>>;
  /** The person who is charged for a message. */
  spenderOf(message: Message): Spender;
  log: Logger;
  /** Whether the operator has blocked the asker or the place while the message waited. @throws StoreError */
  isBlocked(message: Message): Promise<boolean>;
}

/** One attempt at an answer, while it is being made. */
export interface AttemptedAnswer {
  message: Message;
  attempt: Attempt;
  /** By `performance.now()`. */
  startedAt: number;
  answer: AnswerSoFar;
  choice: Choice | undefined;
  /** The message with its voice messages as text, and its documents read. */
  heard: Message;
  /** The facts that the next note needs. Absent: none is made. */
  summarised?: Summarised;
  /** Absent until a model is chosen. */
  meter?: OwnMeter;
  /** The rounds so far, and what else they left. Its answer is that of earlier attempts. */
  journal: Journal;
  ended: ModelEnding;
  /** Pictures and files of this answer. */
  made: MadeFiles;
  /** The sources that the answer cites. Absent: none yet. */
  cited?(): Source[];
}

export function beginAnswering(
  message: Message,
  attempt: Attempt,
  { attachments }: Pick<AskOptions, 'attachments'>,
): AttemptedAnswer {
  return {
    message,
    attempt,
    startedAt: performance.now(),
    answer: createAnswerSoFar(),
    choice: undefined,
    heard: message,
    journal: { answer: '', rounds: [] },
    // Stays if the reader of the chunks leaves before their end.
    ended: { end: 'interrupted', failure: { kind: 'bug' } },
    made: createMadeFiles(attachments, message),
  };
}
