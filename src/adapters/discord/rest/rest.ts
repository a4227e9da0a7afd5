/** Discord's REST client. It passes rate limits on to the pacing, and survives a passing 401. */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  RESTJSONErrorCodes as Code,
  DefaultRestOptions,
  type RateLimitData,
  REST,
  RESTEvents,
} from 'discord.js';
import { BodyTooLarge } from '../../../core/network/bounded-fetch.ts';
import type { RateBuckets } from './rate-buckets.ts';
import type { TokenWatch } from './token-watch.ts';

export interface DiscordRestOptions {
  token: string;
  /** Without a version, such as `https://discord.com/api`. */
  apiUrl: string;
  /**
   * For calls that `chat/pacing/pacing.ts` repeats with the newest text. The client makes each once, and a call that would
   * have to wait fails at once. Without this, the client waits and tries again by itself.
   */
  isPaced?: boolean;
  /** Another client of the same bot: the calls of both count together. */
  countsWith?: REST;
  /** Called with the rate bucket that the headers of each response describe, before its call settles. */
  learn: RateBuckets['learn'];
  token401: Pick<TokenWatch, 'refused' | 'isRefused'>;
}

type MakeRequest = typeof DefaultRestOptions.makeRequest;
type Answer = Awaited<ReturnType<MakeRequest>>;

/** Most bytes read of an answer. A hundred messages with embeds have 1 MB or so. */
const MOST_BYTES = 2 ** 24;
const TIMEOUT_MS = 15_000;
/** Time limit of a paced call, ms. It is shorter, since a call that hangs holds up all others of its bucket in the client. */
const SHOWING_TIMEOUT_MS = 8_000;
/** The same of a call that uploads files: 8 MB take 20 s at 3 Mbit/s. */
const UPLOAD_TIMEOUT_MS = 30_000;
/** Pause before a refused token is tried once more, ms. */
const UNAUTHORIZED_PAUSE_MS = 250;
/** Pauses before further attempts after a Cloudflare page, ms. An interaction must be answered within 3 s. */
const PAGE_PAUSES_MS = [300, 900];
/**
 * Limits that Discord reports with 429 and a code of their own. They concern one message, or one user's posts;
 * the client would block the whole bucket for them.
 */
const OWN_LIMITS = new Set<unknown>([
  Code.MaximumNumberOfEditsToMessagesOlderThanOneHourReached,
  Code.ActionCannotBePerformedDueToSlowmodeRateLimit,
]);

const LIMIT_HEADER = /^(?:retry-after|x-ratelimit-.*)$/i;

/** Keeps the token: the library forgets it after one 401, and every later call would fail until a restart. */
class TokenKeepingRest extends REST {
  override setToken(token: string | null): this {
    return token === null ? this : super.setToken(token);
  }
}

export function createDiscordRest(options: DiscordRestOptions): REST {
  const { token, apiUrl, isPaced = false, countsWith, learn } = options;
  const rest = new TokenKeepingRest({
    api: apiUrl,
    version: '10',
    timeout: isPaced ? SHOWING_TIMEOUT_MS : TIMEOUT_MS,
    makeRequest: (url, init) => request(url, init, options),
    // In the client's queue the text of an answer would go stale.
    ...(isPaced && { retries: 0, rejectOnRateLimit: ({ method }: RateLimitData) => isShowing(method) }),
  }).setToken(token);
  if (countsWith) countTogether(rest, countsWith);
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

/** Discord takes 50 calls a second of a bot, whichever of its clients makes them (topics/rate-limits.mdx, Global Rate Limit). */
function countTogether(rest: REST, other: REST): void {
  for (const field of ['globalDelay', 'globalRemaining', 'globalReset'] as const)
    Object.defineProperty(rest, field, {
      get: () => other[field],
      set(value: never) {
        other[field] = value;
      },
    });
}

function isShowing(method: string): boolean {
  return method === 'POST' || method === 'PATCH';
}

async function request(
  url: string,
  init: Parameters<MakeRequest>[1],
  { isPaced, token401 }: Pick<DiscordRestOptions, 'isPaced' | 'token401'>,
): Promise<Answer> {
  // The client's own signal ends an upload too early.
  const timed =
    init.body instanceof FormData ? { ...init, signal: AbortSignal.timeout(UPLOAD_TIMEOUT_MS) } : init;
  const send = async () => bounded(await DefaultRestOptions.makeRequest(url, timed));
  const pause = (ms: number) => sleep(ms, undefined, { signal: init.signal ?? undefined });
  let answer = await send();
  const byToken = new Headers(init.headers as HeadersInit).has('authorization');
  if (answer.status === 401 && byToken && !token401.isRefused()) {
    await pause(UNAUTHORIZED_PAUSE_MS);
    answer = await send();
    if (answer.status === 401) token401.refused();
  }
  for (const wait of isPaced ? [] : PAGE_PAUSES_MS) {
    if (!isPage(answer)) break;
    await pause(wait);
    answer = await send();
  }
  return answer.status === 429 && isJson(answer) ? withoutBucket(answer) : answer;
}

/** The same answer, of which at most `MOST_BYTES` are read. The client does not decompress answers. */
function bounded(answer: Answer): Answer {
  const { body, headers, ok, status, statusText } = answer;
  if (body === null) return answer;
  async function read(): Promise<Buffer<ArrayBuffer>> {
    const parts: Uint8Array[] = [];
    let left = MOST_BYTES;
    for await (const part of body as AsyncIterable<Uint8Array>) {
      left -= part.length;
      // Leaving the loop closes the connection.
      if (left < 0) throw new BodyTooLarge();
      parts.push(part);
    }
    return Buffer.concat(parts);
  }
  const text = async () => (await read()).toString();
  return {
    body,
    headers,
    ok,
    status,
    statusText,
    get bodyUsed() {
      return answer.bodyUsed;
    },
    text,
    json: async () => JSON.parse(await text()),
    arrayBuffer: async () => new Uint8Array(await read()).buffer,
  };
}

const isJson = ({ headers }: Answer) => headers.get('content-type')?.startsWith('application/json') ?? false;

/** Whether Cloudflare refused a request before Discord saw it. The library itself retries when Discord fails (5xx). */
const isPage = (answer: Answer) => answer.status >= 400 && answer.status < 500 && !isJson(answer);

/** Turns a limit with its own code into an ordinary refusal, so that no bucket is blocked for it. */
async function withoutBucket(answer: Answer): Promise<Answer> {
  const { headers, statusText } = answer;
  const body: unknown = await answer.json();
  const isOwn = typeof body === 'object' && body !== null && 'code' in body && OWN_LIMITS.has(body.code);
  if (isOwn) for (const name of [...headers.keys()]) if (LIMIT_HEADER.test(name)) headers.delete(name);
  const text = JSON.stringify(body);
  return {
    status: isOwn ? 400 : 429,
    statusText,
    headers,
    ok: false,
    body: null,
    bodyUsed: false,
    json: async () => body,
    text: async () => text,
    arrayBuffer: async () => new TextEncoder().encode(text).buffer,
  };
}
