/**
 * The fees of tools that a provider runs within its response. The tokens of what a search found are in the usage of the
 * response. Prices are OpenAI's (developers.openai.com/api/docs/pricing).
 */
import type { HostedTool, HostedUse, OfferedTools } from '../../models/tool.ts';
import { nanoOf } from '../amounts.ts';
import type { Nano } from '../booking.ts';

/** $10 for 1,000 searches (also @pydantic/genai-prices 0.1.8: `web_searches_kcount: 10`). */
const SEARCH: Nano = nanoOf(0.01);
/** gpt-image-2, for a million tokens: $8 in, $30 out. */
const PICTURE_TOKEN = { input: nanoOf(8e-6), output: nanoOf(30e-6) };
/** The most that a call costs. A picture of high quality costs $0.21, and a container of the code interpreter $0.03. */
const MOST: Record<HostedTool, Nano> = {
  web_search: SEARCH,
  image_generation: nanoOf(0.25),
  code_interpreter: nanoOf(0.03),
};
/** Tokens that one search adds to the input at most, as OpenAI counts a block of search content. */
const SEARCH_TOKENS = 8_000;

/** The fees of a response that has ended. */
export function feesOf({ searches = 0, pictures, fees }: HostedUse): Nano {
  if (fees !== undefined) return fees;
  const drawn = pictures ? pictures.input * PICTURE_TOKEN.input + pictures.output * PICTURE_TOKEN.output : 0;
  return searches * SEARCH + drawn;
}

/** The most fees of a response, and the most tokens that its searches add to the input. */
export function mostOfHosted(tools: OfferedTools | undefined): { fees: Nano; input: number } {
  if (!tools || tools.choice === 'none' || tools.hosted.length === 0) return { fees: 0, input: 0 };
  const { hosted, mostHosted } = tools;
  return {
    fees: mostHosted * Math.max(...hosted.map((tool) => MOST[tool])),
    input: hosted.includes('web_search') ? mostHosted * SEARCH_TOKENS : 0,
  };
}
