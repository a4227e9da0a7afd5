/** How much is taken in within a while: of one session, from one address, and in all. */
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { Refusal } from '../server/refusal.ts';

export interface RatesOptions {
  seconds: number;
  session: number;
  address: number;
  all: number;
  /** For who comes too often. */
  sentence: string;
}

export interface Source {
  /** Undefined for who keeps no cookie, and so has a new session each time. Those of one address count as one session. */
  session: string | undefined;
  /** Undefined on the open page of one machine, where it tells nobody apart. */
  address: string | undefined;
}

export interface Rates {
  /** @throws Refusal 429 */
  take(from: Source, points?: number): Promise<void>;
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
