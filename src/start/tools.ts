/** The tools of one start: Parley's own, and those that providers run themselves. */

import type { Choice } from '../core/models/catalog/choose.ts';
import type { HostedTool } from '../core/models/tool.ts';
import type { Toolbox } from '../core/turn/tools/turn-tools.ts';
import { createTools, pictureServer, type ToolsOptions } from '../tools/all.ts';
import { pictureToolAt } from '../tools/pictures/where.ts';
import { hostedSearch } from '../tools/search/hosted.ts';

export function createToolbox(options: ToolsOptions): Toolbox {
  const { WEB_SEARCH: search } = options.config;
  return {
    tools: createTools(options),
    hostedAt: (choice) => [
      ...hostedAt(choice),
      ...(pictureToolAt(choice, pictureServer(options.config)) === 'hosted'
        ? ['image_generation' as const]
        : []),
      ...(hostedSearch(search, choice) ? ['web_search' as const] : []),
    ],
  };
}

/**
 * OpenAI's Responses API has these (OpenAI, guides/tools), and so may a proxy before it. A server that lacks them refuses
 * them, and is asked without them.
 */
const hostedAt = ({ provider, api }: Choice): HostedTool[] =>
  provider && api === 'responses' ? ['code_interpreter'] : [];
