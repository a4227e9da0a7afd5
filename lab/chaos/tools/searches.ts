/**
 * A search service that counts: which process searched, how often, and whether the answer reached it. Its answers are
 * SearXNG's (docs.searxng.org/dev/search_api).
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Dice } from '../plan/dice.ts';

/** One search. Times are by `performance.now()`. */
export interface CountedSearch {
  query: string;
  /** From 1: how often this was searched. The answer tells it. */
  number: number;
  /** The index of the process. */
  process: number;
  startedAt: number;
  /** Undefined while it runs. */
  endedAt: number | undefined;
  /** `gone`: the process left before the answer. */
  how: 'running' | 'whole' | 'gone';
}

export interface CountingSearch extends AsyncDisposable {
  /** The setting WEB_SEARCH of a process. */
  settingOf(process: number): string;
  searches: CountedSearch[];
}

/** Time of a search, ms. */
const FASTEST_MS = 150;
const SLOWEST_MS = 1_200;

export const resultOf = (query: string, number: number) => `found ${query} time ${number}.`;

export async function startCountingSearch(random: Dice): Promise<CountingSearch> {
  const searches: CountedSearch[] = [];
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://search');
    const [, process] = /^\/p(\d+)\/search$/.exec(pathname) ?? [];
    const query = searchParams.get('q') ?? '';
    if (process === undefined || query === '' || searchParams.get('format') !== 'json') {
      response.writeHead(404).end();
      return;
    }
    const number = searches.filter((one) => one.query === query).length + 1;
    const search: CountedSearch = {
      query,
      number,
      process: Number(process),
      startedAt: performance.now(),
      endedAt: undefined,
      how: 'running',
    };
    searches.push(search);
    response.once('close', () => {
      search.how = response.writableFinished ? 'whole' : 'gone';
      search.endedAt = performance.now();
    });
    await sleep(random.between(FASTEST_MS, SLOWEST_MS));
    const page = { url: `https://${query.replaceAll(' ', '-')}.example/`, title: query };
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ query, results: [{ ...page, content: resultOf(query, number) }] }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    settingOf: (process) => `searxng:http://127.0.0.1:${port}/p${process}`,
    searches,
    async [Symbol.asyncDispose]() {
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
    },
  };
}
