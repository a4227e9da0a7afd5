/** What Slack's tiers allow at best, to whoever knows beforehand when each answer ends. */
import { allAnswers, type Delays, mean, type Scenario } from './scenario.ts';

const MINUTE = 60;
/** Of each kind so many calls a minute and workspace. */
export const TIERS = { start: 20, append: 100, stop: 20, update: 50 };
/** Slack: 12,000 characters of Markdown a message. */
const MESSAGE_CHARACTERS = 12_000;

const messagesOf = ({ characters }: Scenario) => Math.ceil(characters / MESSAGE_CHARACTERS);

/** Characters of each answer that are not shown on average while it is written, appends evenly spread in each minute. */
export function leastStaleness(scenario: Scenario): number {
  const { characters, perSecond } = scenario;
  const answers = allAnswers(scenario);
  const seconds = characters / perSecond;
  let unseen = 0;
  for (let from = 0; from < seconds; from += MINUTE) {
    const length = Math.min(MINUTE, seconds - from);
    // A message that begins, and one that ends, is text as well; the last end comes after the time of writing.
    const others = (2 * messagesOf(scenario) - 1) * (length / seconds);
    const calls = TIERS.append / answers + others;
    unseen += (length / seconds) * ((perSecond * length) / (2 * calls));
  }
  return unseen;
}

/** How long after their end answers are whole, seconds: a stream is ended by a call, what was posted is by an update. */
export function leastDelay(scenario: Scenario): Delays {
  const answers = allAnswers(scenario);
  const ends = TIERS.stop + TIERS.update;
  const delays = Array.from({ length: answers }, (_, index) => Math.floor(index / ends) * MINUTE);
  return { mean: mean(delays), most: Math.max(...delays) };
}
