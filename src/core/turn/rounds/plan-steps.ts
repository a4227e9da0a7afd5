/** The calls of a response as steps, and whether a step can run. */
import { z } from 'zod';
import type { ToolCall } from '../../models/tool.ts';
import { STEP_PROMPT } from '../../sentences/step-prompts.ts';
import type { Round, Step } from '../tools/step.ts';
import type { Tool } from '../tools/tool.ts';
import { objectIn } from './round-messages.ts';

/** Calls of function tools in a turn. */
export const MOST_CALLS = 16;
/** Calls of one response that are kept at all. A model in a loop writes thousands. */
const MOST_KEPT = 32;
/** Characters of a call's arguments. */
const MOST_ARGUMENTS = 20_000;
/** Failures of one tool, after which it is not run again in the turn. */
const MOST_FAILURES = 3;
/** Characters of what is wrong with arguments. */
const PROBLEM_CHARACTERS = 500;
/** The forms of names that the APIs take (OpenAI: `^[a-zA-Z0-9_-]{1,64}$`), and of ids that fit anywhere. */
const PLAIN = /^[\w-]{1,64}$/;

export interface PlannedSteps {
  steps: Step[];
  /** The steps tell all that the response said, so its own items may go back with them. */
  isWhole: boolean;
}

export function planSteps(calls: ToolCall[], before: Iterable<Step>): PlannedSteps {
  const taken = new Set<string>();
  for (const { id } of before) taken.add(id);
  const here = new Set<string>();
  let isWhole = calls.length <= MOST_KEPT;
  const steps = calls.slice(0, MOST_KEPT).map((called): Step => {
    const isPlain = PLAIN.test(called.id);
    let id = isPlain ? called.id : 'call';
    for (let number = 2; taken.has(id); number++) id = `${isPlain ? called.id : 'call'}-${number}`;
    taken.add(id);
    const isTwice = here.has(called.id);
    here.add(called.id);
    const name = PLAIN.test(called.name) ? called.name : 'unknown';
    const given = called.arguments.trim() === '' ? '{}' : called.arguments;
    const isLarge = given.length > MOST_ARGUMENTS;
    if (isTwice || isLarge || name !== called.name || !objectIn(given)) isWhole = false;
    return {
      id,
      ...(id !== called.id && !isTwice && isShort(called.id) && { call: called.id }),
      tool: name,
      arguments: isLarge ? '{}' : given.toWellFormed(),
      state: isLarge ? 'failed' : 'asked',
      ...(isLarge && { output: STEP_PROMPT.largeArguments(MOST_ARGUMENTS) }),
    };
  });
  return { steps, isWhole };
}

const isShort = (id: string) => id !== '' && id.length <= 256;

export type Checked = { tool: Tool; input: unknown } | { refusal: string };

/** Whether a step can run now. @param rounds of the turn, this step's among them */
export function checkStep(step: Step, tools: Tool[], rounds: Round[]): Checked {
  const tool = tools.find(({ name }) => name === step.tool);
  if (!tool)
    return {
      refusal: STEP_PROMPT.noSuchTool(
        step.tool,
        tools.map(({ name }) => name),
      ),
    };
  const called = rounds.flatMap(({ steps }) => steps.filter(({ isHosted }) => !isHosted));
  if (called.indexOf(step) >= MOST_CALLS) return { refusal: STEP_PROMPT.tooMany(MOST_CALLS) };
  const failures = called.filter((one) => one.tool === step.tool && hasFailed(one)).length;
  if (failures >= MOST_FAILURES) return { refusal: STEP_PROMPT.failedOften(MOST_FAILURES) };
  const given = objectIn(step.arguments);
  if (!given) return { refusal: STEP_PROMPT.brokenJson };
  const { success, data, error } = tool.input.safeParse(given);
  if (success) return { tool, input: data };
  const problem = z.prettifyError(error).slice(0, PROBLEM_CHARACTERS).toWellFormed();
  return { refusal: STEP_PROMPT.wrongArguments(problem) };
}

/** Calls that were refused for a bound of the turn are no failures of the tool. */
const hasFailed = ({ state, output = '' }: Step) =>
  state === 'failed' && !NOT_RUN.some((bound) => output === bound);

const NOT_RUN = [STEP_PROMPT.tooMany(MOST_CALLS), STEP_PROMPT.failedOften(MOST_FAILURES), STEP_PROMPT.noTime];
