/** The text that a reader sees so far of one answer. The urgency of its calls follows from it. */
import type { Due, Rank } from '../../pacing/bucket.ts';
import type { DesiredParts } from '../showing/desired-parts.ts';
import type { AnswerMessages } from './answer-messages.ts';

export interface ReaderView {
  /** Whether text of the answer has been shown. A placeholder does not count. */
  readonly hasText: boolean;
  /** When a message was last posted or edited, by `performance.now()`. */
  readonly writtenAt: number | undefined;
  /** A message is being posted or edited now. */
  writing(): void;
  /** Text of the answer was shown. */
  textShown(): void;
  /** The urgency of the next call. @param since as of `shownAt` of `Due` */
  due(rank: Rank, since?: number): Due;
}

export function createReaderView(desired: DesiredParts, messages: Pick<AnswerMessages, 'size'>): ReaderView {
  let hasText = false;
  let writtenAt: number | undefined;

  return {
    get hasText() {
      return hasText;
    },
    get writtenAt() {
      return writtenAt;
    },

    writing() {
      writtenAt = performance.now();
    },

    textShown() {
      hasText = true;
    },

    due(rank, since) {
      const seen = messages.size();
      const unseen = Math.max(1, desired.rendered.size + desired.waiting - seen);
      return { rank, unseen, seen, ...(since !== undefined && { shownAt: since }) };
    },
  };
}
