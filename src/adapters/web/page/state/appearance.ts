import { isNarrow } from './narrow.ts';

/** How the page looks to this person on this device: kept in the browser, never sent. */
export interface Appearance {
  theme: 'light' | 'dark' | 'system';
  textSize: 'small' | 'normal' | 'large';
  /** Whether the settings in the side panel are unfolded. */
  settings: 'open' | 'closed';
}

const KEY = 'parley.appearance';

export function readAppearance(): Appearance {
  let kept: Partial<Appearance> = {};
  try {
    kept = JSON.parse(localStorage.getItem(KEY) ?? '{}') ?? {};
  } catch {
    // Storage is blocked, or holds something else: the defaults do.
  }
  return {
    theme: kept.theme ?? 'system',
    textSize: kept.textSize ?? 'normal',
    settings: kept.settings ?? (isNarrow() ? 'closed' : 'open'),
  };
}

export function saveAppearance(appearance: Appearance): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(appearance));
  } catch {
    // It then holds for this visit only.
  }
  applyAppearance(appearance);
}

/** Puts theme and text size on the document, where the style sheet looks for them. */
export function applyAppearance({ theme, textSize } = readAppearance()): void {
  document.documentElement.dataset.theme = theme;
  document.documentElement.dataset.textSize = textSize;
}
