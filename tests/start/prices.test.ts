/** The operator's file of prices is read at the start, and a wrong one stops it with a way out. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startModelServer } from '../../lab/counterparts/model-server.ts';
import { readConfig } from '../../src/config.ts';
import { ConfigError } from '../../src/config-fields.ts';
import { priceInFile } from '../../src/core/money/prices/price-file.ts';
import { emptyFolder } from '../fixtures.ts';
import { doctor } from '../harness/doctor.ts';

async function fileOf(text: string | Uint8Array): Promise<string> {
  const path = join(await emptyFolder(), 'prices.json');
  writeFileSync(path, text);
  return path;
}

function problemsOf(env: Record<string, string>): string[] {
  try {
    readConfig(env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

describe('PRICES', () => {
  it('names a file of prices', async () => {
    const path = await fileOf('\ufeff{ "m": { "input": 0.1, "output": 0.5 } }\r\n');
    const { PRICES } = readConfig({ PRICES: path });
    expect(PRICES && priceInFile(PRICES, 'm')).toMatchObject({ input: { base: 100_000 } });
  });

  it.each<[string, string | Uint8Array, RegExp]>([
    ['is empty', '', /^PRICES names a file that is empty\. Check its path/],
    ['is no text', Uint8Array.of(0xff, 0xfe, 0x00), /^PRICES names a file that is no text in UTF-8/],
    ['is too large', `{}${' '.repeat(2 ** 20)}`, /^PRICES names a file that is larger than 1024 KB/],
    [
      'is no JSON',
      'gpt-6-luna: 0.1',
      /^PRICES names a file that does not hold prices as JSON\. Write it like this/,
    ],
    [
      'has a negative price',
      '{ "m": { "input": -1, "output": 1 } }',
      /^PRICES has -1 as the price "input" of m\. Write a number from 0/,
    ],
  ])('that %s stops the start', async (_, text, says) => {
    expect(problemsOf({ PRICES: await fileOf(text) })).toEqual([expect.stringMatching(says)]);
  });

  it('that is not there, or a folder, stops the start', async () => {
    const folder = await emptyFolder();
    expect(problemsOf({ PRICES: join(folder, 'none.json') })).toEqual([expect.stringContaining('(ENOENT)')]);
    expect(problemsOf({ PRICES: folder })).toEqual([expect.stringContaining('(EISDIR)')]);
  });

  it('tells what is wrong with several models, each by its name', async () => {
    const path = await fileOf('{ "a": { "input": 1 }, "b": { "input": "1", "output": 1 } }');
    expect(problemsOf({ PRICES: path })).toEqual([
      expect.stringMatching(/^PRICES has no price "output" for a\..*\.$/),
      expect.stringMatching(/^PRICES has "1" as the price "input" of b\..*\.$/),
    ]);
  });
});

it.each(['499', '1000001', '1.5', 'many', '-1'])('MODEL_MOST_OUTPUT cannot be %s', (MODEL_MOST_OUTPUT) => {
  expect(problemsOf({ MODEL_MOST_OUTPUT })).toEqual([expect.stringMatching(/^MODEL_MOST_OUTPUT must be/)]);
});

describe('doctor', () => {
  const pricesIn = async (env: Record<string, string>) =>
    (await doctor(env)).out.split('\n').filter((line) => line.startsWith('prices '));

  it('names models in use without a known price, and the way out', async () => {
    await using model = await startModelServer();
    const env = {
      OPENAI_API_KEY: 'sk-canary',
      OPENAI_BASE_URL: model.url,
      OPENAI_MODEL: 'gpt-6-luna',
      OPERATOR_MODELS: 'llama3.2, gpt-6-luna',
    };
    expect(await pricesIn(env)).toEqual([
      expect.stringMatching(
        /^prices +note +not known for gpt-6-luna, llama3.2, gpt-4o-mini-transcribe: .*PRICES/,
      ),
    ]);
    const file = await fileOf('{}');
    expect(await pricesIn({ ...env, SPEND_MONTH: '10', PRICES: file })).toEqual([
      expect.stringMatching(
        /^prices +warning .* since SPEND_MONTH would not hold for them, Parley refuses .* Add their prices to the file/,
      ),
    ]);
    const free = { input: 0, output: 0 };
    const PRICES = await fileOf(
      JSON.stringify({ 'gpt-6-luna': free, 'llama3.2': free, 'gpt-4o-mini-transcribe': free }),
    );
    expect(await pricesIn({ ...env, PRICES })).toEqual([expect.stringMatching(/^prices +ok/)]);
  });

  it('tells the limits as they hold, and one of 0 that refuses everything', async () => {
    const limitsIn = async (env: Record<string, string>) =>
      (await doctor(env)).out.split('\n').filter((line) => line.startsWith('limits '));
    expect(await limitsIn({ SPEND_DAY: '5', PERSON_DAY: '0.5', TIME_ZONE: 'Europe/Berlin' })).toEqual([
      expect.stringMatching(/^limits +ok +SPEND_DAY \$5\.00, PERSON_DAY \$0\.50, .* Europe\/Berlin$/),
    ]);
    expect(await limitsIn({ SPEND_DAY: '5', PERSON_DAY: '0' })).toEqual([
      expect.stringMatching(/^limits +warning +PERSON_DAY is 0, so nothing /),
    ]);
  });

  it('says nothing of prices where only the demo answers', async () => {
    expect(await pricesIn({})).toEqual([]);
  });
});
