/** Tells what Parley does now where a person sees it: in the messages of the answer, or in the sign before them. */
import { en } from '../../../core/sentences/en.ts';
import type { Chunk } from '../../../core/types.ts';
import type { Reconciler } from '../messages/reconcile.ts';
import type { Surface } from '../surface.ts';
import { createActivity } from './activity.ts';
import type { BeforeText } from './before-text.ts';

export interface TellActivity {
  take(chunk: Extract<Chunk, { type: 'step' | 'progress' }>): void;
  /** Text of the answer came. */
  text(text: string): void;
}

export function createTellActivity(
  { surface, existing = [], lead }: { surface: Pick<Surface, 'tell'>; existing?: string[]; lead?: string },
  reconciler: Pick<Reconciler, 'step' | 'setActivity'>,
  beforeText: Pick<BeforeText, 'stand'>,
): TellActivity {
  const activity = createActivity();
  // The lead is posted at once, and with the first post the sign of typing ends.
  let line = lead === undefined ? undefined : en.notices.thinking;
  if (line !== undefined) reconciler.setActivity(line);

  function tell(): void {
    line = activity.line;
    reconciler.setActivity(line);
  }

  return {
    take(chunk) {
      if (chunk.type === 'step') activity.step(chunk.step);
      else activity.progress(chunk.text);
      tell();
      if (chunk.type === 'step') reconciler.step(chunk.step);
      if (line === undefined) return;
      // The model's words are worth no message where they can be said without one.
      if (activity.hasSteps || existing.length > 0 || !surface.tell) beforeText.stand();
      else surface.tell(line);
    },

    text(text) {
      if (line === undefined || text.trim() === '') return;
      activity.text();
      tell();
    },
  };
}
