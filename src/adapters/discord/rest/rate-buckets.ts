/** Calls that Discord counts together: posts in a channel, edits in a channel, and all calls with an interaction's token. */
import type { Bucket } from '../../../chat/pacing/bucket.ts';
import type { Pacer } from '../../../chat/pacing/pacing.ts';
import type { Seen } from '../../../chat/pacing/rate-window.ts';

export interface RateBuckets {
  ofChannel(call: 'post' | 'edit', channel: string): Bucket;
  ofToken(token: string): Bucket;
  /** Takes the limits from a response, and the name that Discord gave the bucket. */
  learn(method: string, path: string, seen: Seen, name: string | null): void;
}

/** Posts or edits that Discord allows in a channel, until its headers say so. */
const MESSAGES = { limit: 5, windowMs: 5_000 };
/**
 * Limits until Discord's responses tell whether it counts posts and edits together. Both together stay within `MESSAGES`,
 * and leave room for an early edit, whose response will tell.
 */
const UNKNOWN = { post: { limit: 4, windowMs: 5_000 }, edit: { limit: 1, windowMs: 1_000 } };

export function createRateBuckets(pacer: Pacer): RateBuckets {
  /** Names of the buckets. Discord uses one name for all channels, and counts each channel by itself (topics/rate-limits.mdx). */
  const names: { post?: string; edit?: string } = {};
  /** Buckets in use until both names are known. */
  const provisional = new Set<Bucket>();
  const isKnown = () => names.post !== undefined && names.edit !== undefined;
  const bucket = (key: string) => pacer.bucket(key, MESSAGES);

  return {
    ofChannel(call, channel) {
      if (isKnown()) return bucket(names.post === names.edit ? `both ${channel}` : `${call} ${channel}`);
      const found = pacer.bucket(`unknown ${call} ${channel}`, UNKNOWN[call]);
      provisional.add(found);
      return found;
    },
    ofToken: (token) => bucket(`token ${token}`),
    learn(method, path, seen, name) {
      const [, token] = /^\/webhooks\/\d+\/([^/]+)/.exec(path) ?? [];
      if (token) return bucket(`token ${token}`).learn(seen);
      const [, channel, message] = /^\/channels\/(\d+)\/messages(\/\d+)?$/.exec(path) ?? [];
      const call =
        method === 'POST' && !message ? 'post' : method === 'PATCH' && message ? 'edit' : undefined;
      if (!channel || !call) return;
      if (name !== null) names[call] = name;
      // One call is left for the edit whose response will tell.
      if (!isKnown() && call === 'post') {
        const { limit, remaining, resetAfterMs } = seen;
        const rest = { limit: Math.max(1, limit - 1), remaining: Math.max(0, remaining - 1), resetAfterMs };
        pacer.bucket(`unknown post ${channel}`, UNKNOWN.post).learn(rest);
      }
      bucket(`${call} ${channel}`).learn(seen);
      bucket(`both ${channel}`).learn(seen);
      if (!isKnown()) return;
      // Calls that wait in a provisional bucket move on.
      const waiting = [...provisional];
      provisional.clear();
      for (const one of waiting) one.poke();
    },
  };
}
