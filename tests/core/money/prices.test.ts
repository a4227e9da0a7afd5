import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withLearnedTiers } from '../../../src/core/money/prices/learned-tiers.ts';
import { readPrices } from '../../../src/core/money/prices/price-file.ts';
import { createPrices, mostOutput, pricedCost } from '../../../src/core/money/prices.ts';
import type { Usage } from '../../../src/core/money/usage.ts';

const OPENAI = 'https://api.openai.com/v1';
const LOCAL = 'http://localhost:11434/v1';
const OPENROUTER = 'https://openrouter.ai/api/v1';
const AT = Date.UTC(2026, 10, 30);

const usageOf = (input: number, output: number, rest: Partial<Usage> = {}): Usage => ({
  input,
  cached: 0,
  output,
  reasoning: 0,
  ...rest,
});
const withFile = (models: Record<string, Record<string, number>>) => {
  const read = readPrices(JSON.stringify(models));
  if ('problems' in read) throw new Error(read.problems.join('\n'));
  return createPrices(read.prices);
};
const LUNA = { baseUrl: OPENAI, model: 'gpt-6-luna' };
/** 100,000 tokens in (80,000 cached, 5,000 written), 1,000 out: $0.003425. */
const EXAMPLE = usageOf(100_000, 1_000, { cached: 80_000, cacheWrite: 5_000 });

describe('the table', () => {
  it('prices plain, cached, written and answered tokens apart', async () => {
    const prices = await createPrices();
    const priced = { cost: 3_425_000, priced: 'table' };
    expect(prices.costOf(LUNA, EXAMPLE, AT)).toEqual(priced);
    expect(prices.costOf({ ...LUNA, model: 'gpt-6-luna-2026-09-22' }, EXAMPLE, AT)).toEqual(priced);
  });

  it('makes the whole request dearer above 272,000 tokens', async () => {
    const prices = await createPrices();
    expect(prices.costOf(LUNA, usageOf(272_000, 1_000), AT)?.cost).toBe(27_700_000);
    expect(prices.costOf(LUNA, usageOf(272_001, 1_000), AT)?.cost).toBe(55_150_200);
    expect(prices.mostOf(LUNA, { input: 272_001, output: 1_000 }, AT)).toBe(68_750_250);
  });

  it.each([
    [{ baseUrl: OPENAI, model: 'gpt-6.1-sol' }, 'a model that is newer than the table'],
    [{ baseUrl: OPENAI, model: 'gpt-6.2-sol' }, 'a model that is newer than the table'],
    [{ baseUrl: LOCAL, model: 'gpt-6-luna' }, 'a known name at an unknown host'],
    [{ baseUrl: 'https://api.openai.com.example.org/v1', model: 'gpt-6-luna' }, 'a host that looks like one'],
    [{ baseUrl: 'https://api.moonshot.example.org/v1', model: 'kimi-k2.5' }, 'a host that looks like one'],
    [{ baseUrl: 'https://example.org/api.openai.com', model: 'gpt-6-luna' }, 'a path that looks like a host'],
    [{ baseUrl: OPENAI, model: 'whisper-1' }, 'a model that is paid by the minute'],
    [{ baseUrl: OPENAI, model: '' }, 'no name'],
  ])('knows no price for %o: %s', async (call) => {
    const prices = await createPrices();
    expect(prices.costOf(call, EXAMPLE, AT)).toBeUndefined();
    expect(prices.mostOf(call, { input: 1, output: 1 }, AT)).toBeUndefined();
    expect(mostOutput(prices, call, { input: 1, nano: 1e9, most: 500 }, AT)).toBeUndefined();
  });

  it.each([
    [OPENROUTER, 'openai/gpt-6-luna'],
    ['https://api.moonshot.ai/v1', 'kimi-k2.5'],
    ['https://my.openai.azure.com/openai/v1', 'gpt-4o'],
    ['https://generativelanguage.googleapis.com/v1beta/openai', 'gemini-2.5-pro'],
  ])('knows the providers by their address: %s', async (baseUrl, model) => {
    expect((await createPrices()).costOf({ baseUrl, model }, EXAMPLE, AT)?.cost).toBeGreaterThan(0);
  });

  it('prices what is transcribed as audio', async () => {
    const call = { baseUrl: OPENAI, model: 'gpt-4o-mini-transcribe' };
    expect((await createPrices()).costOf(call, usageOf(1_000, 100), AT)?.cost).toBe(3_500_000);
  });
});

