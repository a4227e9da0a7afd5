/** Tells which answers can be continued. */
import type { End } from '../../types.ts';

const CUT: ReadonlySet<End | null> = new Set<End>(['length', 'stopped', 'interrupted']);

/** Whether the model can continue an answer that ended this way, if it has text. */
export const canGoOnAfter = (end: End | null): boolean => CUT.has(end);
