/** Reads and normalises base URLs, and tells which are OpenAI's. */

import { isPrivateLiteral } from '../network/public-address.ts';
import { trimEndOf } from '../text/trim-end.ts';

export const OPENAI_BASE_URL = 'https://api.openai.com/v1';

/** The base URLs that a tenant may set. `public`: https only, with a host that resolves to public addresses. */
export type BaseUrlPolicy = 'off' | 'public' | 'any';

/** The reason to refuse a base URL. `form`: it is not an address; `secret`: it holds a password or a key. */
export type BaseUrlProblem = 'form' | 'secret';

const MOST_CHARACTERS = 2_048;
/** Characters around an address copied from a message or a file. */
const BEFORE = /^[\s"'`<“”‘’\u200b\ufeff]+/;
const BEHIND = /[\s"'`>“”‘’,;\u200b\ufeff]/;
/** A host without a scheme: `localhost:11434`, `api.example.com/v1`, `[::1]:8000`; also `ollama:11434`. */
const BARE = /^(?:localhost|\[[\da-f:.]+\]|[\w-]+(?:\.[\w-]+)+|[\w-]+(?=:\d))\.?(?::\d{1,5})?(?:[/?]|$)/i;
const LOCAL_NAME = /^(?:localhost|[^.]+|.*\.(?:localhost|local|internal|lan|home|home\.arpa))$/i;
/** Endpoints that documentation shows where Parley wants a base URL. */
const ENDPOINT =
  /\/(?:chat\/completions|completions|responses|messages|models|embeddings|audio\/transcriptions)$/i;
const OLLAMA_ENDPOINT = /^\/api\/(?:chat|generate|tags)$/i;
/** Query parameters that hold a secret. A secret belongs to `/key`, since the address is shown. */
const SECRET = /key|token|secret|password|signature|^(?:sig|code|auth)$/i;

/** Whether a base URL is OpenAI's own, which takes parameters that compatible servers may refuse. */
export function isOpenAI(baseUrl: string): boolean {
  const { hostname } = new URL(baseUrl);
  return hostname === 'api.openai.com' || hostname.endsWith('.api.openai.com');
}

/** Normalises an http address: no slashes at the end, no query, no credentials. */
export function normalAddress(text: string): string | undefined {
  if (text.length > MOST_CHARACTERS || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (!isHttp(url) || url.username || url.password || url.search || url.hash) return undefined;
  return `${url.origin}${trimEndOf(url.pathname, /\//)}`;
}

/**
 * Normalises a base URL, so that equal ones read the same: with a scheme, and without an endpoint's path, trailing
 * slashes and credentials. A query such as `?api-version=` stays.
 */
export function readBaseUrl(text: string): { baseUrl: string } | { problem: BaseUrlProblem } {
  if (text.length > MOST_CHARACTERS) return { problem: 'form' };
  const given = withScheme(
    trimEndOf(text, BEHIND)
      .replace(BEFORE, '')
      .replace(/^OPENAI_BASE_URL=["']?/, ''),
  );
  if (given === undefined || /\s/.test(given) || !URL.canParse(given)) return { problem: 'form' };
  const url = new URL(given);
  if (!isHttp(url) || url.hash) return { problem: 'form' };
  const isSecret =
    url.username || url.password || [...url.searchParams.keys()].some((key) => SECRET.test(key));
  if (isSecret) return { problem: 'secret' };
  return { baseUrl: `${url.origin}${pathOf(url)}${url.search}` };
}

/** The normalised base URL; undefined where the text is none. */
export function normalBaseUrl(text: string): string | undefined {
  const read = readBaseUrl(text);
  return 'baseUrl' in read ? read.baseUrl : undefined;
}

/** The normalised base URL of a tenant, or the reason to refuse it. */
export function checkBaseUrl(
  given: string,
  policy: BaseUrlPolicy,
): { baseUrl: string } | { problem: 'off' | 'https' | BaseUrlProblem } {
  if (policy === 'off') return { problem: 'off' };
  const read = readBaseUrl(given);
  if ('problem' in read) return read;
  return policy === 'public' && !read.baseUrl.startsWith('https:') ? { problem: 'https' } : read;
}

const isHttp = ({ protocol }: URL) => protocol === 'https:' || protocol === 'http:';

function withScheme(text: string): string | undefined {
  if (/^https?:\/\//i.test(text)) return text;
  if (!BARE.test(text)) return undefined;
  const host = URL.canParse(`http://${text}`) ? new URL(`http://${text}`).hostname : '';
  return `${LOCAL_NAME.test(host) || isPrivateLiteral(host) ? 'http' : 'https'}://${text}`;
}

function pathOf(url: URL): string {
  let path = url.pathname.replace(/\/{2,}/g, '/').replace(/\/$/, '');
  path = path.replace(OLLAMA_ENDPOINT, '').replace(ENDPOINT, '');
  return path === '' && isOpenAI(url.origin) ? '/v1' : path;
}
