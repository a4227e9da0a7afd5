/** A search service whose searches last until a test lets them end. */
import type { ServerResponse } from 'node:http';
import type { Behaviour } from '../../lab/counterparts/model-script.ts';
import { after, event, streams, text } from '../../lab/counterparts/model-server.ts';
import { callsTools, completes } from '../../lab/counterparts/model-tools/steps.ts';
import { waitFor } from '../../lab/counterparts/wait-for.ts';
import { type Page, startSearchService } from '../../lab/counterparts/web/search-service.ts';

export interface HeldSearch extends AsyncDisposable {
  /** The setting WEB_SEARCH that leads here. */
  setting: string;
  /** How often each query was asked. */
  asked(query: string): number;
  /** Resolves when this query waits for its answer. */
  waiting(query: string): Promise<void>;
  /** Answers the query with these pages, or fails. */
  answer(query: string, found: Page[] | 'fails'): Promise<void>;
  /** Resolves when nobody waits for this query any more. */
  left(query: string): Promise<void>;
}

export const pageOn = (host: string, title: string): Page => ({
  url: `https://${host}/page`,
  title,
  content: `What ${host} says.`,
});

/** A response that says something, or nothing, and searches for each of these. */
export function searches(before: string, ...queries: string[]): Behaviour {
  const calls = queries.map((query, index) => ({
    id: `${query.slice(0, 8).replace(/\W/g, '_')}${index}`,
    name: 'web_search',
    input: { query },
  }));
  return streams(...(before === '' ? [] : [text(before)]), callsTools(...calls));
}

/**
 * A response of OpenAI's that says what it is about to do, searches by itself until `found`, and answers
 * (tools-web-search; `phase` of messages).
 */
export function searchesItself(
  words: { before: string; query: string; answer: string },
  wait: { toSearch: Promise<unknown>; found: Promise<unknown> },
): Behaviour {
  const search = {
    type: 'web_search_call',
    id: 'ws_1',
    status: 'completed',
    action: {
      type: 'search',
      queries: [words.query],
      sources: [{ type: 'url', url: 'https://cats.example/page' }],
    },
  };
  const added = (output_index: number, item: object) =>
    event({ type: 'response.output_item.added', output_index, item });
  const delta = (output_index: number, item_id: string, said: string) =>
    event({ type: 'response.output_text.delta', output_index, item_id, delta: said });
  return streams(
    added(0, { type: 'message', id: 'msg_0', phase: 'commentary' }),
    delta(0, 'msg_0', words.before),
    after(wait.toSearch),
    added(1, { ...search, status: 'in_progress' }),
    event({ type: 'response.web_search_call.searching', output_index: 1, item_id: 'ws_1' }),
    after(wait.found),
    event({ type: 'response.output_item.done', output_index: 1, item: search }),
    delta(2, 'msg_1', words.answer),
    completes([], { usage: { input_tokens: 7, output_tokens: 2 } }),
  );
}

export const PROVIDER_SEARCHES = { OPENAI_API: 'responses', WEB_SEARCH: 'openai' };

export async function startHeldSearch(): Promise<HeldSearch> {
  const service = await startSearchService('searxng');
  const counts = new Map<string, number>();
  const held = new Map<string, ServerResponse>();
  service.respond((response, { url = '' }) => {
    const query = new URL(url, 'http://search').searchParams.get('q') ?? '';
    counts.set(query, (counts.get(query) ?? 0) + 1);
    held.set(query, response);
    response.once('close', () => held.delete(query));
  });
  const waiting = (query: string) =>
    waitFor(() => held.get(query), { what: () => `a search for "${query}" among ${[...counts.keys()]}` });
  return {
    setting: service.setting,
    asked: (query) => counts.get(query) ?? 0,
    async waiting(query) {
      await waiting(query);
    },
    async answer(query, found) {
      const response = await waiting(query);
      const body = { query, results: found === 'fails' ? [] : found };
      response
        .writeHead(found === 'fails' ? 500 : 200, { 'content-type': 'application/json' })
        .end(JSON.stringify(body));
    },
    async left(query) {
      await waitFor(() => !held.has(query), { what: `the search for "${query}" to be left` });
    },
    [Symbol.asyncDispose]: () => service[Symbol.asyncDispose](),
  };
}
