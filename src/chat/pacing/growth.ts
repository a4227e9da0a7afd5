/**
 * Decides when messages grow that share a long, sliding rate window, such as Slack's minutes. Nobody knows how
 * long an answer becomes, nor how many others begin within the window.
 *
 * Two rules let a message grow. The even pace spreads the free calls until more become free. The quick step
 * lets a message grow sooner, as soon as enough unseen text has come: the expected text, divided by the calls
 * that are left. Many short answers so get most of a window's calls while they are written. Longer ones get
 * fewer and fewer calls, but never none.
 */

export interface Growing {
  /** Number of messages that grow. */
  count: number;
  /** Free calls, without those reserved for ends and beginnings. */
  free: number;
  /** Time until more calls become free, ms. */
  refillMs: number;
}

/** The even pace spaces calls this much further apart than the window allows. */
const SPREAD = 1.06;
/** With this few messages the even pace is enough; this share of the window is kept for it. */
const FEW = 3;
const EVEN_SHARE = 0.7;
/** With this many messages no share is kept for the even pace: each would wait too long. */
const MANY = 6;
/** Characters still expected of an answer; or this share of its length so far, if that is more. */
const EXPECTED_CHARACTERS = 1_400;
const EXPECTED_SHARE = 0.6;
/** Least step in characters: for each message that grows, and the upper limit. */
const STEP_EACH = 60;
const MOST_STEP = 560;

/** Milliseconds between two calls of the even pace. */
export function evenInterval({ free, refillMs }: Growing): number {
  return free > 0 ? (refillMs / free) * SPREAD : Number.POSITIVE_INFINITY;
}

/** Unseen characters at which a message grows at once. Infinity: the window has no call for that. */
export function quickStep(limit: number, { count, free }: Growing, seen: number): number {
  const manyness = Math.min(1, Math.max(0, (count - FEW) / (MANY - FEW)));
  const quick = Math.floor(free - limit * EVEN_SHARE * (1 - manyness));
  if (quick <= 0) return Number.POSITIVE_INFINITY;
  const expected = Math.max(EXPECTED_CHARACTERS, seen * EXPECTED_SHARE) * manyness;
  return Math.max(Math.min(STEP_EACH * count, MOST_STEP), (expected * count) / quick);
}
