/** Rate limits of Discord: a window per route and channel, which starts with its first request. */
import { createHash } from 'node:crypto';

export interface Limit {
  limit: number;
  /** Length of the window, ms. */
  window: number;
}

/** `other` is every route without its own limit. Interaction callbacks have no limit. */
export type BucketKind = 'create' | 'edit' | 'delete' | 'typing' | 'webhook' | 'other' | 'global';

/**
 * Limits that people measured (5 in 5 s per channel), since Discord documents none of them; and 50 a second for all
 * together.
 */
export const DEFAULT_LIMITS: Record<BucketKind, Limit> = {
  create: { limit: 5, window: 5000 },
  edit: { limit: 5, window: 5000 },
  delete: { limit: 5, window: 1000 },
  typing: { limit: 5, window: 5000 },
  webhook: { limit: 5, window: 2000 },
  other: { limit: 50, window: 1000 },
  global: { limit: 50, window: 1000 },
};

export interface Taken {
  headers: Record<string, string>;
  /** Seconds to wait; undefined when the request may pass. */
  retryAfter: number | undefined;
}

export interface Buckets {
  limits: Record<BucketKind, Limit>;
  /** @param route method and template @param major the channel or token that the limit is counted for */
  take(kind: BucketKind, route: string, major: string): Taken;
  /** Counts for the limit over all routes. Headers are empty unless it is exceeded. */
  takeGlobal(): Taken;
}

export function createBuckets(limits: Partial<Record<BucketKind, Limit>> = {}): Buckets {
  const all = { ...DEFAULT_LIMITS, ...limits };
  const windows = new Map<string, { start: number; used: number }>();

  function count(key: string, { limit, window }: Limit) {
    const now = performance.now();
    let current = windows.get(key);
    if (!current || now >= current.start + window) {
      current = { start: now, used: 0 };
      windows.set(key, current);
    }
    const within = current.used < limit;
    if (within) current.used += 1;
    // The wait is rounded up, so that the window is over after it.
    const resetAfter = Math.min(window, Math.ceil(current.start + window - now)) / 1000;
    return { within, remaining: limit - current.used, resetAfter };
  }

  return {
    limits: all,
    take(kind, route, major) {
      const limit = all[kind];
      const { within, remaining, resetAfter } = count(`${route} ${major}`, limit);
      const headers: Record<string, string> = {
        'X-RateLimit-Limit': String(limit.limit),
        'X-RateLimit-Remaining': String(remaining),
        'X-RateLimit-Reset': (Date.now() / 1000 + resetAfter).toFixed(3),
        'X-RateLimit-Reset-After': resetAfter.toFixed(3),
        'X-RateLimit-Bucket': createHash('sha1').update(route).digest('hex').slice(0, 32),
      };
      if (within) return { headers, retryAfter: undefined };
      headers['X-RateLimit-Scope'] = 'user';
      headers['Retry-After'] = String(Math.ceil(resetAfter));
      return { headers, retryAfter: resetAfter };
    },
    takeGlobal() {
      const { within, resetAfter } = count('global', all.global);
      if (within) return { headers: {}, retryAfter: undefined };
      const headers = {
        'X-RateLimit-Global': 'true',
        'X-RateLimit-Scope': 'global',
        'Retry-After': String(Math.ceil(resetAfter)),
      };
      return { headers, retryAfter: resetAfter };
    },
  };
}
