/** The attempt at a turn that shows its answer, as far as a surface has to know it. */
import type { Attempt } from '../../core/turn/queue.ts';

/** Above attempt 1, an earlier attempt was cut off, and parts of the answer may be there already. */
export type ShownBy = Pick<Attempt, 'number' | 'isHeld'>;

/** For an answer that is shown outside an attempt. */
export const FIRST_SHOWING: ShownBy = { number: 1, isHeld: async () => true };
