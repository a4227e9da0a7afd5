/** What Slack lets an app do in a workspace (rate tiers by method, docs.slack.dev): calls in a window. */
import type { Bucket, Pacer } from '../reply/pacing.ts';

/** `post` counts by channel, the others by workspace. */
export type Method = 'post' | 'update' | 'start' | 'append' | 'stop';

const MINUTE = 60_000;
const LIMITS: Record<Method, { limit: number; windowMs: number }> = {
  post: { limit: 1, windowMs: 1_000 },
  update: { limit: 50, windowMs: MINUTE },
  start: { limit: 20, windowMs: MINUTE },
  append: { limit: 100, windowMs: MINUTE },
  stop: { limit: 20, windowMs: MINUTE },
};

export function bucketOf(pacer: Pacer, method: Method, team: string, channel: string): Bucket {
  const key = method === 'post' ? `post ${team} ${channel}` : `${method} ${team}`;
  return pacer.bucket(key, LIMITS[method]);
}
