import { dismiss } from './problem.ts';
import { getState } from './state.ts';
import { stop } from './turn-actions.ts';
import { liveTurn } from './turns.ts';

/** Whether a key is the input method's, such as the one that ends a composition. */
export function isComposing(event: KeyboardEvent): boolean {
  // 229: Safari ends a composition before the Enter that ended it is told.
  return event.isComposing || event.keyCode === 229;
}

/**
 * Escape stops the answer that is being written; else it takes away what is said above the message box. A form or a panel
 * that is open has it first.
 */
export function takeEscape(event: KeyboardEvent): void {
  if (event.key !== 'Escape' || event.defaultPrevented || isComposing(event)) return;
  const isInPanel = event.target instanceof Element && event.target.closest('.panel') !== null;
  const { panelOpen, open } = getState();
  if (isInPanel || panelOpen) return;
  if (liveTurn(open.turns)) stop();
  else dismiss();
}
