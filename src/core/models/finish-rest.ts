/** How long to wait behind a `finish_reason` of Chat Completions for what may yet come. */

/**
 * Milliseconds that may pass behind a `finish_reason` before what came counts as whole: behind one that stands alone
 * (some servers say nothing more and leave the connection open, as OCI's), and behind one that stands beside text, which
 * servers that put one on each chunk send too. Where text has come behind such a one before, it means little, and the
 * pause may be some times as long as any before. The answer is there meanwhile, so a late end costs little.
 */
const REST = { alone: 5_000, beside: 15_000 };
const LEAST_REST = { pauses: 4, least: 15_000, most: 30_000 };

/** Learns within a stream how much its finish reasons mean. */
export function createRest() {
  /** What more has come behind. */
  const refuted = new Set<keyof typeof REST>();
  let last: keyof typeof REST = 'alone';
  let saidAt = performance.now();
  let longestPause = 0;
  return {
    /** @param isBehind a finish reason, which was none then */
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
