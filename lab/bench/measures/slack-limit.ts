/** The best that Slack's tiers allow to a client that knows in advance when each answer ends. */
import { allAnswers, type Delays, mean, type Scenario } from './scenario.ts';

const MINUTE = 60;
/** Calls of each kind that Slack allows a minute in a workspace. */
export const TIERS = { start: 20, append: 100, stop: 20, update: 50 };
/** Most characters of Markdown in a Slack message. */
const MESSAGE_CHARACTERS = 12_000;

const messagesOf = ({ characters }: Scenario) => Math.ceil(characters / MESSAGE_CHARACTERS);

/**
 * Characters of each answer that are written but not shown, on average, if appends are evenly spread in each minute.
 */
export function leastStaleness(scenario: Scenario): number {
  const { characters, perSecond } = scenario;
  const answers = allAnswers(scenario);
  const seconds = characters / perSecond;
  let unseen = 0;
  for (let from = 0; from < seconds; from += MINUTE) {
    const length = Math.min(MINUTE, seconds - from);
    // The start and the end of each message show text too. The last end comes after the time of writing.
    const others = (2 * messagesOf(scenario) - 1) * (length / seconds);
    const calls = TIERS.append / answers + others;
    unseen += (length / seconds) * ((perSecond * length) / (2 * calls));
  }
  return unseen;
}

/**
 * Seconds from an answer's end until it is whole. A stream ends with a stop call, a posted message with an update.
 */
export function leastDelay(scenario: Scenario): Delays {
  const answers = allAnswers(scenario);
  const ends = TIERS.stop + TIERS.update;
  const delays = Array.from({ length: answers }, (_, index) => Math.floor(index / ends) * MINUTE);
  return { mean: mean(delays), most: Math.max(...delays) };
}
