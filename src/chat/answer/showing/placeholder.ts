/** The text shown while an answer has no text yet. */
export interface PlaceholderOptions {
  /** Absent: the answer has no placeholder. */
  text: string | undefined;
  /** Replaces `text` after half a minute. */
  laterText: string | undefined;
  /** Whether a message of the answer exists already and shows the placeholder at once. */
  isStanding: boolean;
  /** Otherwise a message is posted after this time (ms); `Infinity`: never. */
  postAfterMs: number;
  /** Shows this text from now on. */
  say(text: string): void;
}

/** Wait until a placeholder is posted (ms). Before, the asker sees that Parley is typing, or the platform's own sign. */
export const PLACEHOLDER_MS = 60_000;
const LATER_MS = 30_000;

export interface ShownPlaceholder {
  /** Shows it now, if it does not stand yet. */
  stand(): void;
  /** It is shown no more. */
  end(): void;
}

export function showPlaceholder(options: PlaceholderOptions): ShownPlaceholder {
  const { text, laterText = text, postAfterMs, say } = options;
  if (text === undefined || laterText === undefined) return { stand() {}, end() {} };
  let { isStanding } = options;
  let isLate = false;
  let hasEnded = false;

  function stand(): void {
    if (isStanding || hasEnded) return;
    isStanding = true;
    say((isLate ? laterText : text) ?? '');
  }

  const timers = [
    setTimeout(() => {
      isLate = true;
      if (isStanding) say(laterText);
    }, LATER_MS),
  ];
  if (!isStanding && Number.isFinite(postAfterMs)) timers.push(setTimeout(stand, postAfterMs));
  return {
    stand,
    end() {
      hasEnded = true;
      timers.forEach(clearTimeout);
    },
  };
}
