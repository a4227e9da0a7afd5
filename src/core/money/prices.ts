/** The port of prices, and the prices there are: the operator's own file first, then the table of a package. */
import { isOpenAI } from '../models/base-url.ts';
import type { Nano, PriceSource } from './booking.ts';
import { type PriceFile, priceInFile } from './prices/price-file.ts';
import { loadPriceTable } from './prices/price-table.ts';
import { costAt, mostAt, type TokenPrice } from './prices/token-price.ts';
import type { Usage } from './usage.ts';

/** A model at a provider. */
export interface Priced {
  baseUrl: string;
  model: string;
  /** The service tier that was billed; absent: the standard one. */
  tier?: string;
}

export interface Prices {
  /** Undefined: no price is known. @param at when the call was made (ms since 1970) */
  costOf(call: Priced, usage: Usage, at: number): { cost: Nano; priced: PriceSource } | undefined;
  /** The most that such a call can cost, all of its input written to the provider's cache. */
  mostOf(call: Priced, tokens: { input: number; output: number }, at: number): Nano | undefined;
}

/** @param file the operator's own prices, which go before those of the table */
export async function createPrices(file?: PriceFile): Promise<Prices> {
  const table = await loadPriceTable();

  function find(call: Priced, at: number): { price: TokenPrice; priced: PriceSource } | undefined {
    const own = file && priceInFile(file, call.model);
    if (own) return { price: own, priced: 'operator' };
    const listed = table(call.baseUrl, call.model, at);
    return listed && { price: listed, priced: 'table' };
  }

  return {
    costOf(call, usage, at) {
      const found = find(call, at);
      const halves = halvesOf(call, at);
      if (!found || halves === undefined) return undefined;
      return { cost: costAt(found.price, usage, halves), priced: found.priced };
    },
    mostOf(call, tokens, at) {
      const found = find(call, at);
      const halves = halvesOf(call, at);
      return found && halves !== undefined ? mostAt(found.price, tokens, halves) : undefined;
    },
  };
}

/** OpenAI's price of a service tier, in halves of the standard one (developers.openai.com/api/docs/pricing). */
const HALVES = new Map([
  ...['auto', 'default', 'standard', 'scale'].map((tier) => [tier, 2] as const),
  ...['flex', 'batch'].map((tier) => [tier, 1] as const),
  ...['priority', 'fast'].map((tier) => [tier, 4] as const),
]);
/** `ultrafast` costs three times the standard price at first, and six times from 1 March 2027 on. */
const ULTRAFAST = { first: 6, later: 12, risesAt: Date.UTC(2027, 2, 1) };

/** Undefined: nobody knows what the tier costs. Other providers use the same names without another price. */
function halvesOf({ baseUrl, tier }: Priced, at: number): number | undefined {
  if (tier === undefined || !isOpenAI(baseUrl)) return 2;
  if (tier === 'ultrafast') return at < ULTRAFAST.risesAt ? ULTRAFAST.first : ULTRAFAST.later;
  return HALVES.get(tier);
}

/** A call that has ended: the model and the tier as they were billed. */
export interface EndedCall extends Priced {
  /** The model that Parley asked for, whose price holds if that of the billed one is not known. */
  asked?: string;
}

/**
 * The cost of a call: the provider's own figure, else by the operator's prices, else by the table. A provider's 0 counts
 * only where no price says otherwise, and only of OpenRouter, which has free models: to other servers it can mean that
 * they know no price.
 * @param told the provider's own figure
 */
export function pricedCost(
  prices: Prices,
  call: EndedCall,
  usage: Usage,
  told: Nano | undefined,
  at: number,
): { cost: Nano; priced: PriceSource } | undefined {
  if (told !== undefined && told > 0) return { cost: told, priced: 'provider' };
  const { asked, ...billed } = call;
  const known =
    prices.costOf(billed, usage, at) ??
    (asked === undefined ? undefined : prices.costOf({ ...billed, model: asked }, usage, at));
  if (known) return known;
  return told === 0 && isOpenRouter(call.baseUrl) ? { cost: 0, priced: 'provider' } : undefined;
}

function isOpenRouter(baseUrl: string): boolean {
  const { hostname } = new URL(baseUrl);
  return hostname === 'openrouter.ai' || hostname.endsWith('.openrouter.ai');
}

/** The amount that a call may cost, and its tokens: read, and written at most. */
export interface OutputBounds {
  input: number;
  nano: Nano;
  most: number;
}

/**
 * The most tokens that a call can write so that it cannot cost more than `nano`; at most `most`. 0 if its input alone
 * can cost as much; undefined if no price is known.
 */
export function mostOutput(
  prices: Prices,
  call: Priced,
  { input, nano, most }: OutputBounds,
  at: number,
): number | undefined {
  const fits = (output: number) => (prices.mostOf(call, { input, output }, at) ?? Infinity) <= nano;
  if (prices.mostOf(call, { input, output: 0 }, at) === undefined) return undefined;
  if (fits(most)) return most;
  let [enough, tooMany] = [0, most];
  while (tooMany - enough > 1) {
    const middle = Math.floor((enough + tooMany) / 2);
    if (fits(middle)) enough = middle;
    else tooMany = middle;
  }
  return enough;
}
