import { RESTART_NOTICE } from '../../core/notices.ts';
import type { StoredTurn } from '../../core/ports.ts';
import type { TurnView } from './api.ts';

/** A turn as the page shows it. One that has no end and is not live was cut off. */
export function viewOf(turn: StoredTurn, isLive: boolean): TurnView {
  const { message, seq } = turn;
  const wasCut = turn.end === null && !isLive;
  return {
    id: message.id,
    seq,
    text: message.text,
    attachments: message.attachments,
    answer: isLive ? '' : turn.answer,
    end: isLive ? null : wasCut ? 'interrupted' : turn.end,
    notice: isLive ? null : wasCut ? RESTART_NOTICE : (turn.notice ?? null),
    at: message.at,
    live: isLive,
  };
}
