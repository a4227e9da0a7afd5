/** Ends an attempt: its answer is kept, and its turn leaves the lane or waits again. */
import type { Material, Message, Quote, Turn } from '../../../core/types.ts';
import type { ExclusiveRows } from '../../store.ts';
import { keepKeys, keepTurn, turnAt, withMaterial } from '../../tables/transcript-rows.ts';
import { removeDraft } from './drafts.ts';
import { beginAnew, type LaneRow } from './lane-rows.ts';

/**
 * Replaces the turn in its transcript, without what was forgotten of its message since the attempt began. From then on
 * the turn only has to be shown. Without effect if its message was edited meanwhile, or another attempt has the turn by now.
 * @param begun the message as it was when the attempt began
 */
export async function keepAnswer(
  rows: ExclusiveRows,
  key: string,
  turn: Turn,
  { attempt, message: begun }: { attempt: string; message: Message },
): Promise<void> {
  const { conversation, id } = turn.message;
  const lane = await rows.read<LaneRow>(key);
  const mine = lane?.turns.find((one) => one.id === id);
  if (!lane || mine?.run !== attempt || mine.isEdited) return;
  await rows.readMany(keepKeys(conversation, mine.seq));
  const old = await turnAt(rows, conversation, mine);
  if (old) {
    const material = materialOf({ begun, ended: turn.message, stored: old.message });
    await keepTurn(rows, conversation, old, withMaterial(turn, material));
  }
  mine.phase = 'answered';
  await rows.write([{ key, value: lane }]);
}

/** Counts this attempt as the first. Without effect if another attempt has the turn by now. */
export async function countAnew(
  rows: ExclusiveRows,
  key: string,
  { attempt, message: { id } }: { attempt: string; message: Message },
): Promise<void> {
  const lane = await rows.read<LaneRow>(key);
  const mine = lane?.turns.find((one) => one.id === id);
  if (!lane || mine?.run !== attempt || mine.attempts <= 1) return;
  mine.attempts = 1;
  await rows.write([{ key, value: lane }]);
}

/**
 * The quotes and files of a message once it is answered. Those that it had when the attempt began stay if they are still
 * stored; the others were forgotten. Quotes that the attempt took from a file stay unless that file was forgotten.
 */
function materialOf({ begun, ended, stored }: Record<'begun' | 'ended' | 'stored', Message>): Material {
  const { quotes: there = [], before } = stored;
  const files = new Set(stored.attachments.map(({ id }) => id));
  const goneFrom = new Set(
    begun.attachments.map(({ id, origin }) => (files.has(id) ? undefined : (origin?.by ?? origin?.from))),
  );
  const known = new Set([...(begun.quotes ?? []), ...there].map(asText));
  const added = (ended.quotes ?? []).filter(
    (quote) => !known.has(asText(quote)) && !goneFrom.has(quote.by ?? quote.from),
  );
  const quotes = [...there, ...added];
  return {
    attachments: ended.attachments.filter(({ id }) => files.has(id)),
    ...(quotes.length > 0 && { quotes }),
    ...(before && { before }),
  };
}

const asText = ({ from, note, text }: Quote) => JSON.stringify([from, note, text]);

/**
 * The outcome of an attempt. `done`: it is shown, and the turn leaves its lane. `again`: the turn begins anew, as if just
 * accepted. `handed`: the next process begins it, and this attempt does not count. `late`: the answer was shown with a
 * notice that it could not be stored; now it is stored, and is shown once more.
 */
export type TurnOutcome = 'done' | 'again' | 'handed' | 'late';

/** Changes the lane by an outcome. Without effect if another attempt has the turn by now. */
export async function settle(
  rows: ExclusiveRows,
  key: string,
  { id, attempt }: { id: string; attempt: string },
  outcome: TurnOutcome,
): Promise<void> {
  const lane = await rows.read<LaneRow>(key);
  const mine = lane?.turns.find((one) => one.id === id);
  if (!lane || mine?.run !== attempt) return;
  switch (outcome !== 'handed' && mine.isEdited ? 'again' : outcome) {
    case 'done':
      lane.turns = lane.turns.filter((one) => one !== mine);
      await removeDraft(rows, lane.conversation, id);
      break;
    case 'again':
      await beginAnew(rows, lane, mine, 0);
      break;
    case 'handed':
      // Not below 1: something of a begun turn may be shown and need healing.
      mine.attempts = Math.max(1, mine.attempts - 1);
      mine.run = '';
  }
  if (lane.turns.length > 0) await rows.write([{ key, value: lane }]);
  else await rows.remove([key]);
}
