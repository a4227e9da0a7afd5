/** A question that needs two searches and one page: the servers that it needs, and a model that asks for them. */
import { expect } from 'vitest';
import type { Behaviour } from '../../../lab/counterparts/model-script.ts';
import { answers, type ModelServer, text } from '../../../lab/counterparts/model-server.ts';
import { callsTools } from '../../../lab/counterparts/model-tools/steps.ts';
import {
  type SearchServiceUnderTest,
  startSearchService,
} from '../../../lab/counterparts/web/search-service.ts';
import { html, startWebServer, type WebServer } from '../../../lab/counterparts/web/web-server.ts';
import { gate } from '../gate.ts';

export interface LookingUp extends AsyncDisposable {
  search: SearchServiceUnderTest;
  web: WebServer;
  /** The settings of a Parley that uses them. */
  env: Record<string, string>;
  /** Addresses of what is found: two results, and the page. */
  urls: { tides: string; moon: string; page: string };
  /** Lets the model begin, once the platform shows that an answer is being made. */
  begin(): void;
  /** Opens each step when a test has seen that it runs, in their order. */
  steps: { open(): void }[];
  /** Has the model search twice, read the page, and then say this. */
  plays(model: ModelServer, answer: string): void;
}

/** An answer that cites two of the three pages. */
export const ANSWER = 'The moon pulls the water [3], so it is high at noon [1].';
/** The same with its sources, as Markdown shows it. */
export const sourced = ({ tides, page }: LookingUp['urls']) =>
  [
    `The moon pulls the water [[3]](${page}), so it is high at noon [[1]](${tides}).`,
    '',
    '**Sources**',
    `- [[1]](${tides}) Tides (sea.example)`,
    `- [[3]](${page}) Moon and sea (127.0.0.1)`,
  ].join('\n');

/** An answer that takes several messages, and cites two pages in each paragraph. */
export const longAnswer = (paragraphs: number) =>
  Array.from(
    { length: paragraphs },
    (_, index) => `${index}: the moon pulls the water [3], so it is high [1][2].`,
  ).join('\n\n');
/** The addresses that a text cites, in their order. */
export const citedIn = (shown: string) =>
  [...shown.matchAll(/\[\[\d\]\]\(<?([^\s()<>]+)>?\)/g)].map(([, address]) => address);
/** The citations of such an answer, with those of the list at its end. */
export const citedOf = ({ tides, moon, page }: LookingUp['urls'], paragraphs: number) => [
  ...Array.from({ length: paragraphs }, () => [page, tides, moon]).flat(),
  ...[tides, moon, page],
];

export const QUESTION = 'Why is the tide high today?';
/** The lines that people read while each step runs. */
export const SAYS = [
  'Searching the web: tide today',
  'Searching the web: moon tide cause',
  'Reading a page of 127.0.0.1',
];

/** @param api by which the model is asked */
export async function startLookingUp(api: 'responses' | 'chat'): Promise<LookingUp> {
  const search = await startSearchService('brave');
  const web = await startWebServer();
  const urls = {
    tides: 'https://sea.example/tides',
    moon: 'https://sky.example/moon',
    page: `${web.url}/moon`,
  };
  const gates = [gate(), gate(), gate()];
  const beginning = gate();
  const results = [
    [{ url: urls.tides, title: 'Tides', content: 'High tide is at noon.' }],
    [
      { url: urls.moon, title: 'The moon', content: 'The moon pulls.' },
      { url: urls.page, title: 'Moon and sea', content: 'How the moon moves the sea.' },
    ],
  ];
  search.find(async () => {
    const at = search.searches.length - 1;
    await gates[at]?.opened;
    return results[at] ?? [];
  });
  const page = html('Moon and sea', '<p>The moon pulls the water, and twice a day it is high.</p>');
  web.on('/moon', async (response, request) => {
    await gates[2]?.opened;
    page(response, request);
  });
  return {
    search,
    web,
    urls,
    begin: beginning.open,
    steps: gates,
    env: { WEB_SEARCH: search.setting, READ_PAGES: 'any', OPENAI_API: api, OPENAI_API_KEY: 'sk-operator' },
    plays(model, answer) {
      const first = calls('call_a', 'web_search', { query: 'tide today' });
      model.respond(
        async (exchange) => {
          await text('I look it up.')(exchange);
          await beginning.opened;
          await first(exchange);
        },
        calls('call_b', 'web_search', { query: 'moon tide cause' }),
        calls('call_c', 'read_page', { url: urls.page }),
        answers(answer),
      );
    },
    async [Symbol.asyncDispose]() {
      for (const { open } of [beginning, ...gates]) open();
      await search[Symbol.asyncDispose]();
      await web[Symbol.asyncDispose]();
    },
  };
}

/** A response that calls a tool, and ends at once. */
function calls(id: string, name: string, input: Record<string, unknown>): Behaviour {
  return callsTools({ id, name, input });
}

/** The outcomes of the tools as the newest request has them, whichever API it is of. */
export function outcomes({ requests }: ModelServer): string[] {
  const { input, messages } = requests.at(-1)?.body ?? {};
  const items = (input ?? messages ?? []) as {
    type?: string;
    role?: string;
    output?: string;
    content?: string;
  }[];
  return items.flatMap(({ type, role, output, content }) =>
    type === 'function_call_output' || role === 'tool' ? String(output ?? content) : [],
  );
}

/** The outcomes that the tools of `startLookingUp` have. */
export function expectLookedUp(model: ModelServer, { urls, search, web }: LookingUp): void {
  expect(search.searches.map(({ query }) => query)).toEqual(['tide today', 'moon tide cause']);
  expect(web.requests.map(({ url }) => url)).toEqual(['/moon']);
  const [first = '', second = '', page = ''] = outcomes(model);
  expect(first).toContain(`source [1] "Tides" ${urls.tides}\n| High tide is at noon.`);
  expect(second).toContain(`source [2] "The moon" ${urls.moon}\n| The moon pulls.`);
  expect(page).toContain(`source [3] "Moon and sea" ${urls.page}\n| The moon pulls the water`);
}
