/**
 * When messages grow whose calls share a rate window that slides and is long, as Slack's minutes are. Nobody knows how
 * long an answer becomes, nor how many others begin within the window.
 *
 * Two things let a message grow. An even pace spends what is free until more gets free. Ahead of it, a message grows
 * quickly as soon as it has a step of text that is not shown: the step is what is likely to come, shared by the calls
 * that are left. So many short answers get most of a window's calls while they are written, and those that go on get
 * fewer and fewer instead of none.
 */

export interface Growing {
  /** Messages that grow. */
  count: number;
  /** Calls that are free now, without those that ends and beginnings need. */
  free: number;
  /** Until more calls get free, ms. */
  refillMs: number;
}

/** Growing calls of the even pace are so much further apart than the window allows. */
const SPREAD = 1.06;
/** An even pace is good enough for so few messages: this share of the window is kept for it. */
const FEW = 3;
const EVEN_SHARE = 0.7;
/** No share is kept for it where so many messages grow: each would wait too long for its turn. */
const MANY = 6;
/** Characters that an answer is taken to have still, and the share of what it has already, if that is more. */
const EXPECTED_CHARACTERS = 1_400;
const EXPECTED_SHARE = 0.6;
/** Characters of the least step: for each message that grows, and at most. */
const STEP_EACH = 60;
const MOST_STEP = 560;

/** Milliseconds between two calls of the even pace. */
export function evenInterval({ free, refillMs }: Growing): number {
  return free > 0 ? (refillMs / free) * SPREAD : Number.POSITIVE_INFINITY;
}

/** Unseen characters with which a message grows at once. Infinity: the window has no call for that. */
export function quickStep(limit: number, { count, free }: Growing, seen: number): number {
  const manyness = Math.min(1, Math.max(0, (count - FEW) / (MANY - FEW)));
  const quick = Math.floor(free - limit * EVEN_SHARE * (1 - manyness));
  if (quick <= 0) return Number.POSITIVE_INFINITY;
  const expected = Math.max(EXPECTED_CHARACTERS, seen * EXPECTED_SHARE) * manyness;
  return Math.max(Math.min(STEP_EACH * count, MOST_STEP), (expected * count) / quick);
}