describe('a service tier at OpenAI', () => {
  it.each([
    [undefined, 1],
    ['default', 1],
    ['auto', 1],
    ['flex', 0.5],
    ['priority', 2],
    ['fast', 2],
    ['ultrafast', 3],
  ])('%s costs its factor', async (tier, factor) => {
    const call = { ...LUNA, ...(tier !== undefined && { tier }) };
    expect((await createPrices()).costOf(call, EXAMPLE, AT)?.cost).toBe(3_425_000 * factor);
  });

  it('is dearer from the day on that OpenAI named', async () => {
    const prices = await createPrices();
    const call = { ...LUNA, tier: 'ultrafast' };
    expect(prices.costOf(call, EXAMPLE, Date.UTC(2027, 2, 1))?.cost).toBe(3_425_000 * 6);
  });

  it('that nobody knows has no price', async () => {
    expect((await createPrices()).costOf({ ...LUNA, tier: 'instant' }, EXAMPLE, AT)).toBeUndefined();
  });

  it('means nothing elsewhere', async () => {
    const prices = await withFile({ llama: { input: 1, output: 1 } });
    const call = { baseUrl: LOCAL, model: 'llama', tier: 'priority' };
    expect(prices.costOf(call, usageOf(10, 10), AT)?.cost).toBe(20_000);
  });
});

describe('the cost of a call', () => {
  it("is the provider's own figure, then by the operator's prices, then by the table", async () => {
    const own = await withFile({ 'gpt-6-luna': { input: 1, output: 1 } });
    expect(pricedCost(own, LUNA, EXAMPLE, 7, AT)).toEqual({ cost: 7, priced: 'provider' });
    expect(pricedCost(own, LUNA, EXAMPLE, undefined, AT)).toEqual({ cost: 101_000_000, priced: 'operator' });
    const listed = await createPrices();
    expect(pricedCost(listed, LUNA, EXAMPLE, undefined, AT)).toEqual({ cost: 3_425_000, priced: 'table' });
    expect(pricedCost(listed, { ...LUNA, baseUrl: LOCAL }, EXAMPLE, undefined, AT)).toBeUndefined();
  });

  it('is not 0 because a server says so that may know no price', async () => {
    const prices = await createPrices();
    expect(pricedCost(prices, { baseUrl: LOCAL, model: 'm' }, EXAMPLE, 0, AT)).toBeUndefined();
    expect(pricedCost(prices, LUNA, EXAMPLE, 0, AT)).toEqual({ cost: 3_425_000, priced: 'table' });
    const free = { baseUrl: OPENROUTER, model: 'somebody/some-model:free' };
    expect(pricedCost(prices, free, EXAMPLE, 0, AT)).toMatchObject({ cost: 0 });
  });

  it('of a model that changes its name in the answer is by the billed name, else by the one that was asked for', async () => {
    const prices = await withFile({ cheap: { input: 1, output: 1 }, dear: { input: 5, output: 5 } });
    const call = (model: string) => ({ baseUrl: LOCAL, model, asked: 'cheap' });
    const usage = usageOf(1_000, 0);
    expect(pricedCost(prices, call('dear'), usage, undefined, AT)?.cost).toBe(5_000_000);
    expect(pricedCost(prices, call('/models/cheap.gguf'), usage, undefined, AT)?.cost).toBe(1_000_000);
    expect(pricedCost(prices, { ...call('x'), asked: 'y' }, usage, undefined, AT)).toBeUndefined();
  });

  it('of a model that is free is 0, not unknown', async () => {
    const prices = await withFile({ llama: { input: 0, output: 0 } });
    const call = { baseUrl: LOCAL, model: 'llama' };
    expect(pricedCost(prices, call, EXAMPLE, undefined, AT)).toEqual({ cost: 0, priced: 'operator' });
    expect(mostOutput(prices, call, { input: 1e6, nano: 0, most: 16_000 }, AT)).toBe(16_000);
  });

  it('is rounded up, once, to a whole nano-dollar', async () => {
    const prices = await withFile({ m: { input: 0.0005, output: 0.0005 } });
    const cost = (input: number, output: number) =>
      prices.costOf({ baseUrl: LOCAL, model: 'm' }, usageOf(input, output), AT)?.cost;
    expect([cost(0, 0), cost(1, 0), cost(1, 1), cost(2, 1), cost(2, 2)]).toEqual([0, 1, 1, 2, 2]);
  });

  it('stays exact for the largest believable call', async () => {
    const prices = await withFile({ m: { input: 10_000, output: 9_999.999999 } });
    const most = 100_000_000;
    const priced = prices.costOf({ baseUrl: LOCAL, model: 'm' }, usageOf(most, most), AT);
    expect(priced?.cost).toBe(1_999_999_999_900_000);
    expect(Number.isSafeInteger(priced?.cost)).toBe(true);
  });
});

