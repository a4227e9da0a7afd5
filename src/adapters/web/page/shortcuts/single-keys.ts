/**
 * Whether a single character, such as `?`, is a shortcut. People who dictate, or whose hands slip, turn that off
 * (WCAG 2.1.4, Character Key Shortcuts). The browser keeps it and never sends it.
 */
const KEY = 'parley.single-keys';

export function areSingleKeysOn(): boolean {
  try {
    return localStorage.getItem(KEY) !== 'off';
  } catch {
    return true; // Storage is blocked.
  }
}

export function setSingleKeys(on: boolean): void {
  try {
    if (on) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, 'off');
  } catch {
    // Storage is blocked, so the keys stay as they are.
  }
}
