/** Runs before the page is painted. */
import { applyAppearance } from './state/appearance.ts';

applyAppearance();
