/** The tools of a turn as a request offers them. */
import { z } from 'zod';
import type { FunctionTool, OfferedTools } from '../../models/tool.ts';
import type { Tool, TurnTools } from '../tools/tool.ts';

/** Most calls of hosted tools in one response. Each can cost a fee, which is reserved before. */
export const MOST_HOSTED_CALLS = 5;

/** The schema of a tool never changes, and making it takes a while. */
const described = new WeakMap<Tool, FunctionTool>();

/** Undefined: the turn may use none. In the order of names, so that every request of a tenant begins the same. */
export function offeredBy({ tools, hosted }: TurnTools): OfferedTools | undefined {
  if (tools.length + hosted.length === 0) return undefined;
  return {
    functions: tools.map(functionOf).toSorted((one, other) => (one.name < other.name ? -1 : 1)),
    hosted: hosted.toSorted(),
    mostHosted: MOST_HOSTED_CALLS,
    choice: 'auto',
  };
}

function functionOf(tool: Tool): FunctionTool {
  const known = described.get(tool);
  if (known) return known;
  const { $schema: _, ...parameters } = z.toJSONSchema(tool.input, { io: 'input' });
  const made = { name: tool.name, description: tool.description, parameters };
  described.set(tool, made);
  return made;
}
