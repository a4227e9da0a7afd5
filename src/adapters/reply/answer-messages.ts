/** The messages of one answer as they stand, against the texts that it wants in them. */
import type { End } from '../../core/types.ts';
import { createMessage, isReady, isSame, type Refusal, type ReplyMessage } from './message.ts';
import type { Button, Part } from './surface.ts';
import type { Wanted } from './wanted.ts';

export type Stage = 'waiting' | 'live' | End;

export interface AnswerMessagesOptions {
  wanted: Wanted;
  /** Messages that are there already, first to last; what they say is not known. */
  existing: string[];
  stage(): Stage;
  buttons: (end: End | 'live') => Button[];
  /** Stand in place of a text that the platform does not take. */
  refusals: Record<Refusal, string>;
}

/** A message that is not as it shall be. */
export interface Difference {
  message: ReplyMessage;
  part: Part;
  /** Nothing is added to the part any more. */
  isWhole: boolean;
}

export interface AnswerMessages {
  /** First to last; the last one may not be posted yet. */
  readonly list: readonly ReplyMessage[];
  /** Of those that are posted. */
  ids(): string[];
  /** How many are posted. */
  posted(): number;
  /** What the message of this index shall be. */
  partOf(index: number): Part;
  /** The first message that differs and can be edited now. */
  differing(): Difference | undefined;
  /** Some message that is posted is not yet as it shall be. */
  areBehind(): boolean;
  /** There are as many messages as are wanted, each as it shall be. */
  areSame(): boolean;
  /** Takes those before the last one that are as they shall be for done: they are not compared again. */
  settle(): void;
  /** All are compared again. */
  unsettle(): void;
  /** Adds the place of one that is about to be posted. */
  add(): ReplyMessage;
  /** False where it is none of them any more. */
  drop(message: ReplyMessage): boolean;
  /** Takes out this one and those after it, and returns them with the index of the first. */
  dropFrom(message: ReplyMessage): { index: number; dropped: ReplyMessage[] } | undefined;
}

const FILE_NAME = 'answer.md';

export function createAnswerMessages(options: AnswerMessagesOptions): AnswerMessages {
  const { wanted, stage } = options;
  const list = options.existing.map<ReplyMessage>(createMessage);
  /** Messages before this one are as they shall be and stay so. */
  let settled = 0;

  const isGrowing = () => stage() === 'waiting' || stage() === 'live';

  /** The text of a part, or what stands in its place; a text that still grows is not tried again once it was refused. */
  function textOf(index: number): string {
    const text = wanted.texts[index] ?? '';
    const refused = list[index]?.refused;
    if (!refused || refused.size === 0) return text;
    const isWhole = !isGrowing() || index < wanted.texts.length - 1;
    const why = refused.get(text) ?? (isWhole ? undefined : [...refused.values()].at(-1));
    return why === undefined ? text : options.refusals[why];
  }

  /** Buttons stand under the last part; the edit that completes the one before takes them away there. */
  function buttonsOf(index: number): Button[] {
    if (index < wanted.texts.length - 1) return [];
    const now = stage();
    return options.buttons(now === 'waiting' || now === 'live' ? 'live' : now);
  }

  function partOf(index: number): Part {
    const part: Part = { text: textOf(index), buttons: buttonsOf(index) };
    if (wanted.file?.index === index) part.file = { name: FILE_NAME, text: wanted.file.text };
    if (wanted.isWaiting) part.isPlaceholder = true;
    return part;
  }

  return {
    list,
    partOf,
    ids: () => list.flatMap(({ id }) => (id === undefined ? [] : [id])),
    posted: () => (list.at(-1)?.id === undefined ? Math.max(0, list.length - 1) : list.length),

    differing() {
      const end = Math.min(list.length, wanted.texts.length);
      for (let index = settled; index < end; index++) {
        const message = list[index];
        if (message?.id === undefined || message.isLeaving || !isReady(message)) continue;
        const part = partOf(index);
        if (!isSame(message.shown, part)) return { message, part, isWhole: index < wanted.texts.length - 1 };
      }
      return undefined;
    },

    areBehind: () =>
      list.some(
        (message, index) =>
          message.id !== undefined && (message.isBusy || !isSame(message.shown, partOf(index))),
      ),

    areSame: () =>
      list.length === wanted.texts.length &&
      list.every(
        (message, index) => index < settled || (!message.isLeaving && isSame(message.shown, partOf(index))),
      ),

    settle() {
      const end = Math.min(list.length, wanted.texts.length) - 1;
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
