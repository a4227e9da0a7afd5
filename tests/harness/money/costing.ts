/** A model with a price that is easy to reckon with: a dollar for a thousand tokens written. */
import { done, finish, streams, text } from '../../../lab/counterparts/model-server.ts';
import { priceFile } from './price-file.ts';

/** The environment in which `test-model` has that price. What it reads costs next to nothing. */
export const priced = async (): Promise<Record<string, string>> => ({
  PRICES: await priceFile({ 'test-model': { input: 0.001, output: 1_000 } }),
});

/** An answer that costs this many dollars. */
export const costing = (dollars: number, answer: string) => endingAs('stop', dollars, answer);
/** One that was cut at the most that it may write. */
export const cutAfter = (dollars: number, answer: string) => endingAs('length', dollars, answer);

const endingAs = (end: string, dollars: number, answer: string) =>
  streams(
    text(answer),
    finish(end, { prompt_tokens: 1, completion_tokens: Math.round(dollars * 1_000) }),
    done,
  );
