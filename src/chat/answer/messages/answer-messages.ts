/** The messages of one answer, compared with the texts that the answer wants in them. */
import type { End } from '../../../core/types.ts';
import type { DesiredParts } from '../showing/desired-parts.ts';
import type { Button, Part } from '../surface.ts';
import { createMessage, isReady, isSame, type ShownMessage, type TextRefusal } from './shown-message.ts';

export type Stage = 'waiting' | 'live' | End;

export interface AnswerMessagesOptions {
  desired: DesiredParts;
  /** Ids of messages that are there already, first to last. Their content is not known. */
  existing: string[];
  stage(): Stage;
  buttons: (end: End | 'live') => Button[];
  /** Notices shown in place of a text that the platform does not take. */
  refusals: Record<TextRefusal, Pick<Part, 'text' | 'notice'>>;
}

/** A message that does not show what it should. */
export interface Difference {
  message: ShownMessage;
  part: Part;
  /** The part is complete: nothing is added to it any more. */
  isWhole: boolean;
}

export interface AnswerMessages {
  /** First to last; the last one may not be posted yet. */
  readonly list: readonly ShownMessage[];
  /** Ids of the messages that are posted. */
  ids(): string[];
  /** How many are posted. */
  posted(): number;
  /** The part that the message of this index should show. */
  partOf(index: number): Part;
  /** The first message that differs and can be edited now. */
  differing(): Difference | undefined;
  /** Whether a posted message does not yet show what it should. */
  areBehind(): boolean;
  /** Whether the number of messages is right and each shows what it should. */
  areSame(): boolean;
  /** Marks the correct messages before the last one as done: they are not compared again. */
  settle(): void;
  /** Compares all messages again. */
  unsettle(): void;
  /** Adds an entry for a message that is about to be posted. */
  add(): ShownMessage;
  /** Returns false where the message is no longer in the list. */
  drop(message: ShownMessage): boolean;
  /** Takes out this message and all after it. Returns them with the index of the first. */
  dropFrom(message: ShownMessage): { index: number; dropped: ShownMessage[] } | undefined;
}

const FILE_NAME = 'answer.md';

export function createAnswerMessages(options: AnswerMessagesOptions): AnswerMessages {
  const { desired } = options;
  const list = options.existing.map<ShownMessage>(createMessage);
  /** Index: messages before this one are correct and stay so. */
  let settled = 0;

  const partOf = createPartOf(options, list);

  return {
    list,
    partOf,
    ids: () => list.flatMap(({ id }) => (id === undefined ? [] : [id])),
    posted: () => (list.at(-1)?.id === undefined ? Math.max(0, list.length - 1) : list.length),

    differing() {
      const end = Math.min(list.length, desired.texts.length);
      for (let index = settled; index < end; index++) {
        const message = list[index];
        if (message?.id === undefined || message.isLeaving || !isReady(message)) continue;
        const part = partOf(index);
        if (!isSame(message.shown, part)) return { message, part, isWhole: index < desired.texts.length - 1 };
      }
      return undefined;
    },

    areBehind: () =>
      list.some(
        (message, index) =>
          message.id !== undefined && (message.isBusy || !isSame(message.shown, partOf(index))),
      ),

    areSame: () =>
      list.length === desired.texts.length &&
      list.every(
        (message, index) => index < settled || (!message.isLeaving && isSame(message.shown, partOf(index))),
      ),

    settle() {
      const end = Math.min(list.length, desired.texts.length) - 1;
      while (settled < end && isSame(list[settled]?.shown, partOf(settled))) settled++;
    },

    unsettle() {
      settled = 0;
    },

    add() {
      const message = createMessage(undefined);
      list.push(message);
      return message;
    },

    drop(message) {
      const index = list.indexOf(message);
      if (index < 0) return false;
      list.splice(index, 1);
      settled = Math.min(settled, index);
      return true;
    },

    dropFrom(message) {
      const index = list.indexOf(message);
      if (index < 0) return undefined;
      settled = Math.min(settled, index);
      return { index, dropped: list.splice(index) };
    },
  };
}

/** The part that the message of an index should show. */
function createPartOf(
  options: AnswerMessagesOptions,
  list: readonly ShownMessage[],
): AnswerMessages['partOf'] {
  const { desired, stage } = options;
  const isGrowing = () => stage() === 'waiting' || stage() === 'live';

  /** The text of a part, or the notice in its place. A refused text that still grows is not tried again. */
  function saidIn(index: number): Pick<Part, 'text' | 'notice'> {
    const text = desired.texts[index] ?? '';
    const isLast = index === desired.texts.length - 1;
    const said = isLast && desired.notice !== undefined ? { text, notice: desired.notice } : { text };
    const refused = list[index]?.refused;
    if (!refused || refused.size === 0) return said;
    const isWhole = !isGrowing() || !isLast;
    const why = refused.get(text) ?? (isWhole ? undefined : [...refused.values()].at(-1));
    return why === undefined ? said : options.refusals[why];
  }

  /** Buttons belong under the last part. The edit that completes a part before it removes its buttons. */
  function buttonsOf(index: number): Button[] {
    if (index < desired.texts.length - 1) return [];
    const now = stage();
    return options.buttons(now === 'waiting' || now === 'live' ? 'live' : now);
  }

  return (index) => {
    const part: Part = { ...saidIn(index), buttons: buttonsOf(index) };
    if (desired.file?.index === index) part.file = { name: FILE_NAME, text: desired.file.text };
    if (desired.isWaiting) part.isPlaceholder = true;
    return part;
  };
}
