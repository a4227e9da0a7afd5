/** Discord's REST client: what it says about rate limits goes to the pacing, and its errors get a meaning. */
import {
  RESTJSONErrorCodes as Code,
  DiscordAPIError,
  HTTPError,
  type RateLimitData,
  RateLimitError,
  REST,
  RESTEvents,
} from 'discord.js';
import { ShowError } from '../reply/surface.ts';
import type { RateBuckets } from './rate-buckets.ts';

export interface DiscordRestOptions {
  token: string;
  /** Without a version, such as `https://discord.com/api`. */
  apiUrl: string;
  /**
   * For calls that pacing.ts makes, and makes again with the newest text: each is made once, and fails at once where
   * it would have to wait. Otherwise the client waits and tries again by itself.
   */
  isPaced?: boolean;
  /** Called with what the headers of each response say about its rate bucket, before its call settles. */
  learn: RateBuckets['learn'];
}

const TIMEOUT_MS = 15_000;
/** Shorter, since the client sends one call of a bucket after another: all answers of a channel wait for one that hangs. */
const SHOWING_TIMEOUT_MS = 8_000;
/** Codes by which Discord says that nothing can be written at a place, or no longer. */
const CLOSED = new Set<number | string>([
  Code.UnknownChannel,
  Code.UnknownWebhook,
  Code.UnknownInteraction,
  Code.InvalidWebhookToken,
  Code.MissingAccess,
  Code.MissingPermissions,
  Code.CannotSendMessagesToThisUser,
  Code.CannotSendMessagesToThisUserDueToHavingNoMutualGuilds,
  Code.ThreadLocked,
  Code.InvalidActionOnArchivedThread,
]);
const BLOCKED = new Set<number | string>([
  Code.MessageWasBlockedByAutomaticModeration,
  Code.MessageBlockedByHarmfulLinksFilter,
  Code.InvalidFormBodyOrContentType,
  Code.CannotSendAnEmptyMessage,
]);

export function createDiscordRest({ token, apiUrl, isPaced = false, learn }: DiscordRestOptions): REST {
  const rest = new REST({
    api: apiUrl,
    version: '10',
    timeout: isPaced ? SHOWING_TIMEOUT_MS : TIMEOUT_MS,
    // The text of an answer is not held back in the client's queue, where it would go stale.
    ...(isPaced && { retries: 0, rejectOnRateLimit: ({ method }: RateLimitData) => isShowing(method) }),
  }).setToken(token);
  rest.on(RESTEvents.Response, ({ method, path }, response) => {
    const number = (name: string) => Number(response.headers.get(`x-ratelimit-${name}`) ?? Number.NaN);
    const seen = {
      limit: number('limit'),
      remaining: number('remaining'),
      resetAfterMs: number('reset-after') * 1000,
    };
    if (Object.values(seen).every(Number.isFinite))
      learn(method, path, seen, response.headers.get('x-ratelimit-bucket'));
  });
  return rest;
}

function isShowing(method: string): boolean {
  return method === 'POST' || method === 'PATCH';
}

/** What a failed call means to whoever shows an answer. */
export function showError(error: unknown): ShowError {
  if (error instanceof ShowError) return error;
  if (error instanceof RateLimitError)
    return new ShowError('limited', Math.max(error.retryAfter, error.timeToReset), error);
  if (error instanceof DiscordAPIError) {
    if (error.code === Code.UnknownMessage) return new ShowError('gone', undefined, error);
    if (CLOSED.has(error.code)) return new ShowError('closed', undefined, error);
    if (BLOCKED.has(error.code)) return new ShowError('blocked', undefined, error);
    if (error.status === 403 || error.status === 404 || error.status === 401)
      return new ShowError('closed', undefined, error);
    return new ShowError(error.status >= 500 ? 'again' : 'blocked', undefined, error);
  }
  if (error instanceof HTTPError && error.status < 500 && error.status !== 408)
    return new ShowError('closed', undefined, error);
  return new ShowError('again', undefined, error);
}

/** Discord's code of a refusal; undefined for any other failure. */
export function codeOf(error: unknown): number | undefined {
  return error instanceof DiscordAPIError ? Number(error.code) : undefined;
}
