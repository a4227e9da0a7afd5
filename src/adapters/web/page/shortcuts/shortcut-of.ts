import { isComposing } from '../composer/keys.ts';
import { areSingleKeysOn } from './single-keys.ts';

export type Shortcut = 'new' | 'list' | 'palette';

/** The shortcut of a key press; null: it belongs to an input method, to a dialogue or to what is being typed. */
export function shortcutOf(event: KeyboardEvent): Shortcut | null {
  if (event.defaultPrevented || event.repeat || event.altKey || isComposing(event)) return null;
  if (document.querySelector('dialog[open]')) return null;
  if (event.ctrlKey || event.metaKey) return withControl(event);
  return event.key === '?' && areSingleKeysOn() && !isTyping(event.target) ? 'list' : null;
}

function withControl(event: KeyboardEvent): Shortcut | null {
  // On some keyboards the slash needs the shift key.
  if (event.key === '/') return 'list';
  const letter = letterOf(event);
  if (event.shiftKey) return letter === 'o' ? 'new' : null;
  return letter === 'k' ? 'palette' : null;
}

/** By the letter, or by the key's place on a keyboard without Latin letters. */
function letterOf({ key, code }: KeyboardEvent): string {
  return /^[a-z]$/i.test(key) ? key.toLowerCase() : code.replace(/^Key/, '').toLowerCase();
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('input, textarea, select, [contenteditable]') !== null;
}
