/** Searches a text that is read once from start to end, and never scans a part twice. */
export interface Finder {
  readonly text: string;
  /** Next index of `wanted` from `from` on; -1 if there is none. */
  next(wanted: string, from: number): number;
}

export function createFinder(text: string): Finder {
  const known = new Map<string, number>();
  return {
    text,
    next(wanted, from) {
      const before = known.get(wanted);
      if (before !== undefined && (before < 0 || before >= from)) return before;
      const at = text.indexOf(wanted, from);
      known.set(wanted, at);
      return at;
    },
  };
}
