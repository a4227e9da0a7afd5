/** The time to try again, in words. @param ms undefined where nobody knows */
export function inWords(ms: number | undefined): string {
  if (ms === undefined) return 'in a moment';
  const seconds = Math.max(1, Math.ceil(ms / 1000));
  if (seconds === 1) return 'in a second';
  if (seconds < 90) return `in ${seconds} seconds`;
  return seconds < 5_400 ? `in ${Math.ceil(seconds / 60)} minutes` : `in ${Math.ceil(seconds / 3_600)} hours`;
}
