import { describe, expect, it } from 'vitest';
import type { Api, Behaviour } from '../../lab/counterparts/model-script.ts';
import {
  answers,
  CANARY,
  fails,
  refusesParameter,
  sentMessages,
  startModelServer,
} from '../../lab/counterparts/model-server.ts';
import type { Image, ModelMessage } from '../../src/core/models/model.ts';
import { clientFor } from '../../src/core/models/provider.ts';
import { streamChat } from '../../src/core/models/wire/chat/chat.ts';
import { APIS, answerOf, ask, KEY, modelAt, requestOf } from './ask.ts';
import { resolveTo } from './resolver.ts';

const CAT: Image = { name: 'cat.png', type: 'image/png', base64: 'iVBORw0KGgo=' };
const DOG: Image = { name: 'dog.jpg', type: 'image/jpeg', base64: '/9j/4AAQ' };

describe('to a compatible server', () => {
  it('Chat Completions send nothing beyond the core of the format, and ask for the usage', async () => {
    await using server = await startModelServer();
    await ask(modelAt(server.url, 'chat'));
    expect(server.requests[0]?.path).toBe('/v1/chat/completions');
    expect(server.requests[0]?.body).toEqual({
      model: 'test-model',
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Hello?' },
      ],
      stream: true,
      stream_options: { include_usage: true },
    });
  });

  it('Responses send nothing beyond the core of the format', async () => {
    await using server = await startModelServer();
    await ask(modelAt(server.url, 'responses'));
    expect(server.requests[0]?.path).toBe('/v1/responses');
    expect(server.requests[0]?.body).toEqual({
      model: 'test-model',
      instructions: 'Be brief.',
      input: [{ role: 'user', content: 'Hello?' }],
      stream: true,
    });
  });

  it.each(APIS)('%s send the key of this server, and a word where it has none', async (api) => {
    await using server = await startModelServer();
    await ask(modelAt(server.url, api));
    await ask(modelAt(server.url, api, { provider: { baseUrl: server.url } }));
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual([
      `Bearer ${KEY}`,
      'Bearer none',
    ]);
  });

  it('who has the same base URL but another key does not share one', async () => {
    await using server = await startModelServer();
    for (const key of ['sk-alice', 'sk-bob', 'sk-alice']) {
      await ask(modelAt(server.url, 'chat', { provider: { baseUrl: server.url, key } }));
    }
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer sk-alice',
      'Bearer sk-bob',
      'Bearer sk-alice',
    ]);
  });

  it('nothing tells who is asking', async () => {
    await using server = await startModelServer();
    await ask(modelAt(server.url, 'chat'));
    const { headers, body } = server.requests[0] ?? {};
    expect(JSON.stringify([headers, body])).not.toMatch(/cache-of-conversation|hash-of-person/);
  });
});

describe('a conversation', () => {
  const turns: ModelMessage[] = [
    { role: 'user', text: 'One' },
    { role: 'user', text: 'Two' },
    { role: 'assistant', text: 'Three' },
    { role: 'assistant', text: 'Four' },
    { role: 'user', text: 'Five' },
  ];

  it('alternates in Chat Completions, as strict templates want it', async () => {
    await using server = await startModelServer();
    const request = requestOf(...turns);
    const before = structuredClone(request);
    await ask(modelAt(server.url, 'chat'), { request });
    expect(server.requests[0]?.body.messages).toEqual([
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'One\n\nTwo' },
      { role: 'assistant', content: 'Three\n\nFour' },
      { role: 'user', content: 'Five' },
    ]);
    expect(request).toEqual(before);
  });

  it('goes as it is in Responses', async () => {
    await using server = await startModelServer();
    await ask(modelAt(server.url, 'responses'), { request: requestOf(...turns) });
    expect(server.requests[0]?.body.input).toEqual(turns.map(({ role, text }) => ({ role, content: text })));
  });

  it('merged keeps every image', async () => {
    await using server = await startModelServer();
    const request = requestOf(
      { role: 'user', text: 'A cat', images: [CAT] },
      { role: 'user', text: 'and a dog', images: [DOG] },
    );
    await ask(modelAt(server.url, 'chat'), { request });
    expect(sentMessages(server.requests[0])).toEqual([
      {
        role: 'user',
        content: [
          { type: 'text', text: 'A cat\n\nand a dog' },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } },
          { type: 'image_url', image_url: { url: 'data:image/jpeg;base64,/9j/4AAQ' } },
        ],
      },
    ]);
  });
});

describe('images', () => {
  const seen = requestOf({ role: 'user', text: 'What is this?', images: [CAT] });

  it('are parts of a message in Responses', async () => {
    await using server = await startModelServer();
    await ask(modelAt(server.url, 'responses'), { request: seen });
    expect(server.requests[0]?.body.input).toEqual([
      {
        role: 'user',
        content: [
          { type: 'input_text', text: 'What is this?' },
          { type: 'input_image', detail: 'auto', image_url: 'data:image/png;base64,iVBORw0KGgo=' },
        ],
      },
    ]);
  });

  it.each(APIS)('%s: a message without one is a plain string, also where its list is empty', async (api) => {
    await using server = await startModelServer();
    await ask(modelAt(server.url, api), { request: requestOf({ role: 'user', text: 'Hi', images: [] }) });
    expect(sentMessages(server.requests[0])).toEqual([{ role: 'user', content: 'Hi' }]);
  });

  it.each<[Api, number]>([
    ['chat', 400],
    ['chat', 404],
    ['chat', 422],
    ['responses', 400],
  ])('%s: a server that takes none (%i) is asked without, and told their names', async (api, status) => {
    await using server = await startModelServer();
    server.respond(takesNoImages(status));
    const answer = await ask(modelAt(server.url, api), { request: seen });
    expect(answer).toMatchObject({ text: 'Words alone.', end: { end: 'stop' } });
    expect(server.requests).toHaveLength(2);
    expect(sentMessages(server.requests[1])).toEqual([
      { role: 'user', content: 'What is this?\n[image not shown to you: "cat.png"]' },
    ]);
  });

  it('are left out once, not for ever, where something else is wrong', async () => {
    await using server = await startModelServer();
    server.respond(fails(400));
    const answer = await ask(modelAt(server.url, 'chat'), { request: seen });
    expect(answer.end).toMatchObject({ end: 'error', failure: { kind: 'request' } });
    expect(server.requests).toHaveLength(2);
  });
});

