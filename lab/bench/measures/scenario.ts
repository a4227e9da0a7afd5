/** Answers requested at once, or in waves, in one channel, and the measurements of them. */
import { median } from '../median.ts';

export interface Scenario {
  name: string;
  /** Answers requested at the same moment in one channel. */
  answers: number;
  /** Seconds until more are requested, all in a minute. Absent: never. */
  againAfter?: number;
  /** Number of answers in each later wave. Absent: as many as before. */
  again?: number;
  /** Characters of each answer. */
  characters: number;
  /** Characters that the model writes of each answer. */
  perSecond: number;
  /** Number of Parley's processes, on Postgres. Absent: one, on SQLite. */
  processes?: number;
  /** Rounds of this scenario. Absent: as many as for the platform's other scenarios. */
  rounds?: number;
}

/** Number of answers in all waves. */
export const allAnswers = ({ answers, againAfter, again = answers }: Scenario) =>
  answers + (againAfter === undefined ? 0 : again);

/** Seconds from an answer's end until it was whole: on average, and for the last answer. */
export interface Delays {
  mean: number;
  most: number;
}

/** Figures of one round, or the medians of several. */
export interface Figures {
  /** Seconds from the model's first chunk to the first text. */
  firstText: number;
  /** Characters written but not shown, averaged over the time of writing. */
  staleness: number;
  whole: Delays;
}

export interface PlatformFigures extends Figures {
  scenario: Scenario;
  /** Calls that the counterpart refused with 429, over all rounds. */
  refused: number;
  /** The best that the rate limits allow; undefined if not known. */
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
