/** Services that search the web: how each is asked, and how it answers. */
import { z } from 'zod';
import type { SearchSetting } from './setting.ts';

export type ServiceSetting = Exclude<SearchSetting, { by: 'off' | 'auto' | 'openai' }>;

export interface SearchRequest {
  url: string;
  init: RequestInit;
}

export interface SearchResult {
  url: string;
  title: string;
  excerpt: string;
}

export interface SearchService {
  /** As the operator knows it. */
  name: string;
  host: string;
  /** @param language two letters, ISO 639-1 */
  request(query: string, language: string | undefined): SearchRequest;
  /** @throws ZodError where the answer has another form */
  results(answer: unknown): SearchResult[];
}

export const MOST_RESULTS = 8;

/** Languages of results at Brave, by its own names (api.search.brave.com: Web Search API, language codes). */
const BRAVE_LANGUAGES = new Set(
  'ar eu bn bg ca hr cs da nl en et fi fr gl de el gu he hi hu is it kn ko lv lt ms ml mr nb pl pa ro ru sr sk sl es sv ta te th tr uk vi'.split(
    ' ',
  ),
);
const BRAVE_NAMES: Record<string, string> = { ja: 'jp', zh: 'zh-hans', pt: 'pt-br', no: 'nb' };

const text = z.string().catch('');
const list = <Item extends z.ZodType>(item: Item) =>
  z.array(z.unknown()).transform((items) =>
    items.flatMap((one) => {
      const read = item.safeParse(one);
      return read.success ? [read.data] : [];
    }),
  );
const withContent = z.object({
  results: list(z.object({ url: z.string(), title: text, content: text })),
});
const ofBrave = z.object({
  web: z
    .object({
      results: list(
        z.object({
          url: z.string(),
          title: text,
          description: text,
          extra_snippets: z.array(z.string()).catch([]),
        }),
      ),
    })
    .optional(),
});

export function searchService(setting: ServiceSetting): SearchService {
  const { host } = new URL(setting.url);
  switch (setting.by) {
    case 'searxng':
      return { name: 'SearXNG', host, ...searxng(setting) };
    case 'brave':
      return { name: 'Brave', host, ...brave(setting.url, setting.key) };
    case 'tavily':
      return { name: 'Tavily', host, ...tavily(setting.url, setting.key) };
  }
}

/** docs.searxng.org/dev/search_api: an instance has to allow `json` among its `search.formats`. */
function searxng({ url, login }: ServiceSetting & { by: 'searxng' }) {
  const headers = login === undefined ? {} : { authorization: `Basic ${btoa(login)}` };
  return {
    request(query: string, language?: string): SearchRequest {
      const asked = new URLSearchParams({ q: query, format: 'json', ...(language && { language }) });
      return { url: `${url}/search?${asked}`, init: { headers } };
    },
    results: (answer: unknown) => withContent.parse(answer).results.map(contentAsExcerpt),
  };
}

/** api.search.brave.com: Web Search API, query parameters and response objects. */
function brave(url: string, key: string) {
  return {
    request(query: string, language = ''): SearchRequest {
      const name = BRAVE_NAMES[language] ?? (BRAVE_LANGUAGES.has(language) ? language : undefined);
      const asked = new URLSearchParams({
        q: query,
        count: String(MOST_RESULTS),
        text_decorations: 'false',
        ...(name && { search_lang: name }),
      });
      return {
        url: `${url}/res/v1/web/search?${asked}`,
        init: { headers: { 'x-subscription-token': key } },
      };
    },
    results: (answer: unknown) =>
      (ofBrave.parse(answer).web?.results ?? []).map(({ description, extra_snippets, ...page }) => ({
        ...page,
        excerpt: [description, ...extra_snippets].filter(Boolean).join('\n'),
      })),
  };
}

/** docs.tavily.com: API reference, POST /search. A `basic` search costs one credit. */
function tavily(url: string, key: string) {
  return {
    request: (query: string): SearchRequest => ({
      url: `${url}/search`,
      init: {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify({ query, max_results: MOST_RESULTS, search_depth: 'basic' }),
      },
    }),
    results: (answer: unknown) => withContent.parse(answer).results.map(contentAsExcerpt),
  };
}

const contentAsExcerpt = ({ content, ...page }: { url: string; title: string; content: string }) => ({
  ...page,
  excerpt: content,
});
