/** The tools of one start: Parley's own, and those that providers run themselves. */

import { isOpenAI } from '../core/models/base-url.ts';
import type { Choice } from '../core/models/catalog/choose.ts';
import type { HostedTool } from '../core/models/tool.ts';
import type { Toolbox } from '../core/turn/tools/turn-tools.ts';
import { createTools, type ToolsOptions } from '../tools/all.ts';
import { hostedSearch } from '../tools/search/hosted.ts';

export function createToolbox(options: ToolsOptions): Toolbox {
  const { WEB_SEARCH: search } = options.config;
  return {
    tools: createTools(options),
    hostedAt: (choice) => [
      ...hostedAt(choice),
      ...(hostedSearch(search, choice) ? ['web_search' as const] : []),
    ],
  };
}

/** Only OpenAI's own Responses API is known to have these (OpenAI, guides/tools). */
function hostedAt({ provider, api }: Choice): HostedTool[] {
  if (!provider || api !== 'responses' || !isOpenAI(provider.baseUrl)) return [];
  return ['code_interpreter', 'image_generation'];
}
