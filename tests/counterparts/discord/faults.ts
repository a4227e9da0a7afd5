/** Failures on demand, by kind of call: the next so many, or a share of them. */
export type CallKind = 'create' | 'edit' | 'delete' | 'typing' | 'callback' | 'other';

/** `reset` drops the connection before the work is done, `resetAfter` after it; `hang` never answers. */
export type Fault = 'status500' | 'status429' | 'status403' | 'status404' | 'reset' | 'resetAfter' | 'hang';

export interface Faults {
  next(kind: CallKind, fault: Fault, times?: number): void;
  /** @param probability 0 to 1; @param random a seeded source of numbers from 0 to 1 */
  rate(kind: CallKind, fault: Fault, probability: number, random: () => number): void;
  clear(): void;
  /** What an injected 429 asks to wait, seconds. */
  retryAfter: number;
  take(kind: CallKind): Fault | undefined;
}

export function createFaults(): Faults {
  let queued: { kind: CallKind; fault: Fault }[] = [];
  let rates: { kind: CallKind; fault: Fault; probability: number; random: () => number }[] = [];
  return {
    retryAfter: 0.2,
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
      const index = queued.findIndex((one) => one.kind === kind);
      if (index >= 0) return queued.splice(index, 1)[0]?.fault;
      return rates.find((one) => one.kind === kind && one.random() < one.probability)?.fault;
    },
  };
}

/** Mulberry32: the same numbers for the same seed. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
