/** Slack's rate limits for an app in a workspace, by method (rate tiers, docs.slack.dev): calls within any window. */
import type { Bucket } from '../../../chat/pacing/bucket.ts';
import type { Pacer, RateLimit } from '../../../chat/pacing/pacing.ts';

/** `post` counts by channel, the others by workspace. */
export type Method = 'post' | 'update' | 'start' | 'append' | 'stop';

const MINUTE = 60_000;
const LIMITS: Record<Method, RateLimit> = {
  post: { limit: 1, windowMs: 1_000, isSliding: true },
  update: { limit: 50, windowMs: MINUTE, isSliding: true },
  start: { limit: 20, windowMs: MINUTE, isSliding: true },
  append: { limit: 100, windowMs: MINUTE, isSliding: true },
  stop: { limit: 20, windowMs: MINUTE, isSliding: true },
};

export function bucketOf(pacer: Pacer, method: Method, team: string, channel: string): Bucket {
  const key = method === 'post' ? `post ${team} ${channel}` : `${method} ${team}`;
  return pacer.bucket(key, LIMITS[method]);
}
