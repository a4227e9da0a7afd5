import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Behaviour } from '../../lab/counterparts/model-script.ts';
import {
  CANARY,
  fails,
  hangs,
  lists,
  replies,
  repliesJson,
  startModelServer,
} from '../../lab/counterparts/model-server.ts';
import { listModels } from '../../src/core/models/catalog/catalog.ts';
import { ModelError } from '../../src/core/models/model.ts';
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

  it('has all models in order, those last that hardly talk by their names', async () => {
    const ids = ['gpt-6-luna', 'whisper-1', 'gpt-5.6-sol', 'text-embedding-3-large', 'my-image-guard-chat'];
    expect(await listed(lists(...ids))).toEqual([
      'gpt-5.6-sol',
      'gpt-6-luna',
      'my-image-guard-chat',
      'text-embedding-3-large',
      'whisper-1',
    ]);
  });

  it.each<[string, unknown[]]>([
    [
      'OpenRouter',
      [
        { id: 'a', architecture: { output_modalities: ['image'] } },
        { id: 'b', architecture: { output_modalities: ['text', 'image'] } },
      ],
    ],
    [
      'Together',
      [
        { id: 'a', type: 'embedding' },
        { id: 'b', type: 'chat' },
      ],
    ],
    [
      'LM Studio',
      [
        { id: 'a', type: 'embeddings' },
        { id: 'b', type: 'vlm' },
      ],
    ],
    [
      'Mistral',
      [
        { id: 'a', capabilities: { completion_chat: false } },
        { id: 'b', capabilities: { completion_chat: true } },
      ],
    ],
    [
      'Gemini',
      [
        { name: 'models/a', supportedGenerationMethods: ['embedContent'] },
        { name: 'models/b', supportedGenerationMethods: ['generateContent'] },
      ],
    ],
    [
      'Cohere',
      [
        { name: 'a', endpoints: ['embed'] },
        { name: 'b', endpoints: ['chat'] },
      ],
    ],
    [
      'GitHub Models',
      [
        { id: 'a', task: 'embeddings' },
        { id: 'b', task: 'chat-completion' },
      ],
    ],
  ])('leaves out what %s declares to be for something else', async (_, data) => {
    expect(await listed(repliesJson(200, { data }))).toEqual(['b']);
  });

  it('has all of them where none is declared to talk', async () => {
    expect(await listed(repliesJson(200, { data: [{ id: 'a', type: 'embedding' }] }))).toEqual(['a']);
  });

  it.each<[string, unknown]>([
    ['a bare array', [{ id: 'a' }, { id: 'b' }]],
    ['strings', ['a', 'b']],
    ['strings under `data`', { data: ['b', 'a', 'a'] }],
    ['Ollama', { models: [{ name: 'a', model: 'a' }, { name: 'b' }] }],
    ['Gemini', { models: [{ name: 'models/a' }, { name: 'models/b' }] }],
    ['Gemini as OpenAI', { object: 'list', data: [{ id: 'models/a' }, { id: 'models/b' }] }],
    ['Cloudflare', { success: true, result: [{ name: 'a' }, { name: 'b' }] }],
  ])('comes as %s', async (_, body) => {
    expect(await listed(repliesJson(200, body))).toEqual(['a', 'b']);
  });

  it('may be empty', async () => {
    expect(await listed(lists())).toEqual([]);
    expect(await listed(repliesJson(200, { object: 'list', data: null }))).toEqual([]);
  });

  it('leaves out what has no id', async () => {
    const data = [null, {}, { id: 3 }, '', { id: 'llama3.2' }];
    expect(await listed(repliesJson(200, { data }))).toEqual(['llama3.2']);
  });

  it('ends somewhere', async () => {
    const many = Array.from({ length: 6_000 }, (_, index) => `model-${index}`);
    expect(await listed(lists(...many))).toHaveLength(5_000);
  });

  it.each<[string, Behaviour, string]>([
    ['a key that is not accepted', fails(401, { code: 'invalid_api_key' }), 'key'],
    ['a key that may not', fails(403), 'forbidden'],
    [
      'a key that may not list (OpenAI)',
      fails(401, { message: 'You have insufficient permissions for this operation. Missing scopes: x' }),
      'forbidden',
    ],
    ['a key that is refused with 200', repliesJson(200, { error: { message: 'Invalid API key' } }), 'key'],
    ['a server without a list', fails(404), 'not-found'],
    ['a server that says so', fails(501), 'not-found'],
    ['a provider that fails', fails(500), 'server'],
    ['too many requests', fails(429), 'rate'],
    ['a web page', replies(200, 'text/html', `<h1>${CANARY}</h1>`), 'not-an-api'],
    ['no list', repliesJson(200, { chairs: [CANARY] }), 'not-an-api'],
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
    const time = new AbortController();
    vi.spyOn(AbortSignal, 'timeout').mockReturnValue(time.signal);
    server.respondToList((exchange) => {
      time.abort(new DOMException('late', 'TimeoutError'));
      return hangs(exchange);
    });
    const failed = await listModels({ baseUrl: server.url, key: KEY }).catch((error: unknown) => error);
    expect(failed).toMatchObject({ failure: { kind: 'late' } });
    expect(await server.listRequests[0]?.closed).toBe('gone');
  });
});
