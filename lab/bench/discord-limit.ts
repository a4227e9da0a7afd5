/** What a rate bucket allows at best, to whoever knows beforehand when each answer ends. */
import { type Delays, mean, type Scenario } from './scenario.ts';

/** Calls per window of a channel's bucket; messages and edits each have one. */
export const BUCKET = { limit: 5, windowMs: 5_000 };

/** Discord: 2,000 characters a message. */
const MESSAGE_CHARACTERS = 2_000;

/**
 * Characters of one answer that are not shown on average while it is written, its updates evenly spread; of several it
 * is not known.
 */
export function leastStaleness({ answers, characters, perSecond }: Scenario): number | undefined {
  if (answers > 1) return undefined;
  const seconds = characters / perSecond;
  const callsPerSecond = BUCKET.limit / (BUCKET.windowMs / 1000);
  // A message at once, then edits; of an answer in many messages each of those is an update as well.
  const buckets = characters > MESSAGE_CHARACTERS ? 2 : 1;
  return characters / (2 * (1 + seconds * callsPerSecond * buckets));
}

/** How long after their end answers that fit a message are whole, seconds: on average, and the last one. */
export function leastDelay({ answers, characters, perSecond }: Scenario): Delays {
  const { limit, windowMs } = BUCKET;
  const end = characters / perSecond;
  let edits = 0;
  const delays = Array.from({ length: answers }, (_, index) => {
    const postedAt = (Math.floor(index / limit) * windowMs) / 1000;
    if (postedAt >= end) return postedAt - end;
    // Posted before its end, it wants an edit after it; two windows may meet just there.
    const windows = Math.floor(Math.max(0, edits++ - limit) / limit);
    return (windows * windowMs) / 1000;
  });
  return { mean: mean(delays), most: Math.max(...delays) };
}
