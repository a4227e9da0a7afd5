/** Compares the messages of one answer with its desired parts. */
import type { DesiredParts } from '../showing/desired-parts.ts';
import type { Part, Surface } from '../surface.ts';
import type { ShownMessage, TextRefusal } from './shown-message.ts';

/** A message that does not show what it should. */
export interface Difference {
  message: ShownMessage;
  part: Part;
  /** The part is complete: nothing is added to it any more. */
  isWhole: boolean;
}

export interface Comparison {
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
  /** Compares the messages from this index on again; default all. */
  unsettle(from?: number): void;
}

/** Notices shown in place of a text that the platform does not take. */
export type RefusalNotices = Record<TextRefusal, Pick<Part, 'text' | 'notice'>>;

export function createComparison(
  list: readonly ShownMessage[],
  desired: DesiredParts,
  { surface, refusals }: { surface: Pick<Surface, 'showsSteps'>; refusals: RefusalNotices },
): Comparison {
  /** Index: messages before this one are correct and stay so. */
  let settled = 0;

  const isWhole = (index: number) => index < desired.rendered.texts.length - 1;

  function partOf(index: number): Part {
    const part = desired.part(index);
    const message = list[index];
    // Either the steps are shown, or the line about the newest. A placeholder without steps has nothing but its line.
    const id = message?.id;
    if (surface.showsSteps?.(id) && (id !== undefined || part.steps)) delete part.activity;
    else delete part.steps;
    if (!message?.hasRefused()) return part;
    const why = message.refusalOf(part.text, desired.hasEnded || isWhole(index));
    if (why === undefined) return part;
    const { notice: _, footer: __, ...rest } = part;
    return { ...rest, ...refusals[why] };
  }

  return {
    partOf,

    differing() {
      const end = Math.min(list.length, desired.rendered.texts.length);
      for (let index = settled; index < end; index++) {
        const message = list[index];
        if (message?.id === undefined || message.isLeaving || !message.isReady()) continue;
        const part = partOf(index);
        if (!message.shows(part)) return { message, part, isWhole: isWhole(index) };
      }
      return undefined;
    },

    areBehind: () =>
      list.some(
        (message, index) => message.id !== undefined && (message.isBusy || !message.shows(partOf(index))),
      ),

    areSame: () =>
      list.length === desired.rendered.texts.length &&
      list.every((message, index) => index < settled || (!message.isLeaving && message.shows(partOf(index)))),

    settle() {
      const end = Math.min(list.length, desired.rendered.texts.length) - 1;
      while (settled < end && list[settled]?.shows(partOf(settled))) settled++;
    },

    unsettle(from = 0) {
      settled = Math.min(settled, from);
    },
  };
}
