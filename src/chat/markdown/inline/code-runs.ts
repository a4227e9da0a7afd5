export interface CodeRuns {
  /** The place where the next run of this length begins; -1 where none does. Call it with ever larger places. */
  after(length: number, from: number): number;
}

/** Runs of backticks: one of the same length ends the code that a run begins (CommonMark 6.1). */
export function codeRuns(text: string): CodeRuns {
  let places: Map<number, number[]> | null = null;
  return {
    after(length, from) {
      const next = text.indexOf('`', from);
      if (next < 0) return -1;
      // The next run is mostly the very next of that length.
      if (runEnd(text, next) === next + length) return next;
      places ??= placesOfRuns(text);
      const same = places.get(length) ?? [];
      while (same.length > 0 && (same.at(-1) ?? 0) < from) same.pop();
      return same.at(-1) ?? -1;
    },
  };
}

/** Runs by their length, the last ones first, so that passed runs are at the end. */
function placesOfRuns(text: string): Map<number, number[]> {
  const places = new Map<number, number[]>();
  for (let start = text.indexOf('`'); start >= 0; ) {
    const end = runEnd(text, start);
    const same = places.get(end - start);
    if (same) same.push(start);
    else places.set(end - start, [start]);
    start = text.indexOf('`', end);
  }
  for (const same of places.values()) same.reverse();
  return places;
}

function runEnd(text: string, start: number): number {
  let end = start + 1;
  while (text.charAt(end) === '`') end++;
  return end;
}
