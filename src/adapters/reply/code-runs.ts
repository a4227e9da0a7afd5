/** Runs of backticks: one of the same length ends the code that a run begins (CommonMark 6.1). */
export function codeRuns(text: string): { after(length: number, from: number): number } {
  const runs = new Map<number, number[]>();
  for (const { 0: run, index } of text.matchAll(/`+/g)) {
    const same = runs.get(run.length);
    if (same) same.push(index);
    else runs.set(run.length, [index]);
  }
  for (const same of runs.values()) same.reverse();
  return {
    /** Where the next run of this length begins; -1 when none does. To be asked for ever later places. */
    after(length, from) {
      const same = runs.get(length) ?? [];
      while (same.length > 0 && (same.at(-1) ?? 0) < from) same.pop();
      return same.at(-1) ?? -1;
    },
  };
}
