/** Answers requested at once, or in waves, in one channel, and the measurements of them. */
import { median } from './median.ts';

export interface Scenario {
  name: string;
  /** Asked at the same moment in one channel. */
  answers: number;
  /** Seconds until more are requested, all in a minute. Absent: never. */
  againAfter?: number;
  /** How many those are. Absent: as many as before. */
  again?: number;
  /** Of each answer. */
  characters: number;
  /** That the model writes of each answer. */
  perSecond: number;
  /** Parley's processes, on Postgres. Absent: one, on SQLite. */
  processes?: number;
  /** How often it is measured. Absent: as often as the platform's others. */
  rounds?: number;
}

/** Of all waves. */
export const allAnswers = ({ answers, againAfter, again = answers }: Scenario) =>
  answers + (againAfter === undefined ? 0 : again);

/** How long after its end an answer was whole, seconds: on average, and the last one. */
export interface Delays {
  mean: number;
  most: number;
}

/** Of one round, or the medians of several. */
export interface Figures {
  /** Seconds from the model's first chunk to the first text. */
  firstText: number;
  /** Characters written but not shown, on average over the time of writing. */
  staleness: number;
  whole: Delays;
}

export interface PlatformFigures extends Figures {
  scenario: Scenario;
  /** Calls that the counterpart refused for their rate, over all rounds. */
  refused: number;
  /** What the rate limits allow at best; undefined: not known. */
  least: { staleness: number | undefined; whole: Delays };
}

export const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

export function mediansOf(rounds: Figures[]): Figures {
  return {
    firstText: median(rounds.map(({ firstText }) => firstText)),
    staleness: median(rounds.map(({ staleness }) => staleness)),
    whole: {
      mean: median(rounds.map(({ whole }) => whole.mean)),
      most: median(rounds.map(({ whole }) => whole.most)),
    },
  };
}
