/**
 * Search services of our own: SearXNG, Brave and Tavily, strict about what they are asked. Each rule names its source.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as readAll } from 'node:stream/consumers';

export interface Page {
  url: string;
  title: string;
  content: string;
}

export type Kind = 'searxng' | 'brave' | 'tavily';

export interface SearchRequestReceived {
  query: string;
  language: string | undefined;
  headers: IncomingMessage['headers'];
}

export interface SearchServiceUnderTest extends AsyncDisposable {
  /** The setting WEB_SEARCH that leads here. */
  setting: string;
  url: string;
  /** Searches that were answered. */
  searches: SearchRequestReceived[];
  /** Requests of any kind. */
  requests: number;
  /** Answers each search with these; a function chooses by the query. */
  find(pages: Page[] | ((query: string) => Page[] | Promise<Page[]>)): void;
  /** Answers each request so instead; undefined: as usual again. */
  respond(instead: ((response: ServerResponse, request: IncomingMessage) => void) | undefined): void;
}

const KEYS = { searxng: '', brave: 'BSA-test-key', tavily: 'tvly-test-key' };
/** api.search.brave.com, Web Search API: language codes. Another one is refused with 422 (openclaw/openclaw#38867). */
const BRAVE_LANGUAGES =
  /^(?:ar|eu|bn|bg|ca|zh-hans|zh-hant|hr|cs|da|nl|en|en-gb|et|fi|fr|gl|de|el|gu|he|hi|hu|is|it|jp|kn|ko|lv|lt|ms|ml|mr|nb|pl|pt-br|pt-pt|pa|ro|ru|sr|sk|sl|es|sv|ta|te|th|tr|uk|ur|vi)$/;

/** @param formats SearXNG: `search.formats` of its settings.yml, of which `html` alone is the default */
export async function startSearchService(
  kind: Kind,
  { formats = ['html', 'json'] }: { formats?: string[] } = {},
): Promise<SearchServiceUnderTest> {
  let pages: (query: string) => Page[] | Promise<Page[]> = () => [];
  let instead: Parameters<SearchServiceUnderTest['respond']>[0];
  const searches: SearchRequestReceived[] = [];
  const server = createServer(async (request, response) => {
    service.requests++;
    const body = await readAll(request).catch(() => '');
    if (instead) return instead(response, request);
    const answer = ANSWERERS[kind](request, body, formats);
    if ('refused' in answer) return json(response, answer.refused, answer.says);
    const { query, language } = answer;
    searches.push({ query, language, headers: request.headers });
    json(response, 200, FORMS[kind](query, await pages(query)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const service: SearchServiceUnderTest = {
    setting: kind === 'searxng' ? `searxng:${url}` : `${kind}:${KEYS[kind]}@${url}`,
    url,
    searches,
    requests: 0,
    find(found) {
      pages = typeof found === 'function' ? found : () => found;
    },
    respond(given) {
      instead = given;
    },
    async [Symbol.asyncDispose]() {
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
    },
  };
  return service;
}

type Answer = { query: string; language: string | undefined } | { refused: number; says: unknown };

const ANSWERERS: Record<Kind, (request: IncomingMessage, body: string, formats: string[]) => Answer> = {
  /** docs.searxng.org/dev/search_api; a format that is not set gives 403. */
  searxng({ method, url = '' }, _body, formats) {
    const { pathname, searchParams } = new URL(url, 'http://searxng');
    if (method !== 'GET' || pathname !== '/search') return { refused: 404, says: 'Not found' };
    if (!formats.includes(searchParams.get('format') ?? 'html')) return { refused: 403, says: 'Forbidden' };
    const query = searchParams.get('q') ?? '';
    if (query === '') return { refused: 400, says: { error: 'No query' } };
    return { query, language: searchParams.get('language') ?? undefined };
  },

  /** api.search.brave.com: query parameters. A wrong key gives 422 (nearai/ironclaw#2780). */
  brave({ method, url = '', headers }) {
    const { pathname, searchParams } = new URL(url, 'http://brave');
    if (method !== 'GET' || pathname !== '/res/v1/web/search') return { refused: 404, says: 'Not found' };
    if (headers['x-subscription-token'] !== KEYS.brave)
      return braveError('SUBSCRIPTION_TOKEN_INVALID', 'The provided subscription token is invalid.');
    const asked = Object.fromEntries(searchParams);
    const { q = '', count = '20', search_lang: language, text_decorations: _, ...unknown } = asked;
    const isFine =
      q !== '' &&
      q.length <= 400 &&
      q.split(/\s+/).length <= 50 &&
      /^(?:1?\d|20)$/.test(count) &&
      (language === undefined || BRAVE_LANGUAGES.test(language)) &&
      Object.keys(unknown).length === 0;
    return isFine
      ? { query: q, language }
      : braveError('VALIDATION', 'Unable to validate request parameter(s)');
  },

  /** docs.tavily.com: POST /search. A longer query gives 400 (CherryHQ/cherry-studio#2201). */
  tavily({ method, url, headers }, body) {
    if (method !== 'POST' || url !== '/search') return { refused: 404, says: { detail: 'Not Found' } };
    if (headers.authorization !== `Bearer ${KEYS.tavily}`)
      return tavilyError(401, 'Unauthorized: missing or invalid API key.');
    if (headers['content-type'] !== 'application/json') return tavilyError(422, 'Field required');
    const { query, max_results: most = 5, search_depth: depth = 'basic', ...unknown } = JSON.parse(body);
    if (typeof query !== 'string' || query === '') return tavilyError(400, 'Query is missing.');
    if (query.length > 400) return tavilyError(400, 'Query is too long. Max query length is 400 characters.');
    const isFine = most >= 0 && most <= 20 && ['basic', 'advanced', 'fast', 'ultra-fast'].includes(depth);
    if (!isFine || Object.keys(unknown).length > 0) return tavilyError(400, 'Invalid parameters.');
    return { query, language: undefined };
  },
};

const braveError = (code: string, detail: string): Answer => ({
  refused: 422,
  says: { id: 'x', status: 422, type: 'ErrorResponse', error: { code, detail, status: 422 } },
});
const tavilyError = (status: number, error: string): Answer => ({
  refused: status,
  says: { detail: { error } },
});

const FORMS: Record<Kind, (query: string, pages: Page[]) => unknown> = {
  searxng: (query, pages) => ({
    query,
    number_of_results: 0,
    results: pages.map((page) => ({ ...page, engine: 'duckduckgo', score: 1, category: 'general' })),
    answers: [],
    suggestions: [],
    unresponsive_engines: [],
  }),
  // An answer without results of the web has no `web`.
  brave: (query, pages) => ({
    type: 'search',
    query: { original: query },
    ...(pages.length > 0 && {
      web: {
        type: 'search',
        results: pages.slice(0, 20).map(({ url, title, content }) => ({ title, url, description: content })),
      },
    }),
  }),
  tavily: (query, pages) => ({
    query,
    answer: null,
    images: [],
    results: pages.map((page) => ({ ...page, score: 0.9, raw_content: null })),
    response_time: 0.7,
    request_id: 'x',
  }),
};

function json(response: ServerResponse, status: number, body: unknown): void {
  const isText = typeof body === 'string';
  response
    .writeHead(status, { 'content-type': isText ? 'text/html' : 'application/json' })
    .end(isText ? body : JSON.stringify(body));
}
