/** Limits in a period of time: of one session, of one address, and of all together. */
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { Refusal } from '../server/refusal.ts';

export interface RatesOptions {
  seconds: number;
  session: number;
  address: number;
  all: number;
  /** Said to a client that comes too often. */
  sentence: string;
}

export interface Client {
  /** Undefined for a client that keeps no cookie: each request begins a session. Those of one address count as one. */
  session: string | undefined;
  /** Undefined on the open page of one machine, where all have the same address. */
  address: string | undefined;
}

export interface Rates {
  /** @throws Refusal 429 */
  take(from: Client, points?: number): Promise<void>;
}

export function createRates({ seconds, session, address, all, sentence }: RatesOptions): Rates {
  const limiter = (points: number) => new RateLimiterMemory({ points, duration: seconds });
  const limits = { session: limiter(session), address: limiter(address), all: limiter(all) };
  return {
    async take(from, points = 1) {
      const counted = [
        [limits.session, from.session ?? `from ${from.address}`],
        [limits.address, from.address],
        [limits.all, 'all'],
      ] as const;
      for (const [limit, key] of counted) {
        if (key === undefined) continue;
        try {
          await limit.consume(key, points);
        } catch (error) {
          if (!(error instanceof RateLimiterRes)) throw error;
          throw new Refusal(429, 'too-many', sentence, seconds);
        }
      }
    },
  };
}
