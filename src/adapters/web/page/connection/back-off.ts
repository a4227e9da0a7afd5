/** Milliseconds before another attempt: longer after each failure, up to some seconds, and not the same for everybody. */
export function backOff(failures: number): number {
  return Math.min(4_000, 500 * 2 ** failures) * (0.75 + Math.random() / 2);
}
