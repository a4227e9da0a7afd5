/** How far a turn is. */
import type { LiveTurn, TurnQueue } from '../../../core/turn/queue.ts';
import type { ConversationId } from '../../../core/types.ts';

/** The phase of a turn; undefined where it is not live. */
export async function phaseOf(
  queue: Pick<TurnQueue, 'live'>,
  conversation: ConversationId,
  turn: string,
): Promise<LiveTurn['phase'] | undefined> {
  return (await queue.live(conversation)).find(({ id }) => id === turn)?.phase;
}
