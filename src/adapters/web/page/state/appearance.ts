/** Appearance of the page for this person on this device. The browser keeps it and never sends it. */
export interface Appearance {
  theme: 'light' | 'dark' | 'system';
  textSize: 'small' | 'normal' | 'large';
}

const KEY = 'parley.appearance';

export function readAppearance(): Appearance {
  let kept: Partial<Appearance> = {};
  try {
    kept = JSON.parse(localStorage.getItem(KEY) ?? '{}') ?? {};
  } catch {
    // Storage is blocked or holds something else, so the defaults apply.
  }
  return {
    theme: kept.theme ?? 'system',
    textSize: kept.textSize ?? 'normal',
  };
}

export function saveAppearance(appearance: Appearance): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(appearance));
  } catch {
    // Storage is blocked, so the choice lasts for this visit only.
  }
  applyAppearance(appearance);
}

/** Sets theme and text size on the document, where the style sheet reads them. */
export function applyAppearance({ theme, textSize } = readAppearance()): void {
  document.documentElement.dataset.theme = theme;
  document.documentElement.dataset.textSize = textSize;
}
