/** The operator's settings of tools, in the environment. */
import { z } from 'zod';
import { oneOf, seconds } from '../config-fields.ts';
import { TOOL_FAMILIES, type ToolFamily } from '../core/turn/tools/families.ts';
import { readSearchSetting, type SearchSetting } from '../tools/search/setting.ts';

const isFamily = (name: string): name is ToolFamily => TOOL_FAMILIES.some((family) => family === name);

const NONE = 'none';

export const toolSettings = {
  WEB_SEARCH: z
    .string()
    .transform((text, context): SearchSetting => {
      const setting = readSearchSetting(text);
      if (setting) return setting;
      context.addIssue(
        'must be auto, openai, off, searxng:https://address, brave:key or tavily:key; behind a proxy brave:key@https://address',
      );
      return z.NEVER;
    })
    .default({ by: 'auto' })
    .meta({
      shown: 'auto',
      isSecret: true,
      meaning:
        "Who searches the web: `auto` (OpenAI's own search at OpenAI, nobody elsewhere), `openai` (the provider's own search also at another address, which needs the Responses API), `searxng:` and its address, `brave:` or `tavily:` and a key, or `off`",
    }),
  TOOL_SECONDS: seconds(
    300,
    'Seconds that the tools of one answer may take together. A single call may take 60 seconds of them',
  ),
  READ_PAGES: oneOf(
    ['public', 'any', 'off'],
    'public',
    'Whether the model may read pages of the web: `public` (public addresses only), `any` (also in private networks that Parley reaches) or `off`',
  ),
  OPERATOR_TOOLS: z
    .string()
    .default('web,pages,files')
    .transform((text, context): readonly ToolFamily[] => {
      const names = text.trim() === NONE ? [] : text.split(',').map((one) => one.trim());
      if (names.every(isFamily)) return TOOL_FAMILIES.filter((family) => names.includes(family));
      context.addIssue(`must be names separated by commas, of ${TOOL_FAMILIES.join(', ')}; or ${NONE}`);
      return z.NEVER;
    })
    .meta({
      shown: 'web,pages,files',
      meaning:
        'Tools that people may use when the operator pays, separated by commas: `web` (search), `pages` (reading web pages), `files` (reading on in long files), `pictures`, `code`; or `none`',
    }),
};
