/** Base URLs as people copy them lead to the endpoints, and to no other server. */
import { describe, expect, it } from 'vitest';
import type { Behaviour } from '../../lab/counterparts/model-script.ts';
import {
  answers,
  fails,
  lists,
  pause,
  redirects,
  replies,
  repliesJson,
  startModelServer,
  streamsAs,
} from '../../lab/counterparts/model-server.ts';
import { listModels } from '../../src/core/models/catalog/catalog.ts';
import { APIS, ask, KEY, modelAt } from './ask.ts';

const rootOf = (url: string) => url.replace(/\/v1$/, '');

describe.each(APIS)('%s: a base URL without its version', (api) => {
  it('is found below /v1, and remembered', async () => {
    await using server = await startModelServer();
    const root = rootOf(server.url);
    for (let time = 0; time < 2; time++) {
      expect((await ask(modelAt(root, api))).text).toBe('Hello.');
    }
    expect(server.lost).toHaveLength(1);
    expect(server.requests).toHaveLength(2);
    expect(server.requests[1]?.body).toMatchObject({ model: 'test-model' });
    expect(await listModels({ baseUrl: root, key: KEY })).toEqual(['test-model']);
    expect(server.lost).toHaveLength(2);
  });

  it('is found below a folder of a proxy as well', async () => {
    await using server = await startModelServer();
    server.serveBelow('/proxy/v1');
    expect((await ask(modelAt(`${rootOf(server.url)}/proxy`, api))).text).toBe('Hello.');
  });

  it('is found below a folder that gateways name for whose API it is (Groq)', async () => {
    await using server = await startModelServer();
    server.serveBelow('/openai/v1');
    expect((await ask(modelAt(`${rootOf(server.url)}/openai`, api))).text).toBe('Hello.');
  });

  it('is used as it is where the endpoints are there', async () => {
    await using server = await startModelServer();
    server.serveBelow('/api');
    expect((await ask(modelAt(`${rootOf(server.url)}/api`, api))).text).toBe('Hello.');
    expect(server.lost).toHaveLength(0);
  });

  it('with an answer in one piece that comes slowly has all of it', async () => {
    await using server = await startModelServer();
    server.serveBelow('');
    const said = 'word '.repeat(50_000);
    const [start, rest] = [
      '{"choices":[{"message":{"content":"',
      `${said}"}}],"output":[{"type":"message","content":[{"type":"output_text","text":"${said}"}]}]}`,
    ];
    const write =
      (part: string): Behaviour =>
      (exchange) =>
        new Promise((resolve) => exchange.response.write(part, () => resolve()));
    const parts = [
      write(start),
      pause(30),
      write(rest.slice(0, 100_000)),
      pause(30),
      write(rest.slice(100_000)),
    ];
    server.respond(streamsAs({ 'content-type': 'application/json' }, ...parts));
    expect((await ask(modelAt(rootOf(server.url), api))).text).toBe(said);
  });

  it('that has a version is not looked for elsewhere', async () => {
    await using server = await startModelServer();
    server.serveBelow('/v2/v1');
    const { end } = await ask(modelAt(`${rootOf(server.url)}/v2`, api));
    expect(end.failure).toEqual({ kind: 'not-found', status: 404 });
    expect(server.lost.map(({ path }) => path.startsWith('/v2/'))).toEqual([true]);
  });

  it('keeps the failure that was told where there is nothing below /v1 either', async () => {
    await using server = await startModelServer();
    server.serveBelow('');
    server.respond(fails(404, { code: 'model_not_found' }));
    const { end } = await ask(modelAt(rootOf(server.url), api));
    expect(end.failure).toEqual({ kind: 'not-found', status: 404 });
    // Parley does not conclude from this that the endpoint is elsewhere.
    server.respond(answers('There it is.'));
    expect((await ask(modelAt(rootOf(server.url), api))).text).toBe('There it is.');
  });

  it('takes the key nowhere else', async () => {
    await using elsewhere = await startModelServer();
    await using server = await startModelServer();
    server.serveBelow('');
    server.respond(redirects(`${elsewhere.url}/chat/completions`));
    await ask(modelAt(rootOf(server.url), api));
    expect([elsewhere.requests, elsewhere.lost]).toEqual([[], []]);
  });
});

it.each([
  ['a web page', replies(200, 'text/html', '<html>Welcome</html>')],
  [
    'a sentence with 200 (LM Studio)',
    repliesJson(200, {
      error: 'Unexpected endpoint or method. (POST /chat/completions). Returning 200 anyway',
    }),
  ],
  ['405', replies(405, 'application/json', '{"detail":"Method Not Allowed"}')],
])('%s stands for nothing there', async (_, nothing) => {
  await using server = await startModelServer();
  server.serveBelow('');
  server.respond((exchange) => {
    const isBelow = exchange.request.path.startsWith('/v1/');
    return (isBelow ? answers('Found.') : nothing)(exchange);
  });
  // The counterpart now has both paths.
  server.serveAlsoBelow('/v1');
  expect((await ask(modelAt(rootOf(server.url), 'chat'))).text).toBe('Found.');
});

describe('a base URL with a query', () => {
  it('keeps it on every call', async () => {
    await using server = await startModelServer();
    const baseUrl = `${server.url}?api-version=2024-10-21`;
    server.respondToList(lists('test-model'));
    await ask(modelAt(baseUrl, 'chat'));
    await ask(modelAt(baseUrl, 'responses'));
    await listModels({ baseUrl, key: KEY });
    expect([...server.requests, ...server.listRequests].map(({ path }) => path)).toEqual([
      '/v1/chat/completions?api-version=2024-10-21',
      '/v1/responses?api-version=2024-10-21',
      '/v1/models?api-version=2024-10-21',
    ]);
    // Azure takes the key in another header.
    expect(server.requests[0]?.headers).toMatchObject({ 'api-key': KEY, authorization: `Bearer ${KEY}` });
  });

  it('keeps it below /v1 as well', async () => {
    await using server = await startModelServer();
    await ask(modelAt(`${rootOf(server.url)}?tenant=a`, 'chat'));
    expect(server.requests[0]?.path).toBe('/v1/chat/completions?tenant=a');
  });
});
