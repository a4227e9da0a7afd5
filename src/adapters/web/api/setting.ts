/** The JSON of one of the settings that core lists. */

/** One setting as the page draws it. Its `id` is its name in `SettingsChange`. */
export type SettingView = {
  id: string;
  label: string;
  /** Its name on the button that saves it. */
  noun: string;
  hint: string;
  /** Why it cannot be changed just now, as a sentence; null: it can. */
  closed: string | null;
} & (
  | {
      type: 'text';
      value: string;
      /** Shown while nothing is chosen. */
      placeholder: string;
      keys: 'text' | 'url' | 'decimal' | 'numeric';
    }
  | { type: 'choice'; value: string; choices: { value: string; label: string }[] }
);
