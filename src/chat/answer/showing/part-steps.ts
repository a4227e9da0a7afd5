/** The steps of an answer, by the part in which each began. */
import type { ShownStep } from '../../../core/types.ts';
import type { PartStep } from '../surface.ts';
import type { RenderedAnswer } from './rendering.ts';

export interface PartSteps {
  /** The steps of a part, in the order of their beginning. The same array until one of them changes. */
  of(part: number): readonly PartStep[] | undefined;
  /** A step began or changed. A new one stands at the end of what is rendered. */
  take(step: ShownStep, rendered: Pick<RenderedAnswer, 'texts' | 'isPlaceholder'>): void;
  /** The answer has ended: no step runs any more. */
  end(isWhole: boolean): void;
}

export function createPartSteps(): PartSteps {
  const parts = new Map<number, readonly PartStep[]>();
  const places = new Map<string, number>();

  return {
    of: (part) => parts.get(part),

    take(step, { texts, isPlaceholder }) {
      const part = places.get(step.id) ?? Math.max(0, texts.length - 1);
      const after = isPlaceholder ? 0 : (texts.at(-1)?.length ?? 0);
      const steps = parts.get(part) ?? [];
      const isKnown = places.has(step.id);
      places.set(step.id, part);
      parts.set(
        part,
        isKnown
          ? steps.map((one) => (one.step.id === step.id ? { ...one, step } : one))
          : [...steps, { step, after }],
      );
    },

    end(isWhole) {
      const state = isWhole ? 'done' : 'failed';
      for (const [part, steps] of parts)
        if (steps.some(isOpen))
          parts.set(
            part,
            steps.map((one) => (isOpen(one) ? { ...one, step: { ...one.step, state } } : one)),
          );
    },
  };
}

const isOpen = ({ step: { state } }: PartStep) => state === 'asked' || state === 'running';
