/** Base URLs: how one is written, and whose it is. */

export const OPENAI_BASE_URL = 'https://api.openai.com/v1';

/** Which base URLs of their own a tenant may set. `public`: https, and only where the host resolves to public addresses. */
export type BaseUrlPolicy = 'off' | 'public' | 'any';

const MOST_CHARACTERS = 2_048;

/** Whether a base URL is OpenAI's own, which takes parameters that compatible servers may refuse. */
export function isOpenAI(baseUrl: string): boolean {
  const { hostname } = new URL(baseUrl);
  return hostname === 'api.openai.com' || hostname.endsWith('.api.openai.com');
}

/** Base URLs that mean the same read the same: no slash at the end, no query, no credentials. */
export function normalBaseUrl(text: string): string | undefined {
  if (text.length > MOST_CHARACTERS || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return undefined;
  if (url.username || url.password || url.search || url.hash) return undefined;
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

/** A base URL that a tenant gives, as it is stored; or why it is not taken. */
export function checkBaseUrl(
  given: string,
  policy: BaseUrlPolicy,
): { baseUrl: string } | { problem: 'off' | 'form' } {
  if (policy === 'off') return { problem: 'off' };
  const baseUrl = normalBaseUrl(given);
  if (!baseUrl || (policy === 'public' && !baseUrl.startsWith('https:'))) return { problem: 'form' };
  return { baseUrl };
}
