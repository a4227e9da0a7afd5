/** Failures on demand, by method: the next so many, or a share of them. `*` stands for every method. */

/**
 * `reset` drops the connection before the work is done, `resetAfter` after it; `hang` never answers; `ratelimited`
 * is a 429. Everything else is an error of Slack's, such as `channel_not_found`, in place of the work.
 */
export type Fault = 'status500' | 'ratelimited' | 'reset' | 'resetAfter' | 'hang' | (string & {});

export interface Faults {
  next(method: string, fault: Fault, times?: number): void;
  /** @param probability 0 to 1; @param random a seeded source of numbers from 0 to 1 */
  rate(method: string, fault: Fault, probability: number, random: () => number): void;
  clear(): void;
  /** What an injected 429 asks to wait, seconds. */
  retryAfter: number;
  take(method: string): Fault | undefined;
}

export function createFaults(): Faults {
  let queued: { method: string; fault: Fault }[] = [];
  let rates: { method: string; fault: Fault; probability: number; random: () => number }[] = [];
  const meant = (one: { method: string }, method: string) => one.method === method || one.method === '*';
  return {
    retryAfter: 1,
    next(method, fault, times = 1) {
      for (let time = 0; time < times; time += 1) queued.push({ method, fault });
    },
    rate(method, fault, probability, random) {
      rates.push({ method, fault, probability, random });
    },
    clear() {
      queued = [];
      rates = [];
    },
    take(method) {
      const index = queued.findIndex((one) => meant(one, method));
      if (index >= 0) return queued.splice(index, 1)[0]?.fault;
      return rates.find((one) => meant(one, method) && one.random() < one.probability)?.fault;
    },
  };
}

export { seededRandom } from '../discord/faults.ts';
