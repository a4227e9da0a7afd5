/** What Discord counts together: posts of a channel, edits of a channel, and all calls by an interaction's token. */
import type { Bucket, Pacer } from '../reply/pacing.ts';
import type { Seen } from '../reply/rate-window.ts';

export interface RateBuckets {
  ofChannel(call: 'post' | 'edit', channel: string): Bucket;
  ofToken(token: string): Bucket;
  /** What a response said, and by which name Discord called its bucket. */
  learn(method: string, path: string, seen: Seen, name: string | null): void;
}

/** What Discord is known to allow in a channel before its headers say so, of either kind, in so long. */
const MESSAGES = { limit: 5, windowMs: 5_000 };

export function createRateBuckets(pacer: Pacer): RateBuckets {
  /** Discord names a bucket alike in all channels; the channel tells them apart (topics/rate-limits.mdx). */
  const names: { post?: string; edit?: string } = {};
  // Until both are known they are taken for one, which is the safe side to be wrong on.
  const areOne = () => names.post === undefined || names.edit === undefined || names.post === names.edit;
  const bucket = (key: string) => pacer.bucket(key, MESSAGES);

  return {
    ofChannel: (call, channel) => bucket(areOne() ? `both ${channel}` : `${call} ${channel}`),
    ofToken: (token) => bucket(`token ${token}`),
    learn(method, path, seen, name) {
      const [, token] = /^\/webhooks\/\d+\/([^/]+)/.exec(path) ?? [];
      if (token) return bucket(`token ${token}`).learn(seen);
      const [, channel, message] = /^\/channels\/(\d+)\/messages(\/\d+)?$/.exec(path) ?? [];
      const call =
        method === 'POST' && !message ? 'post' : method === 'PATCH' && message ? 'edit' : undefined;
      if (!channel || !call) return;
      if (name !== null) names[call] = name;
      bucket(`${call} ${channel}`).learn(seen);
      bucket(`both ${channel}`).learn(seen);
    },
  };
}
