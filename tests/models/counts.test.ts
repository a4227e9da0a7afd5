/** Token counts and costs that a server tells are believed as far as they make sense. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Billed } from '../../src/core/models/model.ts';
import { billedOf, costIn, hostedUseIn, usageIn } from '../../src/core/models/usage.ts';
import type { Usage } from '../../src/core/money/usage.ts';

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

describe('the use of hosted tools that a provider tells', () => {
  it.each<[string, unknown, Record<string, unknown>, unknown]>([
    ['OpenAI', { web_search: { num_requests: 3 } }, {}, { searches: 3 }],
    [
      'OpenAI, of pictures',
      { image_gen: { input_tokens: 50, output_tokens: 4_160 }, web_search: { num_requests: 0 } },
      {},
      { pictures: { input: 50, output: 4_160 } },
    ],
    ['OpenRouter', undefined, { server_tool_use: { web_search_requests: 2 } }, { searches: 2 }],
    ['nobody', undefined, {}, undefined],
    [
      'nonsense',
      { web_search: { num_requests: -1 }, image_gen: { input_tokens: 'a' } },
      { server_tool_use: 7 },
      undefined,
    ],
  ])('by %s', (_, toolUsage, counts, use) => {
    expect(hostedUseIn(toolUsage, counts)).toEqual(use);
  });
});
