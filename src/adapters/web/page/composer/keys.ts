import { dismiss } from '../state/problem.ts';
import { getState } from '../state/state.ts';
import { stop } from '../state/turn-actions.ts';
import { liveTurn } from '../state/turns.ts';

/** Whether a key press belongs to the input method, such as the one that ends a composition. */
export function isComposing(event: KeyboardEvent): boolean {
  // 229: Safari reports the end of a composition before the Enter that caused it.
  return event.isComposing || event.keyCode === 229;
}

/**
 * Escape stops the answer that is being written; otherwise it closes the message above the message box. An open
 * form or panel handles Escape first.
 */
export function takeEscape(event: KeyboardEvent): void {
  if (event.key !== 'Escape' || event.defaultPrevented || isComposing(event)) return;
  const isInPanel = event.target instanceof Element && event.target.closest('.panel') !== null;
  const { panelOpen, open } = getState();
  if (isInPanel || panelOpen) return;
  if (liveTurn(open.turns)) stop();
  else dismiss();
}
