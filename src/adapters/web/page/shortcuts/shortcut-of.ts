import { isComposing } from '../composer/keys.ts';

export type Shortcut = 'new' | 'list';

/** The shortcut of a key press; null: it belongs to an input method, to a dialogue or to what is being typed. */
export function shortcutOf(event: KeyboardEvent): Shortcut | null {
  if (event.defaultPrevented || event.repeat || event.altKey || isComposing(event)) return null;
  if (document.querySelector('dialog[open]')) return null;
  const withControl = event.ctrlKey || event.metaKey;
  if (withControl) return event.shiftKey && isLetterO(event) ? 'new' : null;
  return event.key === '?' && !isTyping(event.target) ? 'list' : null;
}

/** By the letter, or by the key's place on a keyboard without Latin letters. */
function isLetterO({ key, code }: KeyboardEvent): boolean {
  return /^[a-z]$/i.test(key) ? key.toLowerCase() === 'o' : code === 'KeyO';
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('input, textarea, select, [contenteditable]') !== null;
}
