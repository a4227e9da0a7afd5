/** The judgement on one turn. */
import type { Attempt } from '../people/model.ts';
import type { Turn } from '../people/people.ts';
import type { NoticeKind } from './notices.ts';
import type { SeenMessage } from './seen.ts';

/**
 * LOST: no answer, or an answer that a notice ends without a reason. TWICE: more than one answer, or a part of one
 * twice. OUT OF ORDER: before an earlier message of the lane, or without knowing of it. UNHEALED: looks unfinished.
 */
export const COUNTERS = ['LOST', 'TWICE', 'OUT OF ORDER', 'UNHEALED'] as const;

export type Counter = (typeof COUNTERS)[number];

export interface Problem {
  counter: Counter;
  why: string;
  /** The verdict of the turn that this turn was out of order with. */
  beside?: Verdict;
}

export interface Verdict {
  turn: Turn;
  attempts: Attempt[];
  /** The answer's messages now. */
  messages: SeenMessage[];
  /** Messages that Parley deleted again. */
  removed: SeenMessage[];
  outcome: 'none' | 'part' | 'whole' | NoticeKind;
  /** When the messages got their final text; undefined if there are none. */
  doneAt: number | undefined;
  /** Process ends between the message and its finished answer. */
  ends: number;
  /** Whether the answer was begun before a process ended and finished afterwards in the same messages. */
  isHealed: boolean;
  problems: Problem[];
}
