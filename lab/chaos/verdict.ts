/** The judgement on one turn. */
import type { Attempt } from './model.ts';
import type { NoticeKind } from './notices.ts';
import type { Turn } from './people.ts';
import type { SeenMessage } from './seen.ts';

/**
 * LOST: no answer, or one that a notice ends for no reason. TWICE: more than one answer, or a part of one twice.
 * OUT OF ORDER: before, or without knowing of, what was said before in its lane. UNHEALED: what looks unfinished.
 */
export const COUNTERS = ['LOST', 'TWICE', 'OUT OF ORDER', 'UNHEALED'] as const;

export type Counter = (typeof COUNTERS)[number];

export interface Problem {
  counter: Counter;
  why: string;
  /** The one that it was out of order with. */
  beside?: Verdict;
}

export interface Verdict {
  turn: Turn;
  attempts: Attempt[];
  /** What stands there now. */
  messages: SeenMessage[];
  /** Messages that were taken away again. */
  removed: SeenMessage[];
  outcome: 'none' | 'part' | 'whole' | NoticeKind;
  /** When it came to what stands there now; undefined: nothing does. */
  doneAt: number | undefined;
  /** Ends of a process between its being said and its being done. */
  ends: number;
  /** It was begun before a process ended, and finished afterwards in the same messages. */
  isHealed: boolean;
  problems: Problem[];
}
