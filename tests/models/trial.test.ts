import { describe, expect, it } from 'vitest';
import type { Behaviour } from '../../lab/counterparts/model-script.ts';
import {
  answers,
  fails,
  hangs,
  lists,
  type ModelServer,
  replies,
  startModelServer,
} from '../../lab/counterparts/model-server.ts';
import { type TrialOptions, tryOut, withoutInternals } from '../../src/core/models/catalog/trial.ts';
import type { FailureKind } from '../../src/core/models/model.ts';
import { UNMETERED } from '../../src/core/models/model.ts';
import { createOpenAIModel } from '../../src/core/models/openai.ts';
import { KEY } from './ask.ts';

const SILENT = { firstChunkMs: 60_000, stallMs: 60_000 };

function trial(server: Pick<ModelServer, 'url'>, of: TrialOptions['of'], name = 'test-model') {
  const provider = { baseUrl: server.url, key: KEY };
  return tryOut({
    provider,
    model: createOpenAIModel({ provider, model: name, api: 'chat', ...SILENT }),
    of,
    meter: UNMETERED,
  });
}

const PAGE = replies(200, 'text/html', '<h1>Hello');
/** As OpenAI does it. */
const forKey =
  (list: Behaviour): Behaviour =>
  (exchange) =>
    (exchange.request.headers.authorization === `Bearer ${KEY}` ? list : fails(401))(exchange);
const IN_ONE = answers('Hi.');

describe.concurrent('a trial', () => {
  it.each<[string, Behaviour, Behaviour, TrialOptions['of'], FailureKind | undefined]>([
    ['a key that works', lists('test-model'), IN_ONE, 'key', undefined],
    ['a key that only the list refuses', fails(401), IN_ONE, 'key', undefined],
    ['a key that may not list', fails(403), IN_ONE, 'key', undefined],
    ['a key that is refused', fails(401), fails(401), 'key', 'key'],
    ['a key that the list refuses, of a model that is not there', fails(401), fails(404), 'key', 'not-found'],
    ['a model of a server that lists nothing for the key', fails(401), IN_ONE, 'model', undefined],
    [
      'a key that only answers need, since the list is for all',
      lists('test-model'),
      fails(401),
      'key',
      'key',
    ],
    ['a key whose account is empty', lists('test-model'), fails(402), 'key', 'quota'],
    ['a key that the list proves', forKey(lists('test-model')), fails(500), 'key', undefined],
    ['a server without a list', fails(404), IN_ONE, 'key', undefined],
    ['a model that is listed', lists('test-model'), fails(500), 'model', undefined],
    ['a model that is listed with a tag', lists('test-model:latest'), fails(500), 'model', undefined],
    ['a model that is not listed and answers', lists('other'), IN_ONE, 'model', undefined],
    ['a model that is not there', lists('other'), fails(404), 'model', 'not-found'],
    ['a web page', PAGE, PAGE, 'base URL', 'not-an-api'],
    ['a server that serves nothing there', fails(404), fails(404), 'base URL', 'not-an-api'],
  ])('finds out about %s', async (_, list, answer, of, kind) => {
    await using server = await startModelServer();
    server.respondToList(list);
    server.respondToTrial(answer);
    expect((await trial(server, of))?.kind).toBe(kind);
  });

  it('asks a listed model for nothing, so that looking costs nothing', async () => {
    await using server = await startModelServer();
    await trial(server, 'model');
    expect(server.trials).toHaveLength(0);
  });

  it('of a server that is not there asks once', async () => {
    const server = await startModelServer();
    await server.stop();
    expect(await trial(server, 'base URL')).toEqual({ kind: 'unreachable' });
  });

  it('does not wait for a server that is slow, and takes it for no more than that', async () => {
    await using server = await startModelServer();
    server.respondToList(hangs);
    server.respondToTrial(hangs);
    expect(await trial(server, 'base URL')).toEqual({ kind: 'late' });
    expect(await Promise.all([...server.listRequests, ...server.trials].map((one) => one.closed))).toEqual([
      'gone',
      'gone',
    ]);
  });

  it.each([
    'http://127.0.0.1:9/v1',
    'http://10.0.0.7/v1',
    'http://[::1]:9/v1',
    'http://localhost:9/v1',
    'http://vault:9/v1',
  ])('tells a stranger the same of all that %s may be', async (baseUrl) => {
    for (const kind of ['unreachable', 'server', 'request', 'forbidden', 'not-found', 'cut'] as const)
      expect(await withoutInternals({ kind, status: 500 }, { baseUrl })).toEqual({ kind: 'not-an-api' });
  });
});
