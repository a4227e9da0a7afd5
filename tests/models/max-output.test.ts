/** The cap of an answer's length is sent under the name that a server takes, and left out once it is refused. */
import { describe, expect, it } from 'vitest';
import type { Behaviour, ReceivedRequest } from '../../lab/counterparts/model-script.ts';
import {
  answers,
  CANARY,
  fails,
  finish,
  refusesParameter,
  refusesWhile,
  sentMessages,
  startModelServer,
  streams,
  text,
} from '../../lab/counterparts/model-server.ts';
import type { Meter, ModelMessage } from '../../src/core/models/model.ts';
import type { OpenAIModelOptions } from '../../src/core/models/openai.ts';
import { APIS, ask, modelAt, requestOf } from './ask.ts';
import { resolveTo } from './resolver.ts';

const CAPS = ['max_output_tokens', 'max_completion_tokens', 'max_tokens'];
const capsIn = ({ body }: ReceivedRequest) =>
  Object.fromEntries(CAPS.flatMap((name) => (name in body ? [[name, body[name]]] : [])));

const capped = (maxOutput: number, ...messages: (string | ModelMessage)[]) => ({
  ...requestOf(...(messages.length > 0 ? messages : ['Hello?'])),
  maxOutput,
});

/** A server that refuses a cap in these words. */
const refusesCap = (words: string, otherwise: Behaviour = answers('Without.')) =>
  refusesWhile(
    (request) => Object.keys(capsIn(request)).length > 0,
    fails(400, { message: `${words} ${CANARY}` }),
    otherwise,
  );

describe.each(APIS)('%s', (api) => {
  it('no cap is sent where nothing limits the answer', async () => {
    await using server = await startModelServer();
    await ask(modelAt(server.url, api));
    expect(server.requests.map(capsIn)).toEqual([{}]);
  });

  it('a cap goes along, and an answer that reaches it ends with its length', async () => {
    await using server = await startModelServer();
    server.respond(streams(text('Half'), finish('length')));
    const { end } = await ask(modelAt(server.url, api), { request: capped(600) });
    expect(end.end).toBe('length');
    expect(server.requests.map(capsIn)).toEqual([
      api === 'chat' ? { max_tokens: 600 } : { max_output_tokens: 600 },
    ]);
  });

  it('a smaller cap of the meter holds', async () => {
    await using server = await startModelServer();
    const meter: Meter = { begin: async () => 512, wrote: () => 0, end() {} };
    const model = modelAt(server.url, api);
    const { signal } = new AbortController();
    for await (const _ of model.stream(capped(600), meter, signal));
    for await (const _ of model.stream(capped(500), meter, signal));
    expect(server.requests.map(({ body }) => body.max_tokens ?? body.max_output_tokens)).toEqual([512, 500]);
  });

  it.each([
    "Unsupported parameter: 'max_tokens'",
    'max_output_tokens is not supported by this model',
    'Unrecognized request argument supplied: max_completion_tokens',
    'num_predict: extra fields not permitted',
    'max_tokens is too large: 16000. This model supports at most 4096 completion tokens',
    "'max_tokens' or 'max_completion_tokens' is too large: 16000. This model's maximum context length is 8192 tokens and your request has 500 input tokens",
    "This model's maximum context length is 8192 tokens. However, you requested 16500 tokens (500 in the messages, 16000 in the completion).",
    '`inputs` tokens + `max_new_tokens` must be <= 4096. Given: 500 `inputs` tokens and 16000 `max_new_tokens`',
  ])('a cap that is refused is left out, the conversation is not: %s', async (words) => {
    await using server = await startModelServer();
    server.respond(refusesCap(words));
    const model = modelAt(server.url, api, { model: `refuses ${words.length}` });
    const messages: ModelMessage[] = ['a', 'b', 'c'].map((said) => ({ role: 'user', text: said }));
    expect(await ask(model, { request: capped(16_000, ...messages) })).toMatchObject({ text: 'Without.' });
    const tried = server.requests.length;
    await ask(model, { request: capped(16_000, ...messages) });
    // It is not tried again.
    expect(server.requests).toHaveLength(tried + 1);
    expect(capsIn(server.requests[tried] ?? raise())).toEqual({});
    for (const request of server.requests) expect(JSON.stringify(sentMessages(request))).toContain('a');
  });

  it('a smaller cap than the one that was refused is still tried', async () => {
    await using server = await startModelServer();
    const refusal = fails(400, { message: `max_tokens is too large ${CANARY}`, param: 'max_tokens' });
    const isTooLarge = (request: ReceivedRequest) =>
      Object.values(capsIn(request)).some((most) => Number(most) > 4_096);
    server.respond(refusesWhile(isTooLarge, refusal, answers('Fits.')));
    const model = modelAt(server.url, api, { model: 'short' });
    await ask(model, { request: capped(16_000) });
    await ask(model, { request: capped(4_000) });
    expect(Object.values(capsIn(server.requests.at(-1) ?? raise()))).toEqual([4_000]);
  });

  it('a conversation that is too long by itself is shortened, with the cap', async () => {
    await using server = await startModelServer();
    const refusal = fails(400, { code: 'context_length_exceeded' });
    server.respond(refusesWhile((request) => sentMessages(request).length > 2, refusal, answers('Short.')));
    const roles = ['user', 'assistant', 'user'] as const;
    const messages = roles.map((role) => ({ role, text: role }));
    const answer = await ask(modelAt(server.url, api, { model: 'small' }), {
      request: capped(600, ...messages),
    });
    expect(answer.text).toBe('Short.');
    expect(Object.values(capsIn(server.requests.at(-1) ?? raise()))).toEqual([600]);
  });
});

describe('Chat Completions', () => {
  it('of OpenAI itself take the newer name alone', async () => {
    await using server = await startModelServer();
    resolveTo({ 'api.openai.com': [['127.0.0.1']] });
    await ask(modelAt(`http://api.openai.com:${server.port}/v1`, 'chat'), { request: capped(600) });
    expect(server.requests.map(capsIn)).toEqual([{ max_completion_tokens: 600 }]);
  });

  it('of a server that knows the newer name alone get it, and at once from then on', async () => {
    await using server = await startModelServer();
    server.respond(refusesParameter('max_tokens', answers('With it.')));
    const options: Partial<OpenAIModelOptions> = { model: 'newer' };
    await ask(modelAt(server.url, 'chat', options), { request: capped(600) });
    await ask(modelAt(server.url, 'chat', options), { request: capped(600) });
    expect(server.requests.map(capsIn)).toEqual([
      { max_tokens: 600 },
      { max_completion_tokens: 600 },
      { max_completion_tokens: 600 },
    ]);
  });
});

function raise(): never {
  throw new Error('no such request');
}
