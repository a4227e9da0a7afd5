/** Places for event streams: a number for each session, and a number for all. */
import type { ServerResponse } from 'node:http';
import type { Topics } from '../../../core/platform.ts';
import { fromServer } from '../sentences/en.ts';
import { Refusal } from '../server/refusal.ts';

const { refusals } = fromServer;

export interface StreamPlaces {
  /**
   * Takes a place until the stream has closed.
   * @throws Refusal 429 if the session has too many, 503 if all together have
   */
  take(owner: string, out: ServerResponse): void;
  /**
   * Ends the streams of an owner in every process, or all of this process. Their readers ask again, and hear why they may
   * not.
   */
  end(owner?: string): void;
  stop(): void;
}

const OF_A_SESSION = 20;
const IN_ALL = 2_000;
const AGAIN_SECONDS = 5;
const TOPIC = 'page-streams-end ';

export function createStreamPlaces(topics: Topics): StreamPlaces {
  const streams = new Map<string, Set<ServerResponse>>();
  let count = 0;

  function endHere(owner?: string): void {
    for (const [each, own] of streams) {
      if (owner === undefined || each === owner) for (const out of own) out.destroy();
    }
  }

  const stop = topics.onTold((topic) => {
    // After a lost message, nobody knows whose streams should have ended.
    if (topic === '') endHere();
    else if (topic.startsWith(TOPIC)) endHere(topic.slice(TOPIC.length));
  });

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
      if (owner === undefined) endHere();
      else topics.tell(TOPIC + owner);
    },
    stop,
  };
}
