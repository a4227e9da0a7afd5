/** The usage that a server tells is read wherever it stands, and the last one counts. */
import { describe, expect, it } from 'vitest';
import type { Api, Behaviour } from '../../lab/counterparts/model-script.ts';
import {
  answers,
  CANARY,
  chatChunk,
  done,
  event,
  fails,
  finish,
  refusesWhile,
  repliesJson,
  reset,
  startModelServer,
  streams,
  text,
} from '../../lab/counterparts/model-server.ts';
import { type AttemptOutcome, tryOnce } from '../../src/core/models/attempt.ts';
import { createDeadline } from '../../src/core/models/deadline.ts';
import { UNMETERED } from '../../src/core/models/model.ts';
import { clientFor } from '../../src/core/models/provider.ts';
import { streamChat } from '../../src/core/models/wire/chat/chat.ts';
import { streamResponses } from '../../src/core/models/wire/responses/responses.ts';
import type { Usage } from '../../src/core/money/usage.ts';
import { APIS, ask, KEY, modelAt, requestOf } from './ask.ts';

const endOf = async (api: Api, behaviour: Behaviour) => {
  await using server = await startModelServer();
  server.respond(behaviour);
  return (await ask(modelAt(server.url, api))).end;
};

/** Usage beside or within an answer, in the API's own names. */
function usageOf(api: Api, input: number, output: number, more: Record<string, unknown> = {}) {
  return api === 'chat'
    ? { prompt_tokens: input, completion_tokens: output, ...more }
    : { input_tokens: input, output_tokens: output, ...more };
}

/** A growing count beside a text. */
const counting =
  (content: string, usage: unknown): Behaviour =>
  (exchange) =>
    event(
      exchange.api === 'chat'
        ? { ...chatChunk({ content }), usage }
        : { type: 'response.output_text.delta', delta: content, response: { usage } },
    )(exchange);

describe.each(APIS)('%s', (api) => {
  it.each<[string, unknown[], Partial<Usage> | undefined]>([
    ['comes twice', [usageOf(api, 100, 40), usageOf(api, 100, 40)], { input: 100, output: 40 }],
    ['grows chunk by chunk', [1, 2, 3].map((n) => usageOf(api, 100, n)), { input: 100, output: 3 }],
    ['ends with nothing', [usageOf(api, 100, 40), null, {}], { input: 100, output: 40 }],
    ['ends with zeros', [usageOf(api, 100, 40), usageOf(api, 0, 0)], { input: 100, output: 40 }],
    ['ends with nonsense', [usageOf(api, 100, 40), usageOf(api, -1, 2)], { input: 100, output: 40 }],
    ['is all zeros', [usageOf(api, 0, 0)], undefined],
    ['says that nothing was written', [usageOf(api, 100, 0)], undefined],
    ['is negative', [usageOf(api, -100, 40)], undefined],
    ['is absurd', [usageOf(api, 1e12, 40)], undefined],
    ['is a text', [{ prompt_tokens: '100', input_tokens: '100' }], undefined],
    ['is a list', [[1, 2]], undefined],
  ])('usage that %s', async (_, told, wanted) => {
    const end = await endOf(api, streams(...told.map((usage) => counting('x', usage)), finish(), done));
    expect(end).toMatchObject({ end: 'stop' });
    if (wanted) expect(end.usage).toMatchObject(wanted);
    else expect(end).not.toHaveProperty('usage');
  });

  it('tokens that the provider wrote to its cache are told', async () => {
    const details = { cached_tokens: 64, cache_write_tokens: 30 };
    const usage = usageOf(api, 100, 40, { prompt_tokens_details: details, input_tokens_details: details });
    expect((await endOf(api, streams(text('x'), finish('stop', usage), done))).usage).toEqual({
      input: 100,
      cached: 64,
      cacheWrite: 30,
      output: 40,
      reasoning: 0,
    });
  });

  it('the model and the tier that were billed are told, and a cost', async () => {
    const usage = usageOf(api, 100, 40, { cost: 0.001_25 });
    const own = { model: 'test-model-2026-09-22', service_tier: 'Priority' };
    const end = await endOf(
      api,
      api === 'chat'
        ? streams(text('x'), event({ ...chatChunk({}, 'stop'), ...own, usage }), done)
        : streams(text('x'), event({ type: 'response.completed', response: { ...own, usage } })),
    );
    expect(end.billed).toEqual({ model: 'test-model-2026-09-22', tier: 'priority', cost: 1_250_000 });
  });

  it('a model that is billed as it was asked for is not told again', async () => {
    const end = await endOf(api, streams(text('x'), finish('stop', usageOf(api, 1, 1)), done));
    expect(end).not.toHaveProperty('billed');
  });

  it('an answer in one piece tells them too', async () => {
    const told = { model: 'other', service_tier: 'flex', usage: usageOf(api, 100, 40, { cost: '0.5' }) };
    const content = 'x';
    const end = await endOf(
      api,
      repliesJson(200, {
        ...told,
        ...(api === 'chat'
          ? { choices: [{ message: { content }, finish_reason: 'stop' }] }
          : {
              status: 'completed',
              output: [{ type: 'message', content: [{ type: 'output_text', text: content }] }],
            }),
      }),
    );
    expect(end).toMatchObject({
      usage: { input: 100, output: 40 },
      billed: { model: 'other', tier: 'flex', cost: 500_000_000 },
    });
  });

  it('a growing count is kept when the stream breaks', async () => {
    const told = [1, 2].map((n) => counting('x', usageOf(api, 100, n)));
    const { end, ...outcome } = await outcomeOf(api, streams(...told, reset));
    expect(end).toBeUndefined();
    expect(outcome).toMatchObject({ answered: true, told: { usage: { input: 100, output: 2 } } });
  });

  it('a stream that breaks before any count has no usage', async () => {
    expect((await outcomeOf(api, streams(text('x'), reset))).told).not.toHaveProperty('usage');
  });
});

