/** The service tiers that models were billed at: an account can have another one than the standard by default. */
import { createRecent } from '../../recent.ts';
import type { Priced, Prices } from '../prices.ts';

const MOST_MODELS = 1_000;

/**
 * Prices whose upper bounds also cover the tier that the model was last billed at. This process learns it from the first
 * call of a model.
 */
export function withLearnedTiers(prices: Prices): Prices {
  const learned = createRecent<string, string>(MOST_MODELS);
  const keyOf = ({ baseUrl, model }: Priced) => `${baseUrl} ${model}`;
  return {
    costOf(call, usage, at) {
      const cost = prices.costOf(call, usage, at);
      if (call.tier !== undefined && cost) learned.set(keyOf(call), call.tier);
      return cost;
    },
    mostOf(call, tokens, at) {
      const most = prices.mostOf(call, tokens, at);
      const tier = learned.get(keyOf(call));
      if (most === undefined || tier === undefined) return most;
      return Math.max(most, prices.mostOf({ ...call, tier }, tokens, at) ?? 0);
    },
  };
}
