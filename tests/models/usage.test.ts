/** Token counts and bills are believed as far as they make sense, and the last of several counts. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Api, Behaviour } from '../../lab/counterparts/model-script.ts';
import {
  chatChunk,
  done,
  event,
  finish,
  repliesJson,
  reset,
  startModelServer,
  streams,
  text,
} from '../../lab/counterparts/model-server.ts';
import { type AttemptOutcome, tryOnce } from '../../src/core/models/attempt.ts';
import { createDeadline } from '../../src/core/models/deadline.ts';
import { type Billed, UNMETERED } from '../../src/core/models/model.ts';
import { clientFor } from '../../src/core/models/provider.ts';
import { billedOf, costIn, usageIn } from '../../src/core/models/usage.ts';
import { streamChat } from '../../src/core/models/wire/chat.ts';
import { streamResponses } from '../../src/core/models/wire/responses.ts';
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
    expect(outcome).toMatchObject({ answered: true, usage: { input: 100, output: 2 } });
  });

  it('a stream that breaks before any count has no usage', async () => {
    expect(await outcomeOf(api, streams(text('x'), reset))).not.toHaveProperty('usage');
  });
});

it('a response that failed tells what it cost all the same', async () => {
  const response = { error: { code: 'server_error' }, usage: usageOf('responses', 100, 7) };
  const outcome = await outcomeOf('responses', streams(event({ type: 'response.failed', response })));
  expect(outcome).toMatchObject({ failure: { kind: 'server' }, usage: { input: 100, output: 7 } });
});

async function outcomeOf(api: Api, behaviour: Behaviour): Promise<AttemptOutcome> {
  await using server = await startModelServer();
  server.respond(behaviour);
  const deadline = createDeadline({ firstMs: 20_000, stallMs: 20_000 }, new AbortController().signal);
  const chunks = tryOnce(api === 'chat' ? streamChat : streamResponses, {
    client: clientFor({ baseUrl: server.url, key: KEY }),
    asked: { model: 'test-model', request: requestOf('Hello?'), features: new Set(['stream', 'system']) },
    deadline,
    meter: UNMETERED,
    beganInside: false,
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

describe('counts that servers make in other ways', () => {
  it.each<[string, Record<string, unknown>, Partial<Usage>]>([
    [
      'Anthropic counts cached tokens apart',
      {
        input_tokens: 5,
        output_tokens: 9,
        cache_creation_input_tokens: 50,
        input_tokens_details: { cached_tokens: 200 },
      },
      { input: 255, cached: 200, cacheWrite: 50, output: 9 },
    ],
    [
      'xAI counts reasoning apart',
      {
        prompt_tokens: 10,
        completion_tokens: 5,
        total_tokens: 115,
        completion_tokens_details: { reasoning_tokens: 100 },
      },
      { input: 10, output: 105, reasoning: 100 },
    ],
    [
      'Gemini tells its reasoning in the total alone',
      { prompt_tokens: 10, completion_tokens: 5, total_tokens: 515 },
      { input: 10, output: 505 },
    ],
    [
      'DeepSeek tells its cache beside the rest',
      { prompt_tokens: 100, completion_tokens: 5, total_tokens: 105, prompt_cache_hit_tokens: 64 },
      { input: 100, cached: 64, output: 5 },
    ],
    [
      'a total is less than its parts',
      { prompt_tokens: 10, completion_tokens: 5, total_tokens: 3 },
      { input: 10, output: 5 },
    ],
    [
      'a total is absurd',
      { prompt_tokens: 10, completion_tokens: 5, total_tokens: 1e15 },
      { input: 10, output: 5 },
    ],
    ['fractions', { prompt_tokens: 10.4, completion_tokens: 4.6 }, { input: 10, output: 5 }],
  ])('%s', (_, counts, usage) => {
    expect(usageIn(counts)).toMatchObject(usage);
  });

  it('whatever a server sends, a usage is made of counts that go together', () => {
    const value = fc.oneof(fc.anything(), fc.nat(1_000), fc.double(), fc.bigInt());
    const details = fc.oneof(
      value,
      fc.record({ cached_tokens: value, cache_write_tokens: value, reasoning_tokens: value }),
    );
    const counts = fc.record(
      {
        input_tokens: value,
        prompt_tokens: value,
        output_tokens: value,
        completion_tokens: value,
        total_tokens: value,
        input_tokens_details: details,
        completion_tokens_details: details,
        prompt_cache_hit_tokens: value,
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(counts, (sent) => {
        const usage = usageIn(sent);
        if (!usage) return;
        for (const count of Object.values(usage))
          expect(Number.isSafeInteger(count) && count >= 0).toBe(true);
        expect(usage.cached + (usage.cacheWrite ?? 0)).toBeLessThanOrEqual(usage.input);
        expect(usage.reasoning).toBeLessThanOrEqual(usage.output);
        expect(usage.input + usage.output).toBeGreaterThan(0);
      }),
    );
  });
});

describe('a cost that a provider tells', () => {
  it.each<[string, Record<string, unknown>, number | undefined]>([
    ['a number', { cost: 0.003_425 }, 3_425_000],
    ['a text', { cost: '0.003425' }, 3_425_000],
    ['a small text', { cost: '1.5e-7' }, 150],
    ['nothing', { cost: 0 }, 0],
    ['less than a nano-dollar', { cost: 1e-11 }, 1],
    [
      "that of OpenRouter, with a key of the provider's own",
      { cost: 0.05, is_byok: true, cost_details: { upstream_inference_cost: 1 } },
      1_050_000_000,
    ],
    [
      'that of OpenRouter, with its own key',
      { cost: 1, is_byok: false, cost_details: { upstream_inference_cost: 1 } },
      1_000_000_000,
    ],
    [
      "a sum with its parts, as Perplexity's",
      { cost: { input_tokens_cost: 1, total_cost: 3 } },
      3_000_000_000,
    ],
    ['none', {}, undefined],
    ['null', { cost: null }, undefined],
    ['a negative one', { cost: -1 }, undefined],
    ['a negative text', { cost: '-1' }, undefined],
    ['an absurd one', { cost: 1e6 }, undefined],
    ['not a number', { cost: 'NaN' }, undefined],
    ['infinite', { cost: 'Infinity' }, undefined],
    ['hexadecimal', { cost: '0x10' }, undefined],
    ['empty', { cost: '' }, undefined],
    ['yes', { cost: true }, undefined],
    ['a wrong part', { cost: 1, cost_details: { upstream_inference_cost: -1 } }, undefined],
  ])('%s', (_, usage, nano) => {
    expect(costIn(usage)).toBe(nano);
  });

  it('is the same whole number of nano-dollars that the provider divided', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000_000_000 }), (nano) => {
        expect(costIn({ cost: nano / 1e9 })).toBe(nano);
        expect(costIn({ cost: (nano / 1e9).toFixed(9) })).toBe(nano);
      }),
    );
  });
});

describe('a bill', () => {
  it.each<[Record<string, unknown>, Billed | undefined]>([
    [{ model: 'asked' }, undefined],
    [{ model: '' }, undefined],
    [{ model: 7, tier: null }, undefined],
    [{ model: 'x'.repeat(300) }, undefined],
    [
      { model: ' other ', tier: ' Flex ' },
      { model: 'other', tier: 'flex' },
    ],
    [{ cost: 0 }, { cost: 0 }],
  ])('%o', (told, billed) => {
    expect(billedOf(told, 'asked')).toEqual(billed);
  });
});
