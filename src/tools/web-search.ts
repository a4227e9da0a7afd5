/** The tool `web_search`: asks the search service that the operator chose. */
import { z } from 'zod';
import type { Troubles } from '../core/reports/troubles.ts';
import { en } from '../core/sentences/en.ts';
import { SEARCH_PROMPT, sourceLine } from '../core/sentences/prompts/web.ts';
import { seenName } from '../core/text/unseen.ts';
import { barred, quotedName } from '../core/turn/speech.ts';
import { pageAddress } from '../core/turn/tools/known-addresses.ts';
import type { Tool, ToolContext } from '../core/turn/tools/tool.ts';
import { askService } from './search/ask-service.ts';
import { MOST_RESULTS, type SearchResult, type ServiceSetting, searchService } from './search/services.ts';

/** Most characters and words of a query at Brave; Tavily takes as many characters. */
const MOST_QUERY = 400;
const MOST_WORDS = 50;
/** Characters of a query, of a title and of an excerpt, as they are shown. */
const SHOWN_QUERY = 80;
const MOST_TITLE = 200;
const MOST_EXCERPT = 1_500;

const input = z.object({
  query: z.string().trim().min(1).describe(SEARCH_PROMPT.query),
  language: z.string().nullish().describe(SEARCH_PROMPT.language),
});

export interface WebSearchOptions {
  troubles: Troubles;
  /** Longest wait for an answer, ms. */
  deadlineMs?: number;
}

export function createWebSearch(
  setting: ServiceSetting,
  options: WebSearchOptions,
): Tool<z.infer<typeof input>> {
  const service = searchService(setting);
  return {
    name: 'web_search',
    family: 'web',
    description: SEARCH_PROMPT.purpose,
    input,
    effect: 'read',
    says: ({ query }) => en.tools.web.searching(shortened(query)),
    async run({ query, language }, context, signal) {
      const [code] = /^[a-z]{2}(?![a-z])/.exec(language?.trim().toLowerCase() ?? '') ?? [];
      const asked = { query: searchable(query), language: code };
      const results = usable(await askService(service, asked, options, signal));
      if (results.length === 0) return { text: SEARCH_PROMPT.nothing };
      return shown(results, context);
    },
  };
}

function shown(results: SearchResult[], context: ToolContext) {
  const sources = results.map(({ url, title }) => ({ url, title, number: context.cite({ url, title }) }));
  const texts = results.map(({ url, title, excerpt }, index) => {
    const line = sourceLine(sources[index]?.number ?? 0, title && quotedName(title, MOST_TITLE), url);
    return excerpt === '' ? line : `${line}\n${barred(excerpt)}`;
  });
  return { text: [SEARCH_PROMPT.found, ...texts].join('\n\n'), sources };
}

/** Results that a reader can open, each address once. */
function usable(results: SearchResult[]): SearchResult[] {
  const byUrl = new Map<string, SearchResult>();
  for (const { url, title, excerpt } of results) {
    const page = pageAddress(url);
    if (page === undefined || !/^https?:/i.test(url) || byUrl.has(page)) continue;
    byUrl.set(page, { url: page, title: seenName(title, MOST_TITLE), excerpt: cut(excerpt, MOST_EXCERPT) });
    if (byUrl.size === MOST_RESULTS) break;
  }
  return [...byUrl.values()];
}

/** The query as every service takes it. */
function searchable(query: string): string {
  const words = seenName(query, MOST_QUERY).split(' ');
  return words.slice(0, MOST_WORDS).join(' ');
}

function shortened(query: string): string {
  const shown = seenName(query, SHOWN_QUERY + 1);
  return shown.length > SHOWN_QUERY ? `${cut(shown, SHOWN_QUERY - 1).trimEnd()}…` : shown;
}

const cut = (text: string, most: number) => text.trim().slice(0, most).toWellFormed();
