/** The operator's settings of what answers cost, in the environment. */
import { z } from 'zod';
import { type PriceFile, readPrices } from '../core/money/prices/price-file.ts';
import { en } from '../core/sentences/en.ts';
import { textIn } from '../secret-files.ts';

/** Most bytes of a file of prices. */
const MOST_BYTES = 2 ** 20;

export const priceSettings = {
  MODEL_MOST_OUTPUT: z.coerce
    .number('must be a number of tokens')
    .int('must be a whole number of tokens')
    .min(500, 'must be at least 500 tokens')
    .max(1_000_000, 'must be at most 1000000 tokens')
    .default(16_000)
    .meta({
      shown: '16000',
      meaning:
        'Most tokens of an answer, its thoughts included, while a limit of money holds. Parley sets the price of so many aside until the answer has ended',
    }),
  PRICES: z
    .string()
    .transform((path, context): PriceFile => {
      const read = textIn(path, MOST_BYTES);
      const prices =
        'text' in read ? readPrices(read.text) : { problems: [en.setup.prices.unreadable(read.problem)] };
      if ('prices' in prices) return prices.prices;
      for (const problem of prices.problems) context.addIssue(problem);
      return z.NEVER;
    })
    .optional()
    .meta({
      shown: '',
      meaning:
        'The path of a JSON file with prices in dollars per million tokens, such as `{ "gpt-6-luna": { "input": 0.1, "output": 0.5 } }`. They go before the prices that Parley knows',
    }),
};
