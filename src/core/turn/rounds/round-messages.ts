/** Rounds as messages: the same while the turn is answered and ever after, so that the prompt only grows. */
import type { ModelMessage } from '../../models/model.ts';
import type { AnsweredCall } from '../../models/tool.ts';
import { STEP_PROMPT } from '../../sentences/step-prompts.ts';
import type { Round, Step } from '../tools/step.ts';

/**
 * @param answer the turn's answer, of which each round has its part
 * @returns also the characters of the answer that the messages have. A response with hosted calls alone is no message.
 */
export function roundMessages(answer: string, rounds: Round[]): { messages: ModelMessage[]; upTo: number } {
  const messages: ModelMessage[] = [];
  let from = 0;
  for (const { upTo, steps, sent } of rounds) {
    const calls = steps.filter(({ isHosted }) => !isHosted).map(answeredCall);
    if (calls.length === 0) continue;
    messages.push({ role: 'assistant', text: answer.slice(from, upTo), calls, ...(sent && { sent }) });
    from = upTo;
  }
  return { messages, upTo: from };
}

/** Servers that render a call by a template fail on arguments that are no JSON object. */
function answeredCall({
  id,
  call = id,
  tool,
  arguments: given,
  output = STEP_PROMPT.stopped,
}: Step): AnsweredCall {
  return { id: call, name: tool, arguments: objectIn(given) ? given : '{}', output };
}

/** Undefined: the text is no JSON object. */
export function objectIn(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The rounds of an answer that is over: a step that has not ended was stopped. Nobody knows how far a tool came. */
export function endedRounds(rounds: Round[]): Round[] {
  const ended = (step: Step): Step => {
    if (step.output !== undefined) return step;
    return step.state === 'running'
      ? { ...step, state: 'unknown', output: STEP_PROMPT.stopped }
      : { ...step, state: 'failed', output: STEP_PROMPT.stopped };
  };
  return rounds.map((round) => ({ ...round, steps: round.steps.map(ended) }));
}
