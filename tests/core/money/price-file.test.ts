import { describe, expect, it } from 'vitest';
import { type PriceFile, priceInFile, readPrices } from '../../../src/core/money/prices/price-file.ts';
import { createPrices } from '../../../src/core/money/prices.ts';

const problemsOf = (value: unknown) => {
  const read = readPrices(typeof value === 'string' ? value : JSON.stringify(value));
  return 'problems' in read ? read.problems : [];
};

function pricesIn(value: unknown): PriceFile {
  const read = readPrices(JSON.stringify(value));
  if ('problems' in read) throw new Error(read.problems.join('\n'));
  return read.prices;
}

describe('a file of prices that is wrong names the model, the field and the way out', () => {
  it.each<[string, unknown, string[]]>([
    ['a negative price', { m: { input: -1, output: 1 } }, ['-1', '"input"', ' m.', '0 to 10000']],
    ['an absurd price', { m: { input: 1, output: 1e9 } }, ['1000000000', '"output"', ' m.', '0 to 10000']],
    ['a text', { m: { input: '0.1', output: 1 } }, ['"0.1"', '"input"', 'a number']],
    ['nothing', { m: { input: null, output: 1 } }, ['null', '"input"']],
    ['a list', { m: { input: [1], output: 1 } }, ['[1]', '"input"']],
    ['the price of one token', { m: { input: 1e-7, output: 1 } }, ['1e-7', 'one token', 'a million tokens']],
    ['no price of the output', { m: { input: 1 } }, ['no price "output" for m', '0 is free']],
    ['a field that is misspelt', { m: { input: 1, output: 1, cache: 1 } }, ['"cache"', '"cached"']],
    ['a model without prices', { m: 3 }, ['no prices for m']],
    ['a list of models', [{ input: 1 }], ['as JSON', '"gpt-6-luna"']],
    ['no JSON', '{ "m": { "input": 1, }', ['as JSON']],
    ['an empty file', '', ['as JSON']],
  ])('%s', (_, value, parts) => {
    const [problem, ...more] = problemsOf(value);
    expect(more).toEqual([]);
    for (const part of parts) expect(problem).toContain(part);
  });

  it('tells several problems at once, and not hundreds', () => {
    expect(problemsOf({ a: { input: -1 }, b: 1 })).toHaveLength(3);
    const many = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`m${i}`, {}]));
    expect(problemsOf(many)).toHaveLength(5);
  });

  it('repeats no endless name', () => {
    const name = 'x'.repeat(100_000);
    for (const value of [{ [name]: 1 }, { m: { [name]: 1, input: 1, output: 1 } }, { m: { input: name } }])
      for (const problem of problemsOf(value)) expect(problem.length).toBeLessThan(400);
  });
});

describe('a model is found in the file', () => {
  const file = pricesIn({
    'gpt-6-luna': { input: 1, output: 1 },
    'gpt-6-luna-2026-10-01': { input: 2, output: 2 },
    'Llama3.2': { input: 3, output: 3 },
    llama4: { input: 4, output: 4 },
    'claude-x': { input: 5, output: 5 },
    __proto__x: { input: 6, output: 6 },
  });

  it.each([
    ['gpt-6-luna', 1],
    ['gpt-6-luna-2026-09-22', 1],
    ['gpt-6-luna-2026-10-01', 2],
    ['GPT-6-Luna', 1],
    ['llama3.2', 3],
    ['Llama3.2', 3],
    ['llama4:latest', 4],
    ['claude-x-20260922', 5],
    ['claude-x@20260922', 5],
    ['claude-x-latest', 5],
  ])('%s', (model, dollars) => {
    expect(priceInFile(file, model)?.input.base).toBe(dollars * 1_000_000);
  });

  it.each([
    'gpt-6-luna-mini',
    'gpt-6',
    'gpt-6-luna-2026-13-40',
    'openai/gpt-6-luna',
    '',
    'constructor',
    '__proto__',
  ])('but not %j, which is another one', (model) => {
    expect(priceInFile(file, model)).toBeUndefined();
  });
});

it('a missing price of cached or written tokens is that of the input', async () => {
  const prices = await createPrices(pricesIn({ m: { input: 2, output: 0 } }));
  const usage = { input: 3_000, cached: 1_000, cacheWrite: 1_000, output: 0, reasoning: 0 };
  expect(prices.costOf({ baseUrl: 'http://localhost:1/v1', model: 'm' }, usage, 0)).toEqual({
    cost: 6_000_000,
    priced: 'operator',
  });
});
