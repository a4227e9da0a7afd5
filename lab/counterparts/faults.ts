/** Failures on demand, by kind of call: the next few calls, or a share of them. `*` stands for every kind. */
export interface Faults<Kind extends string, Fault> {
  next(kind: Kind | '*', fault: Fault, times?: number): void;
  /** @param probability 0 to 1; @param random a seeded source of numbers from 0 to 1 */
  rate(kind: Kind | '*', fault: Fault, probability: number, random: () => number): void;
  clear(): void;
  /** The wait that an injected 429 asks for, seconds. */
  retryAfter: number;
  take(kind: Kind): Fault | undefined;
}

export function createFaults<Kind extends string, Fault>(retryAfter: number): Faults<Kind, Fault> {
  let queued: { kind: Kind | '*'; fault: Fault }[] = [];
  let rates: { kind: Kind | '*'; fault: Fault; probability: number; random: () => number }[] = [];
  const meant = (one: { kind: Kind | '*' }, kind: Kind) => one.kind === kind || one.kind === '*';
  return {
    retryAfter,
    next(kind, fault, times = 1) {
      for (let time = 0; time < times; time += 1) queued.push({ kind, fault });
    },
    rate(kind, fault, probability, random) {
      rates.push({ kind, fault, probability, random });
    },
    clear() {
      queued = [];
      rates = [];
    },
    take(kind) {
      const index = queued.findIndex((one) => meant(one, kind));
      if (index >= 0) return queued.splice(index, 1)[0]?.fault;
      return rates.find((one) => meant(one, kind) && one.random() < one.probability)?.fault;
    },
  };
}

/** Mulberry32. The same seed gives the same numbers. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
