/** The operator's settings of tools, in the environment. */
import { z } from 'zod';
import { TOOL_FAMILIES, type ToolFamily } from '../core/turn/tools/families.ts';

const isFamily = (name: string): name is ToolFamily => TOOL_FAMILIES.some((family) => family === name);

const NONE = 'none';

export const toolSettings = {
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
