/** The prices that the package `@pydantic/genai-prices` has, as they were when it was published. Nothing is fetched. */
import { LRUCache } from 'lru-cache';
import { picoOf, type Rate, type TokenPrice } from './token-price.ts';

/** The price of a model at a base URL at a time (ms since 1970); undefined where the table has none. */
export type PriceTable = (baseUrl: string, model: string, at: number) => TokenPrice | undefined;

type Library = typeof import('@pydantic/genai-prices');
type Listed = Record<
  string,
  number | { base: number; tiers: { start: number; price: number }[] } | undefined
>;

const MOST_KEPT = 500;
/** Some providers have other prices at night (DeepSeek), to the minute. */
const KEPT_MS = 60_000;
/** Models that Parley sends audio to. Their input is priced as audio. */
const TRANSCRIBES = /transcribe|whisper|voxtral/i;

/** Loads the package, which takes 2 MB and 30 ms. */
export async function loadPriceTable(): Promise<PriceTable> {
  const library = await import('@pydantic/genai-prices');
  const kept = new LRUCache<string, { price: TokenPrice | undefined }>({ max: MOST_KEPT });
  return (baseUrl, model, at) => {
    const key = `${Math.floor(at / KEPT_MS)} ${baseUrl} ${model}`;
    const known = kept.get(key) ?? { price: find(library, baseUrl, model, at) };
    kept.set(key, known);
    return known.price;
  };
}

function find(library: Library, baseUrl: string, model: string, at: number): TokenPrice | undefined {
  const provider = library.findProvider({ providerApiUrl: baseUrl });
  if (!provider || !isWholeHost(baseUrl, provider.api_pattern)) return undefined;
  const found = library.calcPrice({}, model, { providerId: provider.id, timestamp: new Date(at) });
  return found ? priceOf(found.model_price, model) : undefined;
}

/** The package compares the beginning of the address alone, so `api.openai.com.example.org` passes for OpenAI. */
function isWholeHost(baseUrl: string, pattern: string): boolean {
  const [beginning = ''] = new RegExp(`^(?:${pattern})`).exec(baseUrl) ?? [];
  const rest = baseUrl.slice(beginning.length);
  // `https://api.moonshot.` stands for `.ai` and `.cn`.
  if (beginning.endsWith('.')) return /^[a-z]{2,}(?:[/:?]|$)/.test(rest);
  return beginning.endsWith('/') || /^(?:[/:?]|$)/.test(rest);
}

/** Undefined for models that are not paid by tokens, such as by the hour of audio. */
function priceOf(listed: Listed, model: string): TokenPrice | undefined {
  const given = TRANSCRIBES.test(model) ? (listed.input_audio_mtok ?? listed.input_mtok) : listed.input_mtok;
  const input = rateOf(given);
  const output = rateOf(listed.output_mtok);
  if (!input || !output) return undefined;
  const { requests_kcount: thousandRequests } = listed;
  return {
    input,
    cached: rateOf(listed.cache_read_mtok) ?? input,
    cacheWritten: rateOf(listed.cache_write_mtok) ?? input,
    output,
    ...(typeof thousandRequests === 'number' && { request: picoOf(thousandRequests * 1_000) }),
  };
}

function rateOf(price: Listed[string]): Rate | undefined {
  if (price === undefined) return undefined;
  if (typeof price === 'number') return { base: picoOf(price) };
  return {
    base: picoOf(price.base),
    tiers: price.tiers.map(({ start, price: dollars }) => ({ above: start, price: picoOf(dollars) })),
  };
}
