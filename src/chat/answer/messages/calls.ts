/** Makes the calls of one answer, and draws the consequences of how each ended. */
import type { Logger } from 'pino';
import { whereFrom } from '../../../core/reports/where-from.ts';
import type { Bucket } from '../../pacing/bucket.ts';
import type { DesiredParts } from '../showing/desired-parts.ts';
import type { Part } from '../surface.ts';
import type { AnswerMessages } from './answer-messages.ts';
import type { RefusalNotices } from './comparison.ts';
import type { LeftMessages } from './left-messages.ts';
import type { ReaderView } from './reader-view.ts';
import type { CallOutcome, ShownMessage } from './shown-message.ts';

export interface CallsOptions {
  desired: DesiredParts;
  messages: AnswerMessages;
  view: ReaderView;
  left: LeftMessages;
  refusals: RefusalNotices;
  log: Logger;
  /** Just before the answer's first message is posted. */
  onFirstPost(): void;
  /** Nothing more can be shown: somebody deleted a message, or nothing can be written there. */
  fail(why: 'gone' | 'closed'): void;
  /** Takes in the newest text. */
  refresh(): void;
  /** Looks again at what is due after this time (ms). */
  wakeAfter(ms: number): void;
  /** A call has ended, and its consequences are drawn. */
  onEnd(): void;
}

export interface Calls {
  /** Posts the part of this index, or edits the message. Never throws. */
  write(message: ShownMessage, part: Part, index: number, bucket: Bucket): Promise<void>;
  /** Never throws. */
  remove(message: ShownMessage): Promise<void>;
  /** Number of calls under way. */
  count(): number;
  /** The platform's word for why the last call failed; undefined where it did not, or where there is none. */
  trouble(): string | undefined;
}

/** A call that was made. `part` is absent where the message was removed. */
interface MadeCall {
  message: ShownMessage;
  part: Part | undefined;
  isPost: boolean;
  /** The bucket in which it counted. */
  bucket: Bucket | undefined;
}

export function createCalls(options: CallsOptions): Calls {
  const { desired, messages, view, left, log } = options;
  const takeIn = createConsequences(options);
  let count = 0;
  let trouble: string | undefined;

  async function make(message: ShownMessage, part?: Part, index = 0, bucket?: Bucket): Promise<void> {
    const isPost = message.id === undefined;
    const isText = part !== undefined && desired.stage !== 'waiting';
    if (part) view.writing();
    if (isPost && index === 0) options.onFirstPost();
    const place = { index, anew: left.moves };
    count++;
    const outcome = await message.call(part, place);
    count--;
    trouble = 'code' in outcome ? outcome.code : undefined;
    if (outcome.kind === 'strange') log.error({ error: whereFrom(outcome.error) }, 'answer not shown');
    if (messages.list.includes(message)) {
      if (isText && outcome.kind === 'done') view.textShown();
      takeIn({ message, part, isPost, bucket }, outcome);
    } else left.ended(message, part !== undefined, outcome, place);
    options.onEnd();
  }

  return {
    write: make,
    remove(message) {
      message.isLeaving = true;
      return make(message);
    },
    count: () => count,
    trouble: () => trouble,
  };
}

/** Give up after this many errors that are no `ShowError`, with no success between them. */
const MOST_STRANGE = 8;

/** Draws the consequences for the answer of a call's outcome. */
function createConsequences(options: CallsOptions): (made: MadeCall, outcome: CallOutcome) => void {
  const { desired, messages, left, fail, wakeAfter } = options;
  let strange = 0;

  const isRefusalNotice = ({ text, notice }: Part) =>
    Object.values(options.refusals).some((one) => one.text === text && one.notice === notice);

  function done({ message, part, isPost }: MadeCall): void {
    strange = 0;
    if (!part) messages.drop(message);
    else if (isPost && !messages.added(message)) {
      messages.drop(message);
      fail('gone');
    }
  }

  return (made, outcome) => {
    const { message, part, bucket } = made;
    switch (outcome.kind) {
      case 'done':
        return done(made);
      case 'gone':
        messages.drop(message);
        // A message that was deleted before this attempt at the answer does not stop it.
        if (part && message.isFound) fail('gone');
        return;
      case 'closed':
        return fail('closed');
      case 'blocked':
      case 'refused':
        // The notice in place of a refused text is the last thing to try.
        if (!part || isRefusalNotice(part)) fail('closed');
        return;
      case 'stuck': {
        // The answer continues in new messages, and the old ones are removed.
        const from = messages.dropFrom(message);
        if (from) left.leave(from.dropped, from.index);
        return;
      }
      case 'file':
        desired.withoutFile();
        return options.refresh();
      case 'strange':
        strange++;
        return strange < MOST_STRANGE ? wakeAfter(outcome.waitMs) : fail('closed');
      case 'limited':
        bucket?.limited(outcome.waitMs);
        return wakeAfter(outcome.waitMs);
      case 'again':
        return wakeAfter(outcome.waitMs);
    }
  };
}
