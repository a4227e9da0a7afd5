/** A model with a price and a usage, for tests of what people see of a cost. */
import type { Behaviour } from '../../../lab/counterparts/model-script.ts';
import { done, finish, streams, text } from '../../../lab/counterparts/model-server.ts';
import { priceFile } from './price-file.ts';

/** The environment of a Parley that knows a price for `test-model`: a dollar in, ten dollars out, a tenth cached. */
export const priced = async (): Promise<Record<string, string>> => ({
  PRICES: await priceFile({ 'test-model': { input: 1, cached: 0.1, output: 10 } }),
});

/** An answer of 1,000 tokens in, 800 of them cached, and 100 out: $0.00128. */
export const answersPriced = (said: string): Behaviour =>
  streams(
    text(said),
    finish('stop', {
      prompt_tokens: 1_000,
      completion_tokens: 100,
      prompt_tokens_details: { cached_tokens: 800 },
    }),
    done,
  );

/** The footer of such an answer, in Markdown. */
export const FOOTER = '`test-model` · 1,000 tokens in · 800 cached · 100 out · $0.0013';
