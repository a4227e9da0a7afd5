/** Tries whether a model calls a tool that it is offered. */
import { TOOL_TRIAL_PROMPT } from '../../sentences/prompts.ts';
import { type Model, type ModelRequest, UNMETERED } from '../model.ts';

/**
 * `refused`: the server or the model takes no tools. `written`: the call came as text, since the server has no parser for
 * it. `uncalled`: the model answered without a call.
 */
export type ToolTrial = 'called' | 'refused' | 'written' | 'uncalled';

/** Marks of calls in the formats of models, and the name of the tool in the format of the others (issue 16, tools). */
const WRITTEN =
  /<\/?tool_call|\[TOOL_(?:CALLS|REQUEST)\]|<\|python_tag\|>|<function=|<\|tool|<｜tool|functions?\.parley_trial|"name"\s*:\s*"parley_trial"/i;
const MOST_TEXT = 10_000;

const REQUEST: ModelRequest = {
  instructions: TOOL_TRIAL_PROMPT.instructions,
  messages: [{ role: 'user', text: TOOL_TRIAL_PROMPT.message }],
  cacheKey: 'trial',
  user: 'trial',
  tools: {
    functions: [
      {
        name: TOOL_TRIAL_PROMPT.tool.name,
        description: TOOL_TRIAL_PROMPT.tool.does,
        parameters: {
          type: 'object',
          properties: { word: { type: 'string', description: TOOL_TRIAL_PROMPT.tool.input } },
          required: ['word'],
          additionalProperties: false,
        },
      },
    ],
    hosted: [],
    mostHosted: 0,
    choice: 'auto',
  },
};

/** Undefined where the model failed, or was too slow. */
export async function tryTools(model: Model, waitMs: number): Promise<ToolTrial | undefined> {
  let text = '';
  for await (const chunk of model.stream(REQUEST, UNMETERED, AbortSignal.timeout(waitMs))) {
    if (chunk.type === 'call') return 'called';
    if (chunk.type === 'text' && text.length < MOST_TEXT) text += chunk.text;
    if (chunk.type !== 'end') continue;
    if (chunk.isWithoutTools) return 'refused';
    if (chunk.end !== 'stop' && text === '') return undefined;
    return WRITTEN.test(text.slice(0, MOST_TEXT)) ? 'written' : 'uncalled';
  }
  return undefined;
}
