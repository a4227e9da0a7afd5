/** The messages that an answer asks for: the parts that should be shown, as far as it is written or as it ended. */
import type { End, ShownStep } from '../../../core/types.ts';
import type { Button, Part } from '../surface.ts';
import { createPartSteps } from './part-steps.ts';
import {
  type ClosingWords,
  type RenderedAnswer,
  type RenderingOptions,
  renderEnd,
  renderGrowing,
  renderPlaceholder,
} from './rendering.ts';

export interface DesiredPartsOptions extends RenderingOptions {
  /** Most parts that are shown; the rest is a file. */
  mostParts: number;
  /** Text of the first message until there is answer text; undefined: none. */
  placeholder: string | undefined;
  /** The buttons under the last part. @param isLong whether the answer takes more than one message */
  buttons(stage: End | 'live', isLong: boolean): Button[];
}

/** `waiting` for enough text to show, `live` while it is written, then how it ended. */
export type Stage = 'waiting' | 'live' | End;

export interface DesiredParts {
  readonly stage: Stage;
  readonly hasEnded: boolean;
  /** As of the last `render`. */
  readonly rendered: RenderedAnswer;
  /** Whether there is more to render than `rendered` has. */
  readonly isStale: boolean;
  /** Characters that `rendered` does not have yet; of Markdown, so roughly. */
  readonly waiting: number;
  /** The line of `Part.activity`, in the last part of an answer that has not ended. */
  activity: string | undefined;
  /** The part of this index, as of the last `render`. */
  part(index: number): Part;
  /** Whether a part has the buttons of an answer that is being written. */
  isLive(part: Part): boolean;
  append(markdown: string): void;
  /** Begins the answer again; `rendered` stays until the next `render`. */
  clear(): void;
  /** Shows this in the first message until there is text. It is rendered at once. */
  wait(placeholder: string): void;
  /** There is enough text to show. */
  open(): void;
  /** A step began or changed. A new one stands behind the text of the last `render`. */
  step(step: ShownStep): void;
  /** The platform refuses files: the rest comes as parts, and a notice in place of made files. */
  withoutFile(): void;
  end(end: End, said: ClosingWords): void;
  render(): void;
}

export function createDesiredParts(options: DesiredPartsOptions): DesiredParts {
  const { document, buttons, lead } = options;
  let { mostParts } = options;
  const steps = createPartSteps();
  let said: ClosingWords = {};
  let takesMade = true;
  let hasText = false;

  const desired = {
    stage: 'waiting' as Stage,
    hasEnded: false,
    rendered: renderPlaceholder(document, options.placeholder),
    isStale: lead !== undefined,
    waiting: 0,
    activity: undefined as string | undefined,

    part: (index: number) => partNow(desired, index, buttons, steps.of(index)),
    isLive: (part: Part) => part.buttons.join() === buttons('live', false).join(),

    append(markdown: string) {
      document.append(markdown);
      if (desired.rendered.isFull) return;
      desired.waiting += markdown.length;
      hasText ||= markdown.trim() !== '';
      desired.isStale ||= hasText;
    },

    clear() {
      document.clear();
      desired.waiting = 0;
      hasText = false;
      desired.rendered = { ...desired.rendered, isFull: false };
      desired.isStale = false;
    },

    wait(placeholder: string) {
      if (hasText || lead !== undefined || desired.hasEnded) return;
      desired.rendered = { ...desired.rendered, texts: [placeholder], isPlaceholder: true };
    },

    open() {
      desired.stage = 'live';
    },

    step: (step: ShownStep) => steps.take(step, desired.rendered),

    withoutFile() {
      mostParts = Number.POSITIVE_INFINITY;
      takesMade = false;
      desired.rendered = { ...desired.rendered, isFull: false };
      desired.isStale = true;
    },

    end(end: End, words: ClosingWords) {
      Object.assign(desired, { stage: end, hasEnded: true, activity: undefined, isStale: true });
      steps.end(end === 'stop');
      said = words;
    },

    render() {
      if (!desired.isStale) return;
      desired.isStale = false;
      desired.waiting = 0;
      desired.rendered = desired.hasEnded
        ? renderEnd(options, { hasText, mostParts, said, takesMade })
        : renderGrowing(document, desired.rendered, mostParts);
    },
  };
  return desired;
}

function partNow(
  { stage, rendered, activity }: Pick<DesiredParts, 'stage' | 'rendered' | 'activity'>,
  index: number,
  buttons: DesiredPartsOptions['buttons'],
  steps: Part['steps'],
): Part {
  const part = partOf(rendered, index, () => buttons(stage === 'waiting' ? 'live' : stage, rendered.isLong));
  if (activity !== undefined && index === rendered.texts.length - 1) part.activity = activity;
  if (steps) part.steps = steps;
  return part;
}

const FILE_NAME = 'answer.md';

/** @param buttons those under the last part; the edit that completes a part before it removes its buttons */
function partOf(
  { texts, notice, footer, file, made, isPlaceholder }: RenderedAnswer,
  index: number,
  buttons: () => Button[],
): Part {
  const last = texts.length - 1;
  const part: Part = { text: texts[index] ?? '', buttons: index < last ? [] : buttons() };
  if (index === last && notice !== undefined) part.notice = notice;
  if (index === last && footer !== undefined) part.footer = footer;
  if (index === last && made) part.made = made;
  if (file?.index === index) part.file = { name: FILE_NAME, text: file.text };
  if (isPlaceholder) part.isPlaceholder = true;
  return part;
}
