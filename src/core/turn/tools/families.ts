/** The kinds of tools that people allow or forbid, and the settings that say so. */
import type { Choices } from '../../settings.ts';

export const TOOL_FAMILIES = ['web', 'pages', 'files', 'pictures', 'code'] as const;
export type ToolFamily = (typeof TOOL_FAMILIES)[number];

export const TOOL_CHOICES = {
  web: 'webTool',
  pages: 'pagesTool',
  files: 'filesTool',
  pictures: 'picturesTool',
  code: 'codeTool',
} as const satisfies Record<ToolFamily, keyof Choices>;
