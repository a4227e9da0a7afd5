export interface CodeRuns {
  /** Where the next run of this length begins; -1 when none does. To be asked for ever later places. */
  after(length: number, from: number): number;
}

/** Runs of backticks: one of the same length ends the code that a run begins (CommonMark 6.1). */
export function codeRuns(text: string): CodeRuns {
  const runs = new Map<number, number[]>();
  for (let start = text.indexOf('`'); start >= 0; ) {
    let end = start + 1;
    while (text[end] === '`') end++;
    const same = runs.get(end - start);
    if (same) same.push(start);
    else runs.set(end - start, [start]);
    start = text.indexOf('`', end);
  }
  for (const same of runs.values()) same.reverse();
  return {
    after(length, from) {
      const same = runs.get(length) ?? [];
      while (same.length > 0 && (same.at(-1) ?? 0) < from) same.pop();
      return same.at(-1) ?? -1;
    },
  };
}
