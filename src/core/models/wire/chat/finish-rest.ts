/** The wait for more text after a `finish_reason` of Chat Completions. */

/**
 * Time after a `finish_reason` until the answer counts as complete, ms. `alone`: the chunk has no text; some
 * servers then say nothing more and leave the connection open, such as OCI's. `beside`: the chunk has text;
 * servers that put a reason on each chunk send that too. If text has come after such a reason before, the wait
 * is a multiple of the longest pause. The answer is already shown, so a late end costs little.
 */
const REST = { alone: 5_000, beside: 15_000 };
const LEAST_REST = { pauses: 4, least: 15_000, most: 30_000 };

/** Learns within a stream how reliable its finish reasons are. */
export function createRest() {
  /** Kinds of finish reason after which more text came. */
  const refuted = new Set<keyof typeof REST>();
  let last: keyof typeof REST = 'alone';
  let saidAt = performance.now();
  let longestPause = 0;
  return {
    /** @param isBehind whether the text came after a finish reason, which was therefore none */
    said(isBehind: boolean): void {
      const now = performance.now();
      if (isBehind) {
        refuted.add(last);
        longestPause = Math.max(longestPause, now - saidAt);
      }
      saidAt = now;
    },
    after(where: keyof typeof REST): number {
      last = where;
      if (!refuted.has(where)) return REST[where];
      const { pauses, least, most } = LEAST_REST;
      return Math.min(most, Math.max(least, pauses * longestPause));
    },
    isTrusted: () => !refuted.has(last),
  };
}
