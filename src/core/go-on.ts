/** Which answers have more to say. */
import type { End } from './types.ts';

const CUT: ReadonlySet<End | null> = new Set<End>(['length', 'stopped', 'interrupted']);

/** Whether the model can go on from the text that came, if some came. */
export const canGoOnAfter = (end: End | null): boolean => CUT.has(end);
