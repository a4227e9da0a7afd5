/** The time before an answer has text: a placeholder may be shown, and the first text waits until there is enough. */
import type { Reconciler } from '../messages/reconcile.ts';
import type { Surface } from '../surface.ts';
import { createFirstText } from './first-text.ts';
import { PLACEHOLDER_MS, showPlaceholder } from './placeholder.ts';

export interface BeforeTextOptions {
  surface: Pick<Surface, 'placeholderAfterMs'>;
  /** Messages that are there already. */
  existing?: string[];
  placeholder?: string;
  laterPlaceholder?: string;
}

export interface BeforeText {
  /** Text of the answer came. */
  append(text: string): void;
  /** There is something to show without text: the placeholder is shown now. */
  stand(): void;
  /** The answer has ended, or nothing more is shown. */
  stop(): void;
}

export function createBeforeText(
  { surface, existing = [], placeholder, laterPlaceholder }: BeforeTextOptions,
  reconciler: Pick<Reconciler, 'open' | 'wait'>,
): BeforeText {
  const first = createFirstText(reconciler.open);
  const shown = showPlaceholder({
    text: placeholder,
    laterText: laterPlaceholder,
    isStanding: existing.length > 0,
    postAfterMs: surface.placeholderAfterMs ?? PLACEHOLDER_MS,
    say: reconciler.wait,
  });
  let hasText = false;

  return {
    append(text) {
      if (!hasText && text.trim() !== '') {
        hasText = true;
        shown.end();
      }
      first.append(text);
    },
    stand: shown.stand,
    stop() {
      first.stop();
      shown.end();
    },
  };
}
