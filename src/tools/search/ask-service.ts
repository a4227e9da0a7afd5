/** Asks a search service, within limits of time and size. */
import { createBoundedFetch } from '../../core/network/bounded-fetch.ts';
import type { Troubles } from '../../core/reports/troubles.ts';
import { SEARCH_FAILURES_PROMPT } from '../../core/sentences/prompts/web.ts';
import { ToolError } from '../../core/turn/tools/tool.ts';
import { USER_AGENT } from '../user-agent.ts';
import type { SearchResult, SearchService } from './services.ts';

const DEADLINE_MS = 15_000;
/** Most unpacked bytes of an answer. SearXNG's with 100 results has some 200 KB. */
const MOST_BYTES = 2 ** 21;
/** Tavily's statuses for a plan, and for paying by use, that are used up (docs.tavily.com: POST /search). */
const USED_UP = new Set([402, 432, 433]);
/** Brave's word for a key that it does not know, beside status 422. */
const BAD_TOKEN = 'SUBSCRIPTION_TOKEN_INVALID';

type Why = keyof typeof SEARCH_FAILURES_PROMPT;

class SearchFailure extends Error {
  override name = 'SearchFailure';
  readonly why: Why;
  readonly status: number | undefined;
  constructor(why: Why, status?: number) {
    super(why);
    this.why = why;
    this.status = status;
  }
}

const send = createBoundedFetch(() => MOST_BYTES);

/** @throws ToolError */
export async function askService(
  service: SearchService,
  { query, language }: { query: string; language?: string | undefined },
  { troubles, deadlineMs = DEADLINE_MS }: { troubles: Troubles; deadlineMs?: number | undefined },
  signal: AbortSignal,
): Promise<SearchResult[]> {
  const { name, host } = service;
  const trouble = `search ${host}`;
  const deadline = AbortSignal.timeout(deadlineMs);
  try {
    const answer = await answerOf(service, { query, language }, AbortSignal.any([signal, deadline]));
    const results = resultsIn(service, answer);
    troubles.over(trouble);
    return results;
  } catch (error) {
    if (signal.aborted) throw error;
    const failure = failureOf(error, deadline.aborted);
    const { why, status } = failure;
    troubles.cost(trouble, `${host} (WEB_SEARCH, ${name}) ${TROUBLES[why]}`, { host, why, status });
    throw new ToolError(SEARCH_FAILURES_PROMPT[why]);
  }
}

/** For the operator: what a service does, and what to do about it. */
const TROUBLES: Record<Why, string> = {
  key: 'refuses its key; check the key in WEB_SEARCH',
  noJson:
    'refuses to answer in JSON; add json to search.formats in settings.yml of SearXNG, or use an instance that has it',
  quota: 'allows no more searches on this plan; raise the plan or wait for the next period',
  rate: 'gets more searches than it allows just now',
  refused: 'refuses searches',
  server: 'fails',
  slow: 'does not answer in time',
  large: 'sends more than Parley reads',
  form: 'answers with something that is no list of results; check the address in WEB_SEARCH',
  unreachable: 'cannot be reached; check the address in WEB_SEARCH',
};

async function answerOf(
  service: SearchService,
  { query, language }: { query: string; language?: string | undefined },
  signal: AbortSignal,
): Promise<string> {
  const { url, init } = service.request(query, language);
  const headers = { ...init.headers, accept: 'application/json', 'user-agent': USER_AGENT };
  // A key must not follow a redirect.
  const response = await send(url, { ...init, headers, redirect: 'manual', signal });
  const body = await response.text();
  if (!response.ok) throw refusal(service, response.status, body);
  return body;
}

function refusal({ name }: SearchService, status: number, body: string): SearchFailure {
  const why = ((): Why => {
    if (status === 401 || body.includes(BAD_TOKEN)) return 'key';
    // SearXNG refuses a format that its settings do not list with 403 (docs.searxng.org/dev/search_api).
    if (status === 403) return name === 'SearXNG' ? 'noJson' : 'key';
    if (USED_UP.has(status)) return 'quota';
    if (status === 429) return 'rate';
    if (status >= 300 && status < 400) return 'form';
    return status >= 500 ? 'server' : 'refused';
  })();
  return new SearchFailure(why, status);
}

function resultsIn(service: SearchService, answer: string): SearchResult[] {
  try {
    return service.results(JSON.parse(answer));
  } catch {
    throw new SearchFailure('form');
  }
}

function failureOf(error: unknown, isLate: boolean): SearchFailure {
  if (error instanceof SearchFailure) return error;
  if (isLate) return new SearchFailure('slow');
  if (error instanceof Error && error.name === 'BodyTooLarge') return new SearchFailure('large');
  return new SearchFailure('unreachable');
}
