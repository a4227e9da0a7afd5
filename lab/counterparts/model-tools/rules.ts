/**
 * Refusals of OpenAI for a request with tools, or with calls in its history. Each rule names where its refusal was seen.
 * `[T:n]` is a line of openai@7.57.0/resources/responses/responses.d.ts.
 */
import { chatCallsProblem } from './chat-calls-rules.ts';
import { itemsProblem } from './item-rules.ts';
import { fieldsOf, listOf, type Problem } from './problem.ts';

type Fields = Record<string, unknown>;

/** docs: guides/function-calling, "Function names". */
const NAME = /^[a-zA-Z0-9_-]{1,64}$/;
/** openai-openapi, FunctionObject.description. */
const MOST_DESCRIPTION = 1_024;
/** openai-openapi, CreateChatCompletionRequest.tools. */
const MOST_TOOLS = 128;
/** [T:8991] Tool, without those that Parley never sends. */
const HOSTED = ['web_search', 'image_generation', 'code_interpreter'];
/** [T:3467] ResponseIncludable. */
const INCLUDABLE = [
  'file_search_call.results',
  'web_search_call.results',
  'web_search_call.action.sources',
  'message.input_image.image_url',
  'computer_call_output.output.image_url',
  'code_interpreter_call.outputs',
  'reasoning.encrypted_content',
  'message.output_text.logprobs',
];

/** The first thing that is wrong; undefined: nothing. */
export function problemOf(api: 'responses' | 'chat', body: Fields): Problem | undefined {
  return (
    toolsProblem(api, body) ??
    (api === 'chat'
      ? (effortProblem(body) ?? chatCallsProblem(body))
      : (includeProblem(body) ?? itemsProblem(body)))
  );
}

function toolsProblem(api: 'responses' | 'chat', body: Fields): Problem | undefined {
  const { tools } = body;
  if (tools === undefined) {
    // Upsonic/Upsonic#323; openai/openai-python#1234 for `tool_choice`.
    const alone = ['parallel_tool_calls', 'tool_choice', 'max_tool_calls'].find(
      (name) => body[name] !== undefined,
    );
    return alone
      ? {
          message: `Invalid value for '${alone}': '${alone}' is only allowed when 'tools' are specified.`,
          param: alone,
        }
      : undefined;
  }
  const all = listOf(tools);
  // openai-openapi: minItems of `tools` in practice ("[] is too short - 'tools'").
  if (all.length === 0 || all.length > MOST_TOOLS)
    return { message: `Invalid 'tools': array of length ${all.length}.`, param: 'tools' };
  const names = new Set<unknown>();
  for (const [index, tool] of all.entries()) {
    const at = `tools[${index}]`;
    if (api === 'responses' && HOSTED.includes(String(tool.type))) continue;
    if (tool.type !== 'function')
      return {
        message: `Invalid value: '${tool.type}'. Supported values are: 'function'.`,
        param: `${at}.type`,
      };
    const fn = api === 'chat' ? fieldsOf(tool.function) : tool;
    const problem = functionProblem(fn, at);
    if (problem) return problem;
    // community.openai.com/t/tool-names-must-be-unique
    if (names.has(fn.name)) return { message: `Tool names must be unique: '${fn.name}'.`, param: 'tools' };
    names.add(fn.name);
  }
  return undefined;
}

function functionProblem(
  { name, description = '', parameters, strict }: Fields,
  at: string,
): Problem | undefined {
  // In Chat Completions the fields stand in `function`, in Responses beside `type` [T:606].
  if (name === undefined)
    return { message: `Missing required parameter: '${at}.name'.`, param: `${at}.name` };
  if (!NAME.test(String(name)))
    return { message: `Invalid '${at}.name': string does not match pattern.`, param: `${at}.name` };
  if (String(description).length > MOST_DESCRIPTION)
    return { message: `Invalid '${at}.description': string too long.`, param: `${at}.description` };
  const schema = fieldsOf(parameters);
  // community.openai.com: "schema must be a JSON Schema of 'type: \"object\"', got 'type: \"None\"'."
  if (schema.type !== 'object')
    return {
      message: `Invalid schema for function '${name}': schema must be a JSON Schema of 'type: "object"'.`,
      param: `${at}.parameters`,
    };
  if (strict !== true) return undefined;
  // docs: guides/structured-outputs, "All fields must be required" and "additionalProperties: false".
  const required = Array.isArray(schema.required) ? schema.required : [];
  const isStrict =
    schema.additionalProperties === false &&
    Object.keys(fieldsOf(schema.properties)).every((key) => required.includes(key));
  return isStrict
    ? undefined
    : {
        message: `Invalid schema for function '${name}': In context=(), 'required' is required to be supplied.`,
        param: `${at}.parameters`,
      };
}

/** OpenAI's models that reason: they take function tools in Chat Completions beside the effort `none` alone. */
const REASONS = /^(?:ft:)?gpt-(?:5\.[4-9]|[6-9])/;

/** danny-avila/LibreChat#14231, itzcrazykns/vane#1173. The default effort is `medium`. */
function effortProblem({ model, tools, reasoning_effort: effort = 'medium' }: Fields): Problem | undefined {
  if (tools === undefined || effort === 'none' || !REASONS.test(String(model))) return undefined;
  return {
    message: `Function tools with reasoning_effort are not supported for ${model} in /v1/chat/completions. To use function tools, use /v1/responses or set reasoning_effort to 'none'.`,
    param: 'reasoning_effort',
  };
}

function includeProblem({ include }: Fields): Problem | undefined {
  const wrong = Array.isArray(include) ? include.find((one) => !INCLUDABLE.includes(one)) : undefined;
  return wrong === undefined
    ? undefined
    : {
        message: `Invalid value: '${wrong}'. Supported values are: ${INCLUDABLE.join(', ')}.`,
        param: 'include',
      };
}
