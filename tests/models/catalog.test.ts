import { afterEach, describe, expect, it, vi } from 'vitest';
import { checkKey, listModels } from '../../src/core/models/catalog.ts';
import { ModelError } from '../../src/core/models/model.ts';
import {
  type Behaviour,
  CANARY,
  fails,
  hangs,
  lists,
  replies,
  repliesJson,
  startModelServer,
} from '../counterparts/model-server.ts';
import { KEY } from './ask.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

async function listed(behaviour: Behaviour): Promise<string[]> {
  await using server = await startModelServer();
  server.respondToList(behaviour);
  return await listModels({ baseUrl: server.url, key: KEY });
}

describe('the list of models', () => {
  it('is asked for with the key of its provider', async () => {
    await using server = await startModelServer();
    await listModels({ baseUrl: server.url, key: KEY });
    await listModels({ baseUrl: server.url });
    expect(server.listRequests.map(({ path, headers }) => [path, headers.authorization])).toEqual([
      ['/v1/models', `Bearer ${KEY}`],
      ['/v1/models', 'Bearer none'],
    ]);
  });

  it('has the models that talk, in order', async () => {
    const ids = ['gpt-6-luna', 'whisper-1', 'gpt-5.6-sol', 'text-embedding-3-large', 'dall-e-3', 'tts-1-hd'];
    expect(await listed(lists(...ids, 'omni-moderation-latest', 'gpt-realtime'))).toEqual([
      'gpt-5.6-sol',
      'gpt-6-luna',
    ]);
  });

  it('has all of them where none looks like one that talks', async () => {
    expect(await listed(lists('my-embedder', 'llama-guard'))).toEqual(['llama-guard', 'my-embedder']);
  });

  it('may be empty', async () => {
    expect(await listed(lists())).toEqual([]);
  });

  it('leaves out what has no id', async () => {
    const data = [null, {}, { id: 3 }, 'text', { id: 'llama3.2' }];
    expect(await listed(repliesJson(200, { data }))).toEqual(['llama3.2']);
  });

  it('ends somewhere', async () => {
    const many = Array.from({ length: 2_000 }, (_, index) => `model-${index}`);
    expect(await listed(lists(...many))).toHaveLength(500);
  });

  it.each<[string, Behaviour, string]>([
    ['a key that is not accepted', fails(401, { code: 'invalid_api_key' }), 'key'],
    ['a key that may not', fails(403), 'forbidden'],
    ['a server without a list', fails(404), 'not-found'],
    ['a provider that fails', fails(500), 'server'],
    ['too many requests', fails(429), 'rate'],
    ['a web page', replies(200, 'text/html', `<h1>${CANARY}</h1>`), 'not-an-api'],
    ['no list', repliesJson(200, { models: [CANARY] }), 'not-an-api'],
    ['a list of another kind', repliesJson(200, { data: { id: CANARY } }), 'not-an-api'],
    ['null', repliesJson(200, null), 'not-an-api'],
    ['broken JSON', replies(200, 'application/json', '{"data": ['), 'cut'],
  ])('of %s is a failure, asked for once', async (_, behaviour, kind) => {
    await using server = await startModelServer();
    server.respondToList(behaviour);
    const failed = await listModels({ baseUrl: server.url, key: KEY }).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(ModelError);
    expect(failed).toMatchObject({ failure: { kind } });
    expect(JSON.stringify(failed) + String(failed)).not.toContain(CANARY);
    expect(server.listRequests).toHaveLength(1);
  });

  it('of a server that says nothing is late, and no longer waited for', async () => {
    await using server = await startModelServer();
    server.respondToList(hangs);
    vi.spyOn(AbortSignal, 'timeout').mockReturnValue(AbortSignal.timeout(100));
    const failed = await listModels({ baseUrl: server.url, key: KEY }).catch((error: unknown) => error);
    expect(failed).toMatchObject({ failure: { kind: 'late' } });
    expect(await server.listRequests[0]?.closed).toBe('gone');
  });
});

describe('a key', () => {
  it.each<[string, Behaviour, string | undefined]>([
    ['that the provider knows passes', lists('test-model'), undefined],
    ['that the provider does not know fails', fails(401), 'key'],
    ['of a server without a list passes', fails(404), undefined],
    ['that may not list models passes', fails(403), undefined],
    ['of a provider that is busy passes', fails(429), undefined],
    ['of a provider that fails passes', fails(503), undefined],
  ])('%s', async (_, behaviour, kind) => {
    await using server = await startModelServer();
    server.respondToList(behaviour);
    const failure = await checkKey({ baseUrl: server.url, key: KEY });
    expect(failure?.kind).toBe(kind);
  });

  it('of a server that is not there fails', async () => {
    const server = await startModelServer();
    await server.stop();
    expect(await checkKey({ baseUrl: server.url, key: KEY })).toEqual({ kind: 'unreachable' });
  });
});
