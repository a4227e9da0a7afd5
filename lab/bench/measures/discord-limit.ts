/** The best that a rate bucket allows to a client that knows in advance when each answer ends. */
import { type Delays, mean, type Scenario } from './scenario.ts';

/** Calls per window of a channel's bucket; messages and edits each have one. */
export const BUCKET = { limit: 5, windowMs: 5_000 };

/** Most characters of a Discord message. */
const MESSAGE_CHARACTERS = 2_000;

/**
 * Characters of one answer that are written but not shown, on average, if its updates are evenly spread. Undefined
 * for several answers, where the bound is not known.
 */
export function leastStaleness({ answers, characters, perSecond }: Scenario): number | undefined {
  if (answers > 1) return undefined;
  const seconds = characters / perSecond;
  const callsPerSecond = BUCKET.limit / (BUCKET.windowMs / 1000);
  // One message at once, then edits. In an answer of many messages, each message is an update too.
  const buckets = characters > MESSAGE_CHARACTERS ? 2 : 1;
  return characters / (2 * (1 + seconds * callsPerSecond * buckets));
}

/**
 * Seconds from the end of an answer until it is whole, for answers that fit one message: on average, and for the
 * last one.
 */
export function leastDelay({ answers, characters, perSecond }: Scenario): Delays {
  const { limit, windowMs } = BUCKET;
  const end = characters / perSecond;
  let edits = 0;
  const delays = Array.from({ length: answers }, (_, index) => {
    const postedAt = (Math.floor(index / limit) * windowMs) / 1000;
    if (postedAt >= end) return postedAt - end;
    // A message posted before the answer's end needs an edit after it. Two windows may meet at that moment.
    const windows = Math.floor(Math.max(0, edits++ - limit) / limit);
    return (windows * windowMs) / 1000;
  });
  return { mean: mean(delays), most: Math.max(...delays) };
}
