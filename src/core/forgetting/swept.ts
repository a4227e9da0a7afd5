/** The figures and the pace that all parts of one retention sweep share. */
import type { ConversationId } from '../types.ts';

/** The deletions of one sweep. */
export interface Swept {
  turns: number;
  files: number;
  /** When the next turn or file will be too old, ms since 1970. */
  nextAt: number;
}

export interface SweepPace {
  /** Lets all other work go on between two steps. Rejects once Parley stops. */
  rest(): Promise<void>;
  /** Ids of the conversation's turns that wait, are being answered or are being shown. */
  liveIn(conversation: ConversationId): Promise<Set<string>>;
  isStopping(): boolean;
}

/** Turns read in one step. */
export const TURNS_A_STEP = 16;
/** Wait until a turn in progress is looked at again, ms. */
const LIVE_MS = 60_000;

/** Brings the next sweep forward to this time (ms since 1970), if it would come later. */
export function dueBy(swept: Swept, at: number): void {
  swept.nextAt = Math.min(swept.nextAt, at);
}

/** A turn or file stayed, since its conversation is in progress. */
export function dueAfterLive(swept: Swept): void {
  dueBy(swept, Date.now() + LIVE_MS);
}
