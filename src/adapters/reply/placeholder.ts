/** What stands in place of an answer's text while none comes. */
export interface PlaceholderOptions {
  /** Absent: there is none. */
  text: string | undefined;
  /** Stands there after half a minute. */
  laterText: string | undefined;
  /** Whether a message of the answer is there, and shows it from the beginning. */
  isStanding: boolean;
  /** Otherwise one is posted after so long; `Infinity`: never. */
  postAfterMs: number;
  /** Shows it from now on. */
  say(text: string): void;
}

/** Until then, who waits sees that Parley is typing, or the platform's own sign. */
export const PLACEHOLDER_MS = 60_000;
const LATER_MS = 30_000;

/** Shows it until the function it returns is called. */
export function showPlaceholder(options: PlaceholderOptions): () => void {
  const { text, laterText = text, postAfterMs, say } = options;
  if (text === undefined || laterText === undefined) return () => {};
  let { isStanding } = options;
  let isLate = false;
  const timers = [
    setTimeout(() => {
      isLate = true;
      if (isStanding) say(laterText);
    }, LATER_MS),
  ];
  if (!isStanding && Number.isFinite(postAfterMs))
    timers.push(
      setTimeout(() => {
        isStanding = true;
        say(isLate ? laterText : text);
      }, postAfterMs),
    );
  return () => timers.forEach(clearTimeout);
}
