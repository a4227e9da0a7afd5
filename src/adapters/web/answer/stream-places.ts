/** Places for event streams: a number for each session, and a number for all. */
import type { ServerResponse } from 'node:http';
import { Refusal } from '../server/refusal.ts';

export interface StreamPlaces {
  /**
   * Takes a place until the stream has closed.
   * @throws Refusal 429 if the session has too many, 503 if all together have
   */
  take(owner: string, out: ServerResponse): void;
  /** Ends the streams of an owner, or all of them. Their readers ask again, and hear why they may not. */
  end(owner?: string): void;
}

const OF_A_SESSION = 20;
const IN_ALL = 2_000;
const AGAIN_SECONDS = 5;

export function createStreamPlaces(): StreamPlaces {
  const streams = new Map<string, Set<ServerResponse>>();
  let count = 0;

  return {
    take(owner, out) {
      const own = streams.get(owner) ?? new Set();
      if (own.size >= OF_A_SESSION) {
        const message = `Parley is open in ${OF_A_SESSION} places at once in this browser. Close some of them.`;
        throw new Refusal(429, 'too-many-streams', message, AGAIN_SECONDS);
      }
      if (count >= IN_ALL) {
        const message = 'Too many people follow answers right now. This page tries again in a moment.';
        throw new Refusal(503, 'too-many-streams', message, AGAIN_SECONDS);
      }
      if (out.destroyed) return;
      streams.set(owner, own.add(out));
      count++;
      out.once('close', () => {
        count--;
        own.delete(out);
        if (own.size === 0) streams.delete(owner);
      });
    },
    end(owner) {
      for (const [each, own] of streams) {
        if (owner === undefined || each === owner) for (const out of own) out.destroy();
      }
    },
  };
}
