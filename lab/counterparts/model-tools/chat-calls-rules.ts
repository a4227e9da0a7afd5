/** Refusals of OpenAI's Chat Completions for a history with calls. */
import { fieldsOf, listOf, type Problem } from './problem.ts';

/** pydantic/pydantic-ai#4389: "string too long. Expected a string with maximum length 40". */
const MOST_ID = 40;

export function chatCallsProblem({ messages }: Record<string, unknown>): Problem | undefined {
  /** Calls that still wait for their results. */
  let open = new Set<string>();
  for (const [index, message] of listOf(messages).entries()) {
    const param = `messages[${index}]`;
    if (message.role === 'tool') {
      // itmisx/deepx-code#94
      if (!open.delete(String(message.tool_call_id)))
        return {
          message: "Messages with role 'tool' must be a response to a preceding message with 'tool_calls'.",
          param: `${param}.role`,
        };
      if (typeof message.content !== 'string')
        return { message: `Invalid type for '${param}.content'.`, param };
      continue;
    }
    if (open.size > 0) return unanswered(open, param);
    if (message.tool_calls === undefined) {
      // openai-openapi: `content` is required unless there are calls.
      if (message.content === null)
        return {
          message: `Invalid value for 'content': expected a string, got null.`,
          param: `${param}.content`,
        };
      continue;
    }
    const problem = callsProblem(listOf(message.tool_calls), param);
    if (problem) return problem;
    open = new Set(listOf(message.tool_calls).map(({ id }) => String(id)));
  }
  return open.size > 0 ? unanswered(open, 'messages') : undefined;
}

/** QwenLM/qwen-code#315 has the same sentence as OpenAI. */
const unanswered = (open: Set<string>, param: string): Problem => ({
  message: `An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: ${[...open].join(', ')}`,
  param,
});

function callsProblem(calls: Record<string, unknown>[], param: string): Problem | undefined {
  if (calls.length === 0) return { message: `[] is too short - '${param}.tool_calls'`, param };
  const ids = new Set<unknown>();
  for (const [index, { id, type, function: fn }] of calls.entries()) {
    const at = `${param}.tool_calls[${index}]`;
    if (typeof id !== 'string' || id === '' || type !== 'function')
      return { message: `Missing required parameter: '${at}.id'.`, param: at };
    if (id.length > MOST_ID)
      return {
        message: `Invalid '${at}.id': string too long. Expected a string with maximum length ${MOST_ID}, but got a string with length ${id.length} instead.`,
        param: `${at}.id`,
      };
    // community.openai.com/t/duplicate-value-for-tool-call-id
    if (ids.has(id))
      return { message: `Duplicate value for 'tool_call_id' of '${id}' in '${param}'.`, param: at };
    ids.add(id);
    const { name, arguments: input } = fieldsOf(fn);
    if (!/^[a-zA-Z0-9_-]{1,64}$/.test(String(name)) || typeof input !== 'string')
      return { message: `Invalid '${at}.function'.`, param: at };
  }
  return undefined;
}
