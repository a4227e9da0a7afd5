/** Turns as the page shows them. */
import { RESTART_NOTICE } from '../../core/notices.ts';
import type { StoredTurn, Transcripts, TurnQueue } from '../../core/ports.ts';
import type { ConversationId } from '../../core/types.ts';
import type { TurnEvents, TurnView } from './api.ts';

/** @param isLive it waits or is being answered, whichever process does that */
export function viewOf(turn: StoredTurn, isLive: boolean): TurnView {
  const { message, seq } = turn;
  return {
    id: message.id,
    seq,
    text: message.text,
    attachments: message.attachments,
    at: message.at,
    ...(isLive
      ? { answer: '', end: null, notice: null, live: true }
      : { answer: turn.answer, ...endOf(turn), live: false }),
  };
}

/** How a turn ended that is live nowhere. One that has no end was cut off for good. */
export function endOf({ end, notice }: StoredTurn): TurnEvents['end'] {
  return end === null ? { end: 'interrupted', notice: RESTART_NOTICE } : { end, notice: notice ?? null };
}

export type Viewer = (conversation: ConversationId, turns: StoredTurn[]) => Promise<TurnView[]>;

/** Looks up which of the turns are live. */
export function createViewer(queue: TurnQueue, transcripts: Transcripts): Viewer {
  return async (conversation, turns) => {
    const waiting = (await queue.live(conversation)).filter(({ phase }) => phase !== 'answered');
    const live = new Set(waiting.map(({ id }) => id));
    return Promise.all(
      turns.map(async (turn) => {
        const isLive = live.has(turn.message.id);
        // It may have ended between the two looks.
        const again = turn.end === null && !isLive;
        const now = again ? await transcripts.find(conversation, turn.message.id) : undefined;
        return viewOf(now ?? turn, isLive);
      }),
    );
  };
}