it('a response that failed tells what it cost all the same', async () => {
  const response = { error: { code: 'server_error' }, usage: usageOf('responses', 100, 7) };
  const outcome = await outcomeOf('responses', streams(event({ type: 'response.failed', response })));
  expect(outcome).toMatchObject({ failure: { kind: 'server' }, told: { usage: { input: 100, output: 7 } } });
});

async function outcomeOf(api: Api, behaviour: Behaviour): Promise<AttemptOutcome> {
  await using server = await startModelServer();
  server.respond(behaviour);
  const deadline = createDeadline({ firstMs: 20_000, stallMs: 20_000 }, new AbortController().signal);
  const chunks = tryOnce(api === 'chat' ? streamChat : streamResponses, {
    client: clientFor({ baseUrl: server.url, key: KEY }),
    asked: {
      model: 'test-model',
      request: requestOf('Hello?'),
      features: new Set(['stream', 'system']),
      by: 'test',
    },
    deadline,
    meter: UNMETERED,
    beganInside: false,
    ignoresCap: false,
    isSignDue: () => false,
  });
  try {
    for (;;) {
      const next = await chunks.next();
      if (next.done) return next.value;
    }
  } finally {
    deadline.clear();
  }
}

describe('Chat Completions', () => {
  it.each([
    "Unsupported parameter: 'stream_options'",
    'Unrecognized request argument supplied: stream_options',
    'stream_options: Extra inputs are not permitted',
    '1 validation error: body.stream_options: extra fields not permitted',
  ])('do not ask for the usage where that is refused: %s', async (message) => {
    await using server = await startModelServer();
    const refusal = fails(422, { message: `${message} ${CANARY}` });
    server.respond(refusesWhile(({ body }) => 'stream_options' in body, refusal, answers('Without.')));
    const model = modelAt(server.url, 'chat', { model: `refuses ${message.length}` });
    expect(await ask(model)).toMatchObject({ text: 'Without.', statuses: [] });
    await ask(model);
    expect(server.requests.map(({ body }) => 'stream_options' in body)).toEqual([true, false, false]);
    for (const { body } of server.requests) expect(body.stream).toBe(true);
  });
});
