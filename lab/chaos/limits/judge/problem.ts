/** The things that can be wrong with a run of limits. */

export const COUNTERS = ['OVERSPENT', 'OPEN', 'MISBOOKED', 'BELOW THE BILL'] as const;

export interface LimitProblem {
  counter: (typeof COUNTERS)[number];
  why: string;
}
