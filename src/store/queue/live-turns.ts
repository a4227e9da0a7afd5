/** Reads the turns that have not ended. */
import type { LiveTurn } from '../../core/turn/queue.ts';
import type { ConversationId } from '../../core/types.ts';
import { conversationOfKey, laneKey, lanesIn } from '../keys.ts';
import type { Store } from '../store.ts';
import { turnAt } from '../tables/transcript-rows.ts';
import { readDrafts } from './rows/drafts.ts';
import type { LaneRow } from './rows/lane-rows.ts';

/** The keys of a conversation's lanes. */
export const lanesOf = (store: Store, partition: string, conversation: ConversationId) =>
  store.keys(laneKey(partition, conversation, ''));

/** The turns of a conversation's lanes, in each lane in their order. */
export async function liveTurns(
  store: Store,
  conversation: ConversationId,
  lanes: string[],
): Promise<LiveTurn[]> {
  const rows = await store.readMany<LaneRow>(lanes);
  const turns = rows.flatMap((row) => row?.turns ?? []);
  const drafts = await readDrafts(
    store,
    conversation,
    turns.map(({ id }) => id),
  );
  return Promise.all(
    turns.map(async ({ id, seq, phase, run }, i): Promise<LiveTurn> => {
      const draft = drafts[i];
      const kept = phase === 'answered' ? await turnAt(store, conversation, { id, seq }) : undefined;
      return { id, phase, attempt: run, text: kept?.answer ?? (draft?.run === run ? draft.text : '') };
    }),
  );
}

/** The conversations of a partition that have live turns, and whose ids are `place` or begin with it. */
export async function busyWithin(
  store: Store,
  partition: string,
  place: ConversationId,
): Promise<ConversationId[]> {
  const keys = await store.keys(lanesIn(partition));
  const isWithin = (id: ConversationId) => id === place || id.startsWith(`${place}:`);
  return [...new Set(keys.map(conversationOfKey))].filter(isWithin);
}
