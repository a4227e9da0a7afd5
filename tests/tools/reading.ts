/** Reads pages with the tool `read_page`, for tests. */
import { ToolError } from '../../src/core/turn/tools/tool.ts';
import { createDocuments } from '../../src/documents/reader.ts';
import type { Reach } from '../../src/tools/page/reach.ts';
import { createReadPage, type ReadPageOptions } from '../../src/tools/read-page.ts';
import { toolContext } from './tool-context.ts';

/** The address of servers that count as public in tests, on any port. Every other one is private. */
export const OUTSIDE = '127.0.0.2';
export const OUTSIDE_REACH: Reach = {
  takesAddress: (address) => address === OUTSIDE,
  takesPort: () => true,
};

export const readPageTool = (options: Partial<ReadPageOptions> = {}) =>
  createReadPage({
    pages: 'public',
    documents: createDocuments(),
    deadlineMs: 60_000,
    reach: OUTSIDE_REACH,
    ...options,
  });

/** Reads an address that somebody wrote. */
export function read(
  url: string,
  { part, tool = readPageTool() }: { part?: number; tool?: ReturnType<typeof readPageTool> } = {},
) {
  const input = tool.input.parse({ url, ...(part !== undefined && { part }) });
  return tool.run(input, toolContext(`Read <${url}> please.`), AbortSignal.timeout(120_000));
}

/** The sentence with which it fails. */
export async function refusal(url: string, options: Partial<ReadPageOptions> = {}): Promise<string> {
  try {
    await read(url, { tool: readPageTool(options) });
    return 'It was read.';
  } catch (error) {
    if (error instanceof ToolError) return error.message;
    throw error;
  }
}
