/** The attempt at a turn that shows its answer, as far as a surface has to know it. */
import type { Attempt } from '../../core/turn/queue.ts';
import type { AnswerRecord } from './answer-records.ts';

/** Above attempt 1, an earlier attempt was cut off, and parts of the answer may be there already. */
export interface ShownBy extends Pick<Attempt, 'number' | 'isHeld'> {
  /**
   * Keeps the platform's ids of the answer's made files in its record. Absent: nothing is posted.
   * @throws ShowError `again` if the store did not take them
   */
  keepFiles?(files: NonNullable<AnswerRecord['files']>): Promise<void>;
}

/** For an answer that is shown outside an attempt. */
export const FIRST_SHOWING: ShownBy = { number: 1, isHeld: async () => true };
