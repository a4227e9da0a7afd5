/** The things that can be wrong with a run of the page. */

export const PAGE_COUNTERS = [
  // An accepted message is not in its branch.
  'LOST',
  // A message or its answer is there more than once.
  'TWICE',
  'OUT OF ORDER',
  // A branch has a turn of another one.
  'MIXED',
  // No version leads to a branch.
  'HIDDEN',
  // A message without its whole answer.
  'UNFINISHED',
  // The search does not find what is there.
  'UNFOUND',
  // Something that was deleted is still there.
  'GHOSTS',
  // Something of another person was shown.
  'LEAKED',
  // A session that was ended lives, or another one does not.
  'SESSIONS',
  // Parley failed by a mistake of its own.
  'MISTAKES',
] as const;

export type ProblemCounter = (typeof PAGE_COUNTERS)[number];

export interface Problem {
  counter: ProblemCounter;
  why: string;
}
