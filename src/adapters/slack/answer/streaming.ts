/** Where native streaming is to be had: everywhere until Slack refuses it, and there again after a while. */
import { LRUCache } from 'lru-cache';

export interface Streaming {
  isOn(team: string, channel: string): boolean;
  /** A stream could not be begun there. */
  refused(team: string, channel: string): void;
}

const MOST_CHANNELS = 10_000;
const REFUSED_MS = 5 * 60_000;

export function createStreaming(): Streaming {
  const refused = new LRUCache<string, true>({ max: MOST_CHANNELS, ttl: REFUSED_MS });
  const key = (team: string, channel: string) => `${team} ${channel}`;
  return {
    isOn: (team, channel) => !refused.has(key(team, channel)),
    refused: (team, channel) => void refused.set(key(team, channel), true),
  };
}
