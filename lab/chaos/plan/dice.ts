/** Random choices, from a source of numbers from 0 to 1. */
export type Dice = ReturnType<typeof dice>;

export function dice(random: () => number) {
  const between = (from: number, to: number) => from + random() * (to - from);
  return {
    between,
    whole: (below: number) => Math.floor(random() * below),
    happens: (probability: number) => random() < probability,
    pick<T>(values: readonly [T, ...T[]] | readonly T[]): T {
      return values[Math.floor(random() * values.length)] as T;
    },
  };
}
