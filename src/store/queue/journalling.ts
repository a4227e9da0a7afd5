/** Keeps the journal of one attempt, and notes that the attempt gets further than those before it. */
import type { Charge } from '../../core/money/metering/reservation.ts';
import type { Journal } from '../../core/turn/tools/journal.ts';
import type { Message } from '../../core/types.ts';
import { settleCharge } from '../ledger/ledger.ts';
import type { ExclusiveRows } from '../store.ts';
import { countAnew } from './rows/end-turn.ts';
import { writeJournal } from './rows/journals.ts';

/** @param key the lane's */
export function journalling({ key, attempt, message }: { key: string; attempt: string; message: Message }) {
  let before: number | undefined;
  let isFurther = false;

  return async (rows: ExclusiveRows, journal: Journal, charge: Charge | undefined): Promise<void> => {
    if (charge) await settleCharge(rows, charge);
    await writeJournal(rows, message.conversation, message.id, journal);
    const now = endedSteps(journal);
    before ??= now;
    if (now <= before || isFurther) return;
    // Attempts that died before this one do not count any more.
    await countAnew(rows, key, { attempt, message });
    isFurther = true;
  };
}

const endedSteps = ({ rounds }: Journal) =>
  rounds.reduce((sum, { steps }) => sum + steps.filter(({ output }) => output !== undefined).length, 0);
