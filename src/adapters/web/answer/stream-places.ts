/** Places for event streams: a number for each session, and a number for all. */
import type { ServerResponse } from 'node:http';
import { fromServer } from '../sentences/en.ts';
import { Refusal } from '../server/refusal.ts';

const { refusals } = fromServer;

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
        const message = refusals.tooManyWindows(OF_A_SESSION);
        throw new Refusal(429, 'too-many-streams', message, AGAIN_SECONDS);
      }
      if (count >= IN_ALL) {
        const message = refusals.TOO_MANY_READERS;
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
