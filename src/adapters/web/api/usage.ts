/** The JSON about what a person used. */
import type { Figures } from '../../../core/commands/figures.ts';

/** A month's usage of the session. */
export interface UsageView {
  title: string;
  /** Sentences, as plain text. */
  lines: string[];
  /** Null: nothing was used. */
  figures: Figures | null;
  /** Months to choose from, such as `2026-11`: the newest first. */
  months: { value: string; label: string }[];
}
