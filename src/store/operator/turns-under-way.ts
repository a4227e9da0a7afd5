/** Reads the turns of all processes that have not ended: who waits where, and never what was said. */
import type { Reservation } from '../../core/money/metering/reservation.ts';
import type { TurnsUnderWay, TurnUnderWay } from '../../core/operator/operator-view.ts';
import { BYTES_PER_TOKEN } from '../../core/turn/context-size.ts';
import type { Message } from '../../core/types.ts';
import { ALL_LANES, reservationKey } from '../keys.ts';
import { isOpen } from '../ledger/ledger.ts';
import { readDrafts } from '../queue/rows/drafts.ts';
import type { LaneRow, LaneTurn } from '../queue/rows/lane-rows.ts';
import type { Store } from '../store.ts';
import { turnAt } from '../tables/transcript-rows.ts';

/** Most turns that are read at once. */
const MOST_TURNS = 100;

/** @param personOf the person of a message, as the books name them */
export async function turnsUnderWay(
  store: Store,
  personOf: (message: Pick<Message, 'tenant' | 'author'>) => string,
): Promise<TurnsUnderWay> {
  const keys = await store.keys(ALL_LANES, { limit: MOST_TURNS + 1 });
  const lanes = await store.readMany<LaneRow>(keys);
  const all = lanes.flatMap((lane) => (lane ? lane.turns.map((turn) => ({ lane, turn })) : []));
  const found = await Promise.all(all.slice(0, MOST_TURNS).map((one) => readOne(store, one, personOf)));
  return { turns: found.filter((turn) => turn !== undefined), isMore: all.length > MOST_TURNS };
}

async function readOne(
  store: Store,
  { lane: { conversation }, turn: { id, seq, phase, run } }: { lane: LaneRow; turn: LaneTurn },
  personOf: (message: Pick<Message, 'tenant' | 'author'>) => string,
): Promise<TurnUnderWay | undefined> {
  const kept = await turnAt(store, conversation, { id, seq });
  // It may have been forgotten meanwhile.
  if (!kept) return undefined;
  const { message } = kept;
  const turn = { conversation, tenant: message.tenant, person: personOf(message), phase, at: message.at };
  if (phase === 'waiting') return { ...turn, written: 0 };
  const [[draft], call] = await Promise.all([
    readDrafts(store, conversation, [id]),
    store.read<Reservation | null>(reservationKey(conversation, run)),
  ]);
  const text = phase === 'answered' ? kept.answer : draft?.run === run ? draft.text : '';
  return {
    ...turn,
    written: Math.ceil(Buffer.byteLength(text) / BYTES_PER_TOKEN),
    ...(isOpen(call) && { call: { model: call.call.model, since: call.at } }),
  };
}
