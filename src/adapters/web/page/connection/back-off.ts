/** Delay before the next attempt, ms. It grows with each failure up to some seconds, with jitter. */
export function backOff(failures: number): number {
  return Math.min(4_000, 500 * 2 ** failures) * (0.75 + Math.random() / 2);
}
