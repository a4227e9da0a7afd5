/** A request to Chat Completions. */
import { createHash } from 'node:crypto';
import type OpenAI from 'openai';
import type { ModelMessage } from '../../model.ts';
import type { AnsweredCall, OfferedTools } from '../../tool.ts';
import { shortId } from '../call-parts.ts';
import { asWords, hasPastCalls, hasTools, instructed, replayable, textOf } from '../history.ts';
import { fieldsOf, parseJson } from '../json.ts';
import { capped, type DriverRequest } from '../wire.ts';

type WireMessage = OpenAI.ChatCompletionMessageParam;

/** @param baseUrl some servers have rules of their own */
export function chatBody(asked: DriverRequest, baseUrl: string) {
  const { model, request, features } = asked;
  const stream = features.has('stream');
  return {
    model,
    messages: chatMessages(asked, baseUrl),
    ...(hasTools(asked) && request.tools && toolsOf(request.tools, asked)),
    ...(stream && { stream: true as const }),
    ...(stream && features.has('stream_options') && { stream_options: { include_usage: true } }),
    ...(features.has('prompt_cache_key') && { prompt_cache_key: request.cacheKey }),
    ...(features.has('safety_identifier') && { safety_identifier: request.user }),
    ...capped(request, features),
    ...(features.has('temperature') && { temperature: request.temperature }),
    ...(features.has('reasoning') && { reasoning_effort: request.effort }),
    // OpenAI takes function tools beside no other effort (gpt-6-luna's model page, "Chat Completions").
    ...(features.has('no_reasoning') && { reasoning_effort: 'none' as const }),
  };
}

function toolsOf({ functions, choice }: OfferedTools, { features }: DriverRequest) {
  return {
    tools: functions.map((tool) => ({ type: 'function' as const, function: tool })),
    ...(choice === 'none' && features.has('tool_choice') && { tool_choice: choice }),
    // llama.cpp allows one call at a time unless it is told otherwise (docs/function-calling.md).
    ...(features.has('parallel_tool_calls') && { parallel_tool_calls: true }),
  };
}

function chatMessages(asked: DriverRequest, baseUrl: string): WireMessage[] {
  const { request, features, model } = asked;
  const isOffered = hasPastCalls(asked);
  const given = features.has('system') ? request.messages : instructed(request);
  const messages = given.flatMap((message, index) => {
    // Mistral refuses a message of a person right after a result of a tool (mistral-common, request validation).
    const isAnswered = given[index + 1]?.role !== 'user';
    return isOffered && isAnswered ? [message] : asWords(message);
  });
  const merged = mergeRoles(messages);
  const now = merged.findLastIndex(({ role }) => role === 'user');
  const idOf = isMistral(model, baseUrl) ? mistralId : shortened;
  const wire = merged.flatMap((message, index) =>
    message.calls?.length
      ? withCalls(message, message.calls, { sent: sentOf(message, asked, index > now), idOf })
      : [toWire(message)],
  );
  return features.has('system') ? [{ role: 'system', content: request.instructions }, ...wire] : wire;
}

/** Strict chat templates (Mistral, Gemma) want user and assistant to alternate. */
function mergeRoles(messages: ModelMessage[]): ModelMessage[] {
  const merged: ModelMessage[] = [];
  for (const { time: _, ...message } of messages.map((one) => ({ ...one, text: textOf(one) }))) {
    const last = merged.at(-1);
    if (last?.role !== message.role || last.calls?.length) merged.push(message);
    else {
      const images = [...(last.images ?? []), ...(message.images ?? [])];
      merged[merged.length - 1] = {
        ...message,
        text: `${last.text}\n\n${message.text}`,
        ...(images.length > 0 && { images }),
      };
    }
  }
  return merged;
}

/**
 * A message with text only is sent as a plain string: not every server accepts a list of parts, and some refuse
 * an empty part.
 */
function toWire({ role, text, images = [] }: ModelMessage): WireMessage {
  if (role === 'assistant' || images.length === 0) return { role, content: text };
  return {
    role: 'user',
    content: [
      ...(text === '' ? [] : [{ type: 'text' as const, text }]),
      ...images.map(({ type, base64 }) => ({
        type: 'image_url' as const,
        image_url: { url: `data:${type};base64,${base64}` },
      })),
    ],
  };
}

/** The parts of an assistant's message that only its own server reads. */
interface SentMessage {
  beside: Record<string, unknown>;
  calls: Record<string, unknown>[];
}

/** @param isOfThisTurn reasoning goes back within a turn alone (api-docs.deepseek.com: Thinking mode, tool calls) */
function sentOf(message: ModelMessage, asked: DriverRequest, isOfThisTurn: boolean): SentMessage | undefined {
  const items = replayable(message, 'chat', asked);
  if (!items) return undefined;
  const { tool_calls: calls, ...beside } = fieldsOf(items[0]);
  if (!Array.isArray(calls) || calls.length !== message.calls?.length) return undefined;
  return {
    beside: isOfThisTurn && asked.features.has('reasoning_content') ? beside : {},
    calls: calls.map(fieldsOf),
  };
}

function withCalls(
  { text }: ModelMessage,
  calls: AnsweredCall[],
  { sent, idOf }: { sent: SentMessage | undefined; idOf(id: string): string },
): WireMessage[] {
  const made = calls.map((call, index) => {
    const before = sent?.calls[index];
    return {
      ...before,
      id: typeof before?.id === 'string' ? before.id : idOf(call.id),
      type: 'function' as const,
      function: { name: call.name, arguments: soundArguments(call.arguments) },
    };
  });
  return [
    { ...sent?.beside, role: 'assistant', content: text === '' ? null : text, tool_calls: made },
    ...calls.map(({ output }, index) => ({
      role: 'tool' as const,
      tool_call_id: made[index]?.id ?? '',
      content: output,
    })),
  ];
}

/** Most characters of arguments that go back. */
const MOST_ARGUMENTS = 65_536;

/** Chat templates parse the arguments, and fail at broken ones; the outcome tells the model that they were broken. */
function soundArguments(text: string): string {
  if (text.length > MOST_ARGUMENTS) return '{}';
  const value = parseJson(text);
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? text : '{}';
}

/** Most characters of an id (OpenAI: "string too long. Expected a string with maximum length 40"). */
const MOST_ID = 40;

const shortened = (id: string) => (id.length <= MOST_ID && /^[\x21-\x7e]+$/.test(id) ? id : mistralId(id));

/** Exactly nine letters and digits (vLLM docs/features/tool_calling.md, "Mistral Models"). */
const mistralId = (id: string) =>
  /^[a-zA-Z0-9]{9}$/.test(id) ? id : shortId(createHash('sha256').update(id).digest('base64url'));

const isMistral = (model: string, baseUrl: string) =>
  /(?:mis|minis|magis|devs|codes|pix|vox)tral|mixtral/i.test(`${model} ${baseUrl}`);