describe('to OpenAI itself', () => {
  it('Responses keep nothing there, and find the cached prompt again', async () => {
    await using server = await startModelServer();
    await ask(modelAt(asOpenAI(server.port), 'responses'));
    expect(server.requests[0]?.body).toEqual({
      model: 'test-model',
      instructions: 'Be brief.',
      input: [{ role: 'user', content: 'Hello?' }],
      stream: true,
      store: false,
      prompt_cache_key: 'cache-of-conversation',
      safety_identifier: 'hash-of-person',
    });
  });

  it('Chat Completions ask for the usage', async () => {
    await using server = await startModelServer();
    await ask(modelAt(asOpenAI(server.port), 'chat'));
    expect(server.requests[0]?.body).toMatchObject({
      stream: true,
      stream_options: { include_usage: true },
      prompt_cache_key: 'cache-of-conversation',
      safety_identifier: 'hash-of-person',
    });
  });

  it.each<[Api, string]>([
    ['responses', 'safety_identifier'],
    ['responses', 'prompt_cache_key'],
    ['chat', 'stream_options'],
    ['chat', 'prompt_cache_key'],
  ])('%s: %s is left out once refused, and not tried again with this model', async (api, name) => {
    await using server = await startModelServer();
    const url = asOpenAI(server.port);
    server.respond(refusesParameter(name, answers('Without.')));
    const has = () => server.requests.map(({ body }) => name in body);

    expect(await ask(modelAt(url, api))).toMatchObject({ text: 'Without.', statuses: [] });
    expect(has()).toEqual([true, false]);

    await ask(modelAt(url, api));
    await ask(modelAt(url, api, { provider: { baseUrl: url, key: 'sk-another' } }));
    expect(has()).toEqual([true, false, false, false]);

    await ask(modelAt(url, api, { model: 'another-model' }));
    expect(has()).toEqual([true, false, false, false, true, false]);
  });

  it('several parameters are left out one by one', async () => {
    await using server = await startModelServer();
    server.respond(
      refusesParameter('prompt_cache_key', refusesParameter('safety_identifier', answers('Without.'))),
    );
    expect((await ask(modelAt(asOpenAI(server.port), 'responses'))).text).toBe('Without.');
    expect(server.requests).toHaveLength(3);
    expect(server.requests[2]?.body).toHaveProperty('store', false);
  });

  it('one that is refused although it is not sent ends the matter', async () => {
    await using server = await startModelServer();
    server.respond(fails(400, { code: 'unsupported_parameter', param: 'safety_identifier' }));
    const answer = await ask(modelAt(asOpenAI(server.port), 'responses'));
    expect(answer.end).toMatchObject({ failure: { kind: 'request', parameter: 'safety_identifier' } });
    expect(server.requests).toHaveLength(2);
  });

  it('a proxy that says it in words alone is understood', async () => {
    await using server = await startModelServer();
    const refusal = fails(400, { message: `Unrecognized request argument: prompt_cache_key ${CANARY}` });
    server.respond(refusal, answers('Without.'));
    expect((await ask(modelAt(asOpenAI(server.port), 'responses'))).text).toBe('Without.');
    expect(server.requests[1]?.body).not.toHaveProperty('prompt_cache_key');
  });

  it('a message that happens to hold the word does not make OpenAI store the conversation', async () => {
    await using server = await startModelServer();
    server.respond(fails(400, { message: 'Could not read the image store.png', code: 'invalid_image' }));
    await ask(modelAt(asOpenAI(server.port), 'responses'));
    for (const { body } of server.requests) expect(body).toHaveProperty('store', false);
  });

  it('the driver sends the parameters it is given and no other', async () => {
    await using server = await startModelServer();
    const chunks = [];
    const features = new Set(['stream', 'system', 'prompt_cache_key']);
    const { signal } = new AbortController();
    const client = clientFor({ baseUrl: server.url, key: KEY });
    const asked = { model: 'test-model', request: requestOf('Hello?'), features, by: 'test' };
    for await (const chunk of streamChat(client, asked, signal)) {
      if (chunk.type !== 'alive') chunks.push(chunk);
    }
    expect(answerOf(chunks).text).toBe('Hello.');
    expect(Object.keys(server.requests[0]?.body ?? {}).sort()).toEqual([
      'messages',
      'model',
      'prompt_cache_key',
      'stream',
    ]);
  });
});

/** The server under OpenAI's own name. */
function asOpenAI(port: number): string {
  resolveTo({ 'api.openai.com': [['127.0.0.1']] });
  return `http://api.openai.com:${port}/v1`;
}

function takesNoImages(status: number): Behaviour {
  const refusal = fails(status, { message: `this model is blind ${CANARY}` });
  return (exchange) => {
    const hasImage = JSON.stringify(exchange.request.body).includes('base64,');
    return (hasImage ? refusal : answers('Words alone.'))(exchange);
  };
}
