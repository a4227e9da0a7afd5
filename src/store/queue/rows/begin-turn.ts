/** Begins an attempt: takes the first turn of a lane that can be answered. */
import type { Message, Turn } from '../../../core/types.ts';
import { type DeadCall, settleDeadAttempt } from '../../ledger/ledger.ts';
import type { ExclusiveRows } from '../../store.ts';
import { turnAt } from '../../tables/transcript-rows.ts';
import { removeDraft } from './drafts.ts';
import { joinFollowing } from './joining.ts';
import { beginAnew, isUntouched, type LaneRow, type LaneTurn } from './lane-rows.ts';

/** A turn that was begun: its message, and its entry in the lane from now on. */
export interface Begun {
  message: Message;
  turn: LaneTurn;
  /** Ids of files that the turn's earlier answer shows. */
  files: string[];
}

/**
 * Begins the lane's first turn, and charges a call that a dead attempt left open. Before, it takes out turns whose messages are gone, and joins messages that are answered
 * together. Undefined, and the lane is removed, if no turn is left. Repeated for the same attempt, it changes nothing more.
 * @param attempt the id of the attempt
 * @param mayBegin whether a model may be asked about the message now; if not, the turn is `held` and goes on waiting
 * @param onCharged called for each call that is charged, before the change is made
 */
export async function beginFirst(
  rows: ExclusiveRows,
  key: string,
  attempt: string,
  mayBegin: (message: Message) => boolean,
  onCharged: (call: DeadCall) => void = () => {},
): Promise<Begun | 'held' | undefined> {
  const lane = await rows.read<LaneRow>(key);
  let isChanged = false;
  while (lane && lane.turns.length > 0) {
    const [first] = lane.turns;
    if (first?.run && first.run !== attempt) {
      const charged = await settleDeadAttempt(rows, lane.conversation, first.run);
      if (charged) onCharged(charged);
    }
    const turn = first && (await turnAt(rows, lane.conversation, first));
    if (!first || !turn) {
      lane.turns.shift();
      isChanged = true;
      if (first) await removeDraft(rows, lane.conversation, first.id);
      continue;
    }
    // The attempt that the edit was to stop has died. Something of it may be shown and need healing, so attempts is 1.
    if (first.isEdited) {
      await beginAnew(rows, lane, first, 1);
      isChanged = true;
    }
    if (first.run === attempt) return { message: turn.message, turn: first, files: filesOf(turn) };
    if (asksModel(first) && !mayBegin(turn.message)) {
      if (isChanged) await rows.write([{ key, value: lane }]);
      return 'held';
    }
    const message = isUntouched(first, turn) ? await joinFollowing(rows, lane, turn.message) : turn.message;
    const [begun = first] = lane.turns;
    begun.attempts++;
    begun.run = attempt;
    if (begun.phase === 'waiting') begun.phase = 'answering';
    await rows.write([{ key, value: lane }]);
    return { message, turn: begun, files: filesOf(turn) };
  }
  await rows.remove([key]);
  return undefined;
}

const filesOf = ({ files = [] }: Turn) => files.map(({ id }) => id);

/** Whether the attempt will ask a model. It asks none to show a kept answer or to end a stopped turn. */
function asksModel({ phase, request }: LaneTurn): boolean {
  return phase !== 'answered' && request !== 'stop';
}
