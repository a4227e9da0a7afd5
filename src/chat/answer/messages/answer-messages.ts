/** The messages of one answer, in their order. */
import type { DesiredParts } from '../showing/desired-parts.ts';
import type { Surface } from '../surface.ts';
import { type Comparison, createComparison, type RefusalNotices } from './comparison.ts';
import { createShownMessage, type ShownMessage } from './shown-message.ts';

export interface AnswerMessagesOptions {
  surface: Surface;
  desired: DesiredParts;
  /** Ids of messages that are there already, first to last. Their content is not known. */
  existing: string[];
  /** Whether surplus messages stay until the text has ended, since more text may need them. */
  keepsExisting: boolean;
  refusals: RefusalNotices;
  /** Told the ids of the answer's messages whenever they change. */
  onMessages(ids: string[]): void;
}

export interface AnswerMessages extends Comparison {
  /** First to last; the last one may not be posted yet. */
  readonly list: readonly ShownMessage[];
  /** Ids of the messages that are posted. */
  ids(): string[];
  /** How many are posted. */
  posted(): number;
  /** Characters that are known to be shown. */
  size(): number;
  /** Adds an entry for a message that is about to be posted. */
  add(): ShownMessage;
  /** Its post has succeeded. Returns false where somebody has deleted the message already. */
  added(message: ShownMessage): boolean;
  /** Takes out a message. Does nothing where the list no longer has it. */
  drop(message: ShownMessage): void;
  /** Takes out this message and all after it. Returns them with the index of the first. */
  dropFrom(message: ShownMessage): { index: number; dropped: ShownMessage[] } | undefined;
  /** Takes out entries at the end that were not posted and are not needed. Returns a posted one to be removed now. */
  trim(): ShownMessage | undefined;
  /** The platform says that this message was deleted. Returns whether it was one of the answer's. */
  deleted(id: string): boolean;
}

export function createAnswerMessages(options: AnswerMessagesOptions): AnswerMessages {
  const { surface, desired } = options;
  const list = options.existing.map((id) => createShownMessage(surface, id));
  const comparison = createComparison(list, desired, options);
  /** Deleted while a post was under way: maybe that post's message, of which the platform may tell in any order. */
  const deletedEarly = new Set<string>();

  const ids = () => list.flatMap(({ id }) => (id === undefined ? [] : [id]));

  function takeFrom(message: ShownMessage, count?: number) {
    const index = list.indexOf(message);
    if (index < 0) return undefined;
    comparison.unsettle(index);
    const dropped = list.splice(index, count ?? list.length);
    if (dropped.some(({ id }) => id !== undefined)) options.onMessages(ids());
    return { index, dropped };
  }

  /** Whether the last message is left over, as far as the answer is known. */
  function isSurplus(last: ShownMessage): boolean {
    if (last.isLeaving) return true;
    const isKept = options.keepsExisting && !desired.hasEnded;
    return !isKept && !desired.isStale && list.length > desired.rendered.texts.length;
  }

  return {
    ...comparison,
    list,
    ids,
    posted: () => (list.at(-1)?.id === undefined ? Math.max(0, list.length - 1) : list.length),

    size() {
      let size = 0;
      for (const { shown } of list) size += shown?.text.length ?? 0;
      return size;
    },

    add() {
      const message = createShownMessage(surface, undefined);
      list.push(message);
      return message;
    },

    added({ id }) {
      options.onMessages(ids());
      return id === undefined || !deletedEarly.has(id);
    },

    drop: (message) => void takeFrom(message, 1),
    dropFrom: (message) => takeFrom(message),

    trim() {
      for (;;) {
        const last = list.at(-1);
        if (desired.stage === 'waiting' || !last?.isReady() || !isSurplus(last)) return undefined;
        if (last.id !== undefined) return last;
        takeFrom(last, 1);
      }
    },

    deleted(id) {
      const message = list.find((one) => one.id === id && !one.isLeaving);
      if (message) takeFrom(message, 1);
      else if (list.at(-1)?.id === undefined) deletedEarly.add(id);
      return message !== undefined;
    },
  };
}
