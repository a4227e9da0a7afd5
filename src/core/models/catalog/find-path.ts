/**
 * Finds endpoints under a base URL without a version, such as `http://localhost:11434`, which people often copy.
 * Where the server has nothing at a path, the same path is tried below `/v1`. A success is remembered.
 */
import { LRUCache } from 'lru-cache';
import type { Fetch } from '../../network/bounded-fetch.ts';
import { saysNoEndpoint } from '../failures/error-words.ts';

const MOST_REMEMBERED = 500;
/** A path is complete if it has a version (Gemini: `/v1beta/openai`) or a deployment (Azure). */
const VERSIONED = /\/v\d|\/deployments\//i;
/** How long a found place is remembered, ms. Another server may run there later. */
const REMEMBERED_MS = 3_600_000;

/** The place of an endpoint: directly below the base URL, or below its `/v1`. */
const places = new LRUCache<string, 'here' | 'v1'>({ max: MOST_REMEMBERED, ttl: REMEMBERED_MS });

/** @param send may be called twice with the same request; its body is text or a form, so it can be sent again */
export function createPathFinder(baseUrl: string, send: Fetch): Fetch {
  const base = new URL(baseUrl);
  const root = `${base.origin}${base.pathname.replace(/\/$/, '')}`;
  if (VERSIONED.test(base.pathname)) return send;
  const versioned = (url: string) => `${root}/v1${url.slice(root.length)}`;
  return async (given, init) => {
    const url = String(given);
    // Some servers have their list of models at both places, and everything else only below `/v1`.
    const id = `${baseUrl} ${url.slice(root.length)}`;
    const place = places.get(id);
    const response = await send(place === 'v1' ? versioned(url) : url, init);
    if (place) return response;
    if (!(await isNowhere(response))) {
      if (response.ok) places.set(id, 'here');
      return response;
    }
    const second = await send(versioned(url), init);
    if (await isNowhere(second)) {
      void second.body?.cancel();
      return response;
    }
    places.set(id, 'v1');
    void response.body?.cancel();
    return second;
  };
}

/** Whether the response shows that there is no endpoint. A web page counts as none. */
async function isNowhere(response: Response): Promise<boolean> {
  const { ok, status, headers } = response;
  if (status === 404 || status === 405) return true;
  const type = headers.get('content-type') ?? '';
  if (!ok || !/\b(?:html|json)\b/i.test(type)) return false;
  const start = await startOf(response.clone());
  return /^\s*</.test(start) || saysNoEndpoint(start);
}

/** The start of the body: LM Studio reports a missing endpoint with 200 and a short sentence. */
async function startOf({ body }: Response): Promise<string> {
  const reader = body?.getReader();
  const { value } = (await reader?.read()) ?? {};
  void reader?.cancel().catch(() => {});
  return new TextDecoder().decode(value);
}
