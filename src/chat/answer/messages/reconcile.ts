/**
 * Makes the messages of one answer match its desired parts: what differs is posted, edited or removed, as the rate
 * limits allow. At most one call per message is under way, always with the newest text.
 */
import type { End, ShownStep } from '../../../core/types.ts';
import type { DesiredParts } from '../showing/desired-parts.ts';
import type { ClosingWords } from '../showing/rendering.ts';
import type { Part } from '../surface.ts';
import { createWriting, type Writing, type WritingOptions } from './writing.ts';

export interface Reconciler {
  /** Makes the first calls. */
  start(): void;
  /** Shows this placeholder until there is text. */
  wait(placeholder: string): void;
  /** There is enough text to show. */
  open(): void;
  append(markdown: string): void;
  /** A step began or changed. */
  step(step: ShownStep): void;
  /** The line of `Part.activity` from now on. */
  setActivity(line: string | undefined): void;
  /** Begins the answer again. The shown text stays until new text replaces it. */
  clear(): void;
  end(end: End, said: ClosingWords): void;
  /** The platform says that a message was deleted. */
  deleted(id: string): void;
  /** No further call is made. */
  stop(): void;
  /** The messages of the answer, first to last. */
  ids(): string[];
  /** The last message with its last known content. */
  last(): { id: string; part: Part } | undefined;
  /** Whether text of the answer is known to be shown, or is about to be. A placeholder does not count. */
  hasWords(): boolean;
  /** The platform's word for why the last call failed; undefined where it did not, or where there is none. */
  trouble(): string | undefined;
  /** The messages show the desired parts of an answer that has ended, and no call is under way. */
  isDone(): boolean;
  /** A call is under way. */
  isBusy(): boolean;
}

export function createReconciler(options: WritingOptions): Reconciler {
  const { desired } = options;
  const writing = createWriting(options);
  const { messages, view } = writing;

  return {
    stop: writing.stop,
    trouble: writing.trouble,
    isBusy: writing.isBusy,
    ids: messages.ids,

    start() {
      writing.start();
      writing.wake();
    },

    wait(placeholder) {
      desired.wait(placeholder);
      if (desired.stage === 'waiting') writing.wake();
    },

    open() {
      if (desired.stage !== 'waiting') return;
      desired.open();
      writing.refresh();
      writing.wake();
    },

    append(markdown) {
      const wasStale = desired.isStale;
      desired.append(markdown);
      if (!writing.isRunning() || desired.stage !== 'live') return;
      const isFurther = view.hasText && isNextNear(desired);
      if (isFurther) writing.refresh();
      // Text that was stale before is asked for already.
      if (isFurther || !wasStale) writing.wake();
    },

    ...createWorkShown(writing, desired),

    clear() {
      desired.clear();
      messages.unsettle();
    },

    end(end, said) {
      if (!writing.isRunning()) return;
      desired.end(end, said);
      if (!writing.render()) return;
      messages.unsettle();
      messages.settle();
      writing.wake();
      options.onChange();
    },

    deleted(id) {
      if (writing.isRunning() && messages.deleted(id)) writing.fail('gone');
    },

    last() {
      const { id, stood } = messages.list.findLast((one) => one.id !== undefined) ?? {};
      return id === undefined || stood === undefined ? undefined : { id, part: stood };
    },

    hasWords: () =>
      messages.ids().length > 0 && desired.rendered.texts.length > 0 && !desired.rendered.isPlaceholder,
    isDone: () => desired.hasEnded && !writing.isBusy() && messages.areSame(),
  };
}

/** Takes in what Parley does besides writing the answer. */
function createWorkShown(writing: Writing, desired: DesiredParts): Pick<Reconciler, 'step' | 'setActivity'> {
  return {
    step(step) {
      // The text so far is enough, since no more comes while the step runs.
      if (desired.stage === 'waiting' && desired.isStale) desired.open();
      writing.refresh();
      desired.step(step);
      writing.wake();
    },

    setActivity(line) {
      if (line === desired.activity) return;
      const wasDue = writing.messages.differing() !== undefined;
      desired.activity = line;
      // A call that is due takes the newest line.
      if (!wasDue) writing.wake();
    },
  };
}

/** Characters that have to wait before text is rendered for the sake of a further message. */
const FEW_CHARACTERS = 64;

/** Whether the waiting text is likely to need a further message. */
function isNextNear({ rendered: { texts, room }, waiting }: DesiredParts): boolean {
  return texts.length > 0 && waiting >= FEW_CHARACTERS && waiting > room;
}
