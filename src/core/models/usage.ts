/** A server's token counts. It can send anything, and Parley counts money and metrics by them. */
import type { Usage } from '../money/usage.ts';

/** Most believable tokens of one request; the largest context of a model has 10,000,000. */
const MOST_TOKENS = 100_000_000;

/**
 * Undefined if one count is no number of tokens, since the other counts cannot be trusted then.
 * @param counts as the server sent them; absent ones are 0
 */
export function usageOf(counts: Record<keyof Omit<Usage, 'cacheWrite'>, unknown>): Usage | undefined {
  if ((counts.input ?? counts.output ?? undefined) === undefined) return undefined;
  const input = tokensIn(counts.input);
  const cached = tokensIn(counts.cached);
  const output = tokensIn(counts.output);
  const reasoning = tokensIn(counts.reasoning);
  if (input === undefined || cached === undefined) return undefined;
  if (output === undefined || reasoning === undefined) return undefined;
  return { input, cached, output, reasoning };
}

function tokensIn(count: unknown): number | undefined {
  const tokens = count ?? 0;
  const isCount = typeof tokens === 'number' && tokens >= 0 && tokens <= MOST_TOKENS;
  return isCount ? Math.round(tokens) : undefined;
}
