/** The setting WEB_SEARCH: who searches the web. */
import { normalAddress } from '../../core/models/base-url.ts';

export type SearchSetting =
  /** `auto`: OpenAI's own tool at OpenAI. `openai`: the provider's own tool, also at another address. */
  | { by: 'off' | 'auto' | 'openai' }
  | { by: 'searxng'; url: string; login?: string }
  | { by: 'brave' | 'tavily'; url: string; key: string };

/** Addresses of the services, without the paths of their endpoints. */
const SERVICES = { brave: 'https://api.search.brave.com', tavily: 'https://api.tavily.com' };
const WITH_KEY = /^(brave|tavily):([\x21-\x3f\x41-\x7e]+)(?:@(https?:\/\/.+))?$/;
/** A name and a password in front of the host, for HTTP's basic authentication. */
const LOGIN = /^(https?:\/\/)([^/?#@]+)@/;

/** Undefined: the text is no such setting. */
export function readSearchSetting(text: string): SearchSetting | undefined {
  const given = text.trim();
  if (given === 'off' || given === 'auto' || given === 'openai') return { by: given };
  if (given.startsWith('searxng:')) return searxng(given.slice('searxng:'.length).trim());
  const [, by, key, proxy] = WITH_KEY.exec(given) ?? [];
  if ((by !== 'brave' && by !== 'tavily') || key === undefined) return undefined;
  const url = proxy === undefined ? SERVICES[by] : normalAddress(proxy);
  return url === undefined ? undefined : { by, key, url };
}

function searxng(address: string): SearchSetting | undefined {
  const [found = '', scheme = '', login] = LOGIN.exec(address) ?? [];
  const url = normalAddress(scheme + address.slice(found.length));
  if (url === undefined) return undefined;
  return { by: 'searxng', url, ...(login !== undefined && { login: decoded(login) }) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
