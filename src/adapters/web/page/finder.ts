/** Looks for texts in a text that is read once from its start to its end, and never reads the same twice. */
export interface Finder {
  readonly text: string;
  /** Where `wanted` is next, from `from` on; -1 when nowhere. */
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
