/** A server's token counts, and how it billed a call. It can send anything, and Parley counts money and metrics by it. */
import { NANOS } from '../money/amounts.ts';
import type { Nano } from '../money/booking.ts';
import type { Usage } from '../money/usage.ts';
import type { Billed } from './model.ts';
import type { HostedUse } from './tool.ts';
import { fieldsOf } from './wire/json.ts';

/** Most believable tokens of one request; the largest context of a model has 10,000,000. */
const MOST_TOKENS = 100_000_000;
/** Most believable cost of one request, dollars. */
const MOST_DOLLARS = 1_000;
/** Part of a nano-dollar that is taken for the inexactness of a number with a fraction. */
const INEXACT = 0.001;
const MOST_NAME = 200;

/**
 * The tokens that a server counted, in either API. Undefined if one count is no number of tokens, since the other counts
 * cannot be trusted then, and if no token is counted: a request has some, so the server does not know them.
 * @param counts the fields of the usage; absent ones are 0
 */
export function usageIn(counts: Record<string, unknown>): Usage | undefined {
  const ofInput = fieldsOf(counts.input_tokens_details ?? counts.prompt_tokens_details);
  const ofOutput = fieldsOf(counts.output_tokens_details ?? counts.completion_tokens_details);
  const input = tokensIn(counts.input_tokens ?? counts.prompt_tokens);
  const output = tokensIn(counts.output_tokens ?? counts.completion_tokens);
  // DeepSeek and LiteLLM tell their cache beside the other counts.
  const cached = tokensIn(ofInput.cached_tokens ?? counts.prompt_cache_hit_tokens);
  const cacheWrite = tokensIn(ofInput.cache_write_tokens ?? counts.cache_creation_input_tokens);
  const reasoning = tokensIn(ofOutput.reasoning_tokens);
  if (input === undefined || cached === undefined || cacheWrite === undefined) return undefined;
  if (output === undefined || reasoning === undefined || input + output === 0) return undefined;
  const all = tokensIn(counts.total_tokens) ?? 0;
  const read = withApart(input, cached + cacheWrite);
  const written = Math.max(withApart(output, reasoning), all - read);
  return { input: read, cached, output: written, reasoning, ...(cacheWrite > 0 && { cacheWrite }) };
}

/**
 * A count with its parts. Anthropic counts cached tokens apart from the others, xAI reasoning (which `total` tells),
 * and Gemini tells its reasoning in the total alone. All of them are billed.
 */
const withApart = (count: number, parts: number) => (parts > count ? count + parts : count);

function tokensIn(count: unknown): number | undefined {
  const tokens = count ?? 0;
  const isCount = typeof tokens === 'number' && tokens >= 0 && tokens <= MOST_TOKENS;
  return isCount ? Math.round(tokens) : undefined;
}

/**
 * The cost that a server tells within its usage. OpenRouter tells dollars; if its user has a key of the provider's own,
 * that provider's bill comes on top (openrouter.ai/docs/use-cases/usage-accounting). Perplexity tells a sum with its
 * parts.
 * @param usage the fields of the usage
 */
export function costIn({
  cost,
  cost_details: details,
  is_byok: hasOwnKey,
}: Record<string, unknown>): Nano | undefined {
  const told = fieldsOf(cost).total_cost ?? cost;
  const upstream = hasOwnKey === false ? 0 : (fieldsOf(details).upstream_inference_cost ?? 0);
  const [charged, onTop] = [dollarsIn(told), dollarsIn(upstream)];
  if (charged === undefined || onTop === undefined) return undefined;
  return Math.max(0, Math.ceil((charged + onTop) * NANOS - INEXACT));
}

/** A number, or a text of one. */
function dollarsIn(value: unknown): number | undefined {
  const isText = typeof value === 'string' && /^\d{1,6}(?:\.\d{1,30})?(?:e-?\d{1,2})?$/i.test(value.trim());
  const dollars = isText ? Number(value) : value;
  return typeof dollars === 'number' && dollars >= 0 && dollars <= MOST_DOLLARS ? dollars : undefined;
}

/**
 * The use of hosted tools: OpenAI's `tool_usage` of a response, whose tokens of pictures are in no other count, or
 * OpenRouter's `server_tool_use` within the usage (openrouter.ai/docs/features/web-search). Undefined: none is told.
 * @param counts the fields of the usage
 */
export function hostedUseIn(toolUsage: unknown, counts: Record<string, unknown>): HostedUse | undefined {
  const { web_search: search, image_gen: drawn } = fieldsOf(toolUsage);
  const told = fieldsOf(search).num_requests ?? fieldsOf(counts.server_tool_use).web_search_requests;
  const searches = tokensIn(told);
  const { input_tokens: read, output_tokens: written } = fieldsOf(drawn);
  const [input = 0, output = 0] = [tokensIn(read), tokensIn(written)];
  if (!searches && input + output === 0) return undefined;
  return {
    ...(searches && { searches }),
    ...(input + output > 0 && { pictures: { input, output } }),
  };
}

/** The parts of a bill that a server told; undefined: none. @param asked the model that was asked for */
export function billedOf(
  told: { model?: unknown; tier?: unknown; cost?: Nano | undefined; hosted?: HostedUse | undefined },
  asked: string,
): Billed | undefined {
  const model = nameIn(told.model);
  const tier = nameIn(told.tier)?.toLowerCase();
  const billed: Billed = {
    ...(model !== undefined && model !== asked && { model }),
    ...(tier !== undefined && { tier }),
    ...(told.cost !== undefined && { cost: told.cost }),
    ...(told.hosted !== undefined && { hosted: told.hosted }),
  };
  return Object.keys(billed).length > 0 ? billed : undefined;
}

function nameIn(value: unknown): string | undefined {
  const name = typeof value === 'string' ? value.trim() : '';
  return name === '' || name.length > MOST_NAME ? undefined : name;
}
