/** Steps as people see them. */
import type { HostedTool } from '../../models/tool.ts';
import { en } from '../../sentences/en.ts';
import { seenName } from '../../text/unseen.ts';
import type { ShownStep } from '../../types.ts';
import type { Step } from '../tools/step.ts';
import type { Tool } from '../tools/tool.ts';
import { objectIn } from './round-messages.ts';

/** Most characters of a step's line. */
const MOST_CHARACTERS = 200;

export function shownStep(step: Step, tools: Tool[]): ShownStep {
  const { id, tool, state, sources } = step;
  const says = seenName(lineOf(step, tools), MOST_CHARACTERS);
  return { id, tool, state, says, ...(sources && { sources }) };
}

function lineOf(step: Step, tools: Tool[]): string {
  if (step.isHosted) return hostedLine(step);
  const tool = tools.find(({ name }) => name === step.tool);
  const given = objectIn(step.arguments);
  const { success, data } = tool && given ? tool.input.safeParse(given) : { success: false, data: undefined };
  return tool && success ? tool.says(data) : en.tools.steps.using(step.tool);
}

function hostedLine({ tool, arguments: input }: Step): string {
  const line = HOSTED[tool];
  return line ? line(input) : en.tools.steps.using(tool);
}

const HOSTED: Partial<Record<string, (input: string) => string>> = {
  web_search: en.tools.steps.searching,
  image_generation: () => en.tools.steps.drawing,
  code_interpreter: () => en.tools.steps.computing,
} satisfies Record<HostedTool, (input: string) => string>;