describe('the most that a call can cost', () => {
  const models = fc.constantFrom(
    LUNA,
    { baseUrl: OPENAI, model: 'gpt-6-astra' },
    { baseUrl: OPENAI, model: 'gpt-4o' },
    { baseUrl: OPENAI, model: 'gpt-6-sol', tier: 'priority' },
    { baseUrl: OPENROUTER, model: 'anthropic/claude-sonnet-4.5' },
    { baseUrl: LOCAL, model: 'own' },
  );
  const own = { own: { input: 0.333_333, cached: 0.1, cacheWritten: 0.4, output: 1.7 } };
  const tokens = fc.integer({ min: 0, max: 600_000 });

  it('is never below what it costs, whatever of its input is cached or written, and however short it is', async () => {
    const prices = await withFile(own);
    fc.assert(
      fc.property(
        models,
        tokens,
        tokens,
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 4, maxLength: 4 }),
        (call, input, output, shares) => {
          const [a = 0, b = 0, c = 0, d = 0] = shares;
          const actual = Math.round(input * a);
          const cached = Math.round(actual * b);
          const cacheWrite = Math.round((actual - cached) * c);
          const usage = usageOf(actual, Math.round(output * d), { cached, cacheWrite });
          const cost = prices.costOf(call, usage, AT)?.cost ?? Infinity;
          expect(cost).toBeLessThanOrEqual(prices.mostOf(call, { input, output }, AT) ?? 0);
          expect(Number.isSafeInteger(cost)).toBe(true);
        },
      ),
    );
  });

  it('leaves as many tokens to write as fit into an amount, and not one more', async () => {
    const prices = await withFile(own);
    fc.assert(
      fc.property(
        models,
        tokens,
        fc.integer({ min: 0, max: 10_000_000_000 }),
        fc.integer({ min: 1, max: 128_000 }),
        (call, input, nano, most) => {
          const output = mostOutput(prices, call, { input, nano, most }, AT) ?? Infinity;
          const cost = (count: number) => prices.mostOf(call, { input, output: count }, AT) ?? Infinity;
          expect(output).toBeLessThanOrEqual(most);
          if (output > 0) expect(cost(output)).toBeLessThanOrEqual(nano);
          if (output < most) expect(cost(output + 1)).toBeGreaterThan(nano);
        },
      ),
    );
  });
});

describe('the tier that a model was billed at', () => {
  it('is reckoned with before its next call, and not before that of another model', async () => {
    const prices = withLearnedTiers(await createPrices());
    const call = { baseUrl: OPENAI, model: 'gpt-6-luna' };
    const other = { baseUrl: OPENAI, model: 'gpt-6-sol' };
    const tokens = { input: 1_000, output: 1_000 };
    const before = [call, other].map((one) => prices.mostOf(one, tokens, AT) ?? 0);
    prices.costOf({ ...call, tier: 'priority' }, { ...tokens, cached: 0, reasoning: 0 }, AT);
    expect([call, other].map((one) => prices.mostOf(one, tokens, AT))).toEqual([
      2 * (before[0] ?? 0),
      before[1],
    ]);
    prices.costOf({ ...call, tier: 'flex' }, { ...tokens, cached: 0, reasoning: 0 }, AT);
    expect(prices.mostOf(call, tokens, AT)).toBe(before[0]);
  });
});
