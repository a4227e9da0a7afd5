/** The tools of one start: Parley's own, and those that providers run themselves. */

import { isOpenAI } from '../core/models/base-url.ts';
import type { Choice } from '../core/models/catalog/choose.ts';
import type { HostedTool } from '../core/models/tool.ts';
import type { Toolbox } from '../core/turn/tools/turn-tools.ts';
import { createTools, type ToolsOptions } from '../tools/all.ts';

export const createToolbox = (options: ToolsOptions): Toolbox => ({ tools: createTools(options), hostedAt });

/** Only OpenAI's own Responses API is known to have these (OpenAI, guides/tools). */
function hostedAt({ provider, api }: Choice): HostedTool[] {
  if (!provider || api !== 'responses' || !isOpenAI(provider.baseUrl)) return [];
  return ['code_interpreter', 'image_generation', 'web_search'];
}
