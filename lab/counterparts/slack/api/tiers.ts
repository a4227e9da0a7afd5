/** Rate limits by method and workspace (docs.slack.dev/apis/web-api/rate-limits): most calls in any minute. */

export interface Limit {
  limit: number;
  /** Length of the window, ms. */
  window: number;
  /** `channel`: each channel is counted separately, with `burst` calls at once and then one at a time. */
  per: 'workspace' | 'channel';
  burst?: number;
}

const MINUTE = 60_000;

/**
 * Methods by calls a minute; other methods are tier 3. Slack says "20+", "50+", "100+", and the counterpart grants
 * no more than that.
 */
const TIERS: Record<number, string[]> = {
  20: ['chat.startStream', 'chat.stopStream', 'users.list', 'conversations.list', 'views.generateTriggerId'],
  100: [
    'chat.appendStream',
    'chat.postEphemeral',
    'assistant.threads.setTitle',
    'assistant.threads.setSuggestedPrompts',
    'users.info',
    'conversations.members',
    'files.info',
    'files.getUploadURLExternal',
    'files.completeUploadExternal',
    'views.open',
    'views.push',
    'views.update',
    'views.publish',
    'oauth.v2.access',
  ],
  // Slack's tier "Special" means hundreds.
  600: ['auth.test', 'assistant.threads.setStatus', 'api.test'],
};

export interface Tiers {
  /** Limits by method, which a test may change at any time. `chat.postMessage#channel` is the limit of a channel. */
  limits: Record<string, Limit>;
  /** Seconds to wait; undefined if the call passes and is counted. */
  take(method: string, workspaceId: string, channelId: string | undefined): number | undefined;
}

/** @param minute length of a minute of the tiers, ms; the second of a channel shrinks with it */
export function createTiers(minute = MINUTE, changed: Record<string, Limit> = {}): Tiers {
  const perMinute = (limit: number): Limit => ({ limit, window: minute, per: 'workspace' });
  const limits: Record<string, Limit> = {};
  for (const [limit, methods] of Object.entries(TIERS)) {
    for (const method of methods) limits[method] = perMinute(Number(limit));
  }
  // "Several hundred messages per minute" in a workspace, one a second in a channel, short bursts allowed.
  limits['chat.postMessage'] = perMinute(300);
  limits['chat.postMessage#channel'] = { limit: 1, window: minute / 60, per: 'channel', burst: 3 };
  limits.default = perMinute(50);
  Object.assign(limits, changed);
  const calls = new Map<string, number[]>();
  const buckets = new Map<string, { level: number; at: number }>();

  /** Milliseconds until a call may pass; 0 if it may now. */
  function wait(key: string, { limit, window, burst }: Limit, now: number): number {
    if (burst !== undefined) {
      const bucket = buckets.get(key);
      const level = bucket ? Math.max(0, bucket.level - ((now - bucket.at) * limit) / window) : 0;
      buckets.set(key, { level, at: now });
      return level + 1 > burst ? ((level + 1 - burst) * window) / limit : 0;
    }
    const recent = (calls.get(key) ?? []).filter((at) => at > now - window);
    calls.set(key, recent);
    const oldest = recent[recent.length - limit];
    return limit <= 0 ? window : oldest === undefined ? 0 : oldest + window - now;
  }

  function count(key: string, { burst }: Limit, now: number): void {
    const bucket = buckets.get(key);
    if (burst !== undefined && bucket) bucket.level += 1;
    else calls.get(key)?.push(now);
  }

  return {
    limits,
    take(method, workspaceId, channelId) {
      const now = performance.now();
      const own = limits[method] ?? limits.default;
      const ofChannel = channelId === undefined ? undefined : limits[`${method}#channel`];
      const applied: [string, Limit][] = [];
      if (own) applied.push([`${method} ${workspaceId}`, own]);
      if (ofChannel) applied.push([`${method} ${workspaceId} ${channelId}`, ofChannel]);
      const longest = Math.max(0, ...applied.map(([key, limit]) => wait(key, limit, now)));
      if (longest > 0) return Math.max(1, Math.ceil(longest / 1000));
      for (const [key, limit] of applied) count(key, limit, now);
      return undefined;
    },
  };
}
