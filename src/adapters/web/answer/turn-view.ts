/** Turns as the page shows them. */
import { en } from '../../../core/sentences/en.ts';
import type { StoredTurn, Transcripts } from '../../../core/storage.ts';
import type { LiveTurn, TurnQueue } from '../../../core/turn/queue.ts';
import type { ConversationId } from '../../../core/types.ts';
import type { TurnEvents, TurnView } from '../api.ts';

/** @param phase if it waits or is being answered, in any process */
export function viewOf(turn: StoredTurn, phase?: Exclude<LiveTurn['phase'], 'answered'>): TurnView {
  const { message, seq } = turn;
  return {
    id: message.id,
    seq,
    text: message.text,
    attachments: message.attachments,
    at: message.at,
    ...(phase
      ? { answer: '', end: null, notice: null, live: true, ...(phase === 'waiting' && { waits: true }) }
      : { answer: turn.answer, ...endOf(turn), live: false }),
  };
}

/** The end of a turn that no process answers. A turn without an end was cut off for good. */
export function endOf({ end, notice, thoughts }: StoredTurn): TurnEvents['end'] {
  if (end === null) return { end: 'interrupted', notice: en.notices.cutByRestart };
  return { end, notice: notice ?? null, ...(thoughts && { hasThoughts: true }) };
}

export type Viewer = (conversation: ConversationId, turns: StoredTurn[]) => Promise<TurnView[]>;

/** Looks up which of the turns are live. */
export function createViewer(queue: TurnQueue, transcripts: Transcripts): Viewer {
  return async (conversation, turns) => {
    const phases = new Map((await queue.live(conversation)).map(({ id, phase }) => [id, phase]));
    return Promise.all(
      turns.map(async (turn) => {
        const phase = phases.get(turn.message.id);
        if (phase === 'waiting' || phase === 'answering') return viewOf(turn, phase);
        // The turn may have ended between the two looks.
        const now = turn.end === null ? await transcripts.find(conversation, turn.message.id) : undefined;
        return viewOf(now ?? turn);
      }),
    );
  };
}
