/** A request to the Responses API. */
import type OpenAI from 'openai';
import type { ModelMessage } from '../../model.ts';
import type { HostedTool, OfferedTools } from '../../tool.ts';
import { asWords, hasPastCalls, hasTools, hostedIn, instructed, replayable, textOf } from '../history.ts';
import { fieldsOf } from '../json.ts';
import { capped, type DriverRequest, type Features } from '../wire.ts';

type InputItem = OpenAI.Responses.ResponseInputItem;

/** A model of OpenAI's by its name: also behind a vendor's prefix (`openai/`), or fine-tuned (`ft:`). */
const GPT = /^(?:[\w-]+\/)?(?:ft:)?gpt-(\d+)(?:\.(\d+))?(?![\d.])/i;

/**
 * Whether the API appends `instructions` to `input`, where the prompt cache never covers them: from GPT-6.2 on
 * (OpenAI, guides/keep-prefix-unchanged).
 */
function isInstructedLast(model: string): boolean {
  const [, major = 0, minor = 0] = GPT.exec(model)?.map(Number) ?? [];
  return major > 6 || (major === 6 && minor >= 2);
}

export function responsesBody(asked: DriverRequest) {
  const { model, request, features } = asked;
  return {
    model,
    ...instructionsAndInput(asked),
    ...(hasTools(asked) && request.tools && toolsOf(request.tools, features)),
    ...(features.has('stream') && { stream: true as const }),
    ...(features.has('store') && { store: false }),
    ...(features.has('prompt_cache_key') && { prompt_cache_key: request.cacheKey }),
    ...(features.has('safety_identifier') && { safety_identifier: request.user }),
    ...capped(request, features),
    ...(features.has('temperature') && { temperature: request.temperature ?? null }),
    ...(features.has('reasoning') && { reasoning: { effort: request.effort ?? null } }),
  };
}

function instructionsAndInput(asked: DriverRequest) {
  const { request, features, model } = asked;
  const { instructions } = request;
  const input = (messages: ModelMessage[]) => messages.flatMap((message) => toWire(message, asked));
  if (!features.has('system')) return { input: input(instructed(request)) };
  if (!isInstructedLast(model)) return { instructions, input: input(request.messages) };
  return { input: [{ role: 'developer' as const, content: instructions }, ...input(request.messages)] };
}

/** The tools as the API takes them. A picture is asked for in a format that keeps its event small. */
const HOSTED: Record<HostedTool, OpenAI.Responses.Tool> = {
  web_search: { type: 'web_search' },
  image_generation: {
    type: 'image_generation',
    output_format: 'webp',
    output_compression: 90,
    partial_images: 0,
  },
  code_interpreter: { type: 'code_interpreter', container: { type: 'auto' } },
};

/** Parts of the output that the API leaves out unless it is asked for them. */
const INCLUDED: Partial<Record<HostedTool, OpenAI.Responses.ResponseIncludable>> = {
  web_search: 'web_search_call.action.sources',
  code_interpreter: 'code_interpreter_call.outputs',
};

function toolsOf(offered: OfferedTools, features: Features) {
  const hosted = hostedIn(offered, features);
  const includes = hosted.flatMap((tool) => INCLUDED[tool] ?? []);
  const include: OpenAI.Responses.ResponseIncludable[] = [
    ...(features.has('encrypted_content') ? ['reasoning.encrypted_content' as const] : []),
    ...(features.has('include') ? includes : []),
  ];
  return {
    tools: [
      ...offered.functions.map((tool) => ({
        type: 'function' as const,
        ...tool,
        // A strict schema has no optional fields.
        strict: false,
      })),
      ...hosted.map((tool) => HOSTED[tool]),
    ],
    ...(offered.choice === 'none' && features.has('tool_choice') && { tool_choice: 'none' as const }),
    ...(features.has('parallel_tool_calls') && { parallel_tool_calls: true }),
    ...(hosted.length > 0 && features.has('max_tool_calls') && { max_tool_calls: offered.mostHosted }),
    ...(include.length > 0 && { include }),
  };
}

function toWire(message: ModelMessage, asked: DriverRequest): InputItem[] {
  if (!message.calls?.length) return [spoken(message)];
  if (!hasPastCalls(asked)) return asWords(message).map(spoken);
  return replayed(message, asked) ?? rendered(message);
}

/** The items as the API sent them, and the outcome of each call. */
function replayed(message: ModelMessage, asked: DriverRequest): InputItem[] | undefined {
  const items = replayable(message, 'responses', asked);
  const { calls = [] } = message;
  const ids = items
    ?.map(fieldsOf)
    .flatMap(({ type, call_id: id }) => (type === 'function_call' ? [String(id)] : []));
  // The API refuses a call without its outcome.
  if (!items || ids?.length !== calls.length) return undefined;
  return [
    ...(items as InputItem[]),
    ...calls.map(({ output }, index) => ({
      type: 'function_call_output' as const,
      call_id: ids[index] ?? '',
      output,
    })),
  ];
}

/** Most characters of an id (OpenAI: "Expected a string with maximum length 64"). */
const MOST_ID = 64;

function rendered({ text, calls = [] }: ModelMessage): InputItem[] {
  const idOf = (id: string) => id.slice(-MOST_ID);
  return [
    ...(text === '' ? [] : [{ role: 'assistant' as const, content: text }]),
    ...calls.map(({ id, name, arguments: input }) => ({
      type: 'function_call' as const,
      call_id: idOf(id),
      name,
      arguments: input,
    })),
    ...calls.map(({ id, output }) => ({ type: 'function_call_output' as const, call_id: idOf(id), output })),
  ];
}

function spoken(message: ModelMessage): InputItem {
  const text = textOf(message);
  if (!message.images?.length) return { role: message.role, content: text };
  return {
    role: message.role,
    content: [
      ...(text === '' ? [] : [{ type: 'input_text' as const, text }]),
      ...message.images.map(({ type, base64 }) => ({
        type: 'input_image' as const,
        detail: 'auto' as const,
        image_url: `data:${type};base64,${base64}`,
      })),
    ],
  };
}
