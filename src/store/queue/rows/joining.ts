/** Joins messages that are answered together into one message, in the place of the last of them. */
import type { Message } from '../../../core/types.ts';
import type { ExclusiveRows } from '../../store.ts';
import { keepTurn, removeTurn, turnAt } from '../../tables/transcript-rows.ts';
import type { LaneRow } from './lane-rows.ts';

/** Stands between the texts of messages that are answered together. */
const BETWEEN = '\n\n';
/** Messages that are answered together. Each is an entry of one write (`MOST_ENTRIES`). */
const MOST_JOINED = 200;

/**
 * Joins the first turn with the turns that its person said after it and that want to be answered with it. The joined
 * message stands in the place of the last; the others leave the transcript.
 */
export async function joinFollowing(rows: ExclusiveRows, lane: LaneRow, first: Message): Promise<Message> {
  let joined = first;
  for (let count = 1; count < MOST_JOINED; count++) {
    const [mine, next] = lane.turns;
    if (!mine || mine.request || !next?.joins || next.request) return joined;
    const following = await turnAt(rows, lane.conversation, next);
    if (!following || following.message.author.id !== joined.author.id) return joined;
    const { text, attachments, quotes } = joined;
    joined = together({ text, attachments, ...(quotes && { quotes }) }, following.message);
    await removeTurn(rows, lane.conversation, mine.id);
    await keepTurn(rows, lane.conversation, following, { ...following, message: joined });
    lane.turns.shift();
  }
  return joined;
}

/** A message with what was joined to it. @param before the joined messages, which stand in front of its own text */
export function together(before: NonNullable<Message['before']>, message: Message): Message {
  const quotes = [...(before.quotes ?? []), ...(message.quotes ?? [])];
  return {
    ...message,
    text: [before.text, message.text].filter(Boolean).join(BETWEEN),
    attachments: [...before.attachments, ...message.attachments],
    ...(quotes.length > 0 && { quotes }),
    before,
  };
}
