/** Chat Completions: the API that every compatible server speaks, read with tolerance for how they differ. */
import type OpenAI from 'openai';
import type { End, Usage } from '../types.ts';
import { type ModelChunk, ModelError, type ModelMessage, type ModelRequest } from './model.ts';
import { openEvents } from './open-events.ts';

/**
 * A chunk as servers really send it: anything may be missing, and a line may be an error instead.
 * Seen: `choices` absent or empty, `content` null, finish_reason '' or 'eos', no usage, `error` as a string.
 */
interface LooseChunk {
  choices?: ({
    delta?: {
      content?: Content;
      refusal?: Content;
      reasoning?: unknown;
      reasoning_content?: unknown;
    };
    finish_reason?: string | null;
  } | null)[];
  usage?: {
    prompt_tokens?: number;
    completion_tokens?: number;
    prompt_tokens_details?: { cached_tokens?: number } | null;
    completion_tokens_details?: { reasoning_tokens?: number } | null;
  } | null;
}

type Content = string | ({ text?: unknown } | null)[] | null | undefined;

export async function* streamChat(
  client: OpenAI,
  model: string,
  request: ModelRequest,
  extras: ReadonlySet<string>,
  signal: AbortSignal,
): AsyncGenerator<ModelChunk> {
  const body = {
    model,
    messages: [
      { role: 'system' as const, content: request.instructions },
      ...mergeRoles(request.messages).map(toWire),
    ],
    stream: true as const,
    ...(extras.has('stream_options') && { stream_options: { include_usage: true } }),
    ...(extras.has('prompt_cache_key') && { prompt_cache_key: request.cacheKey }),
    ...(extras.has('safety_identifier') && { safety_identifier: request.user }),
    ...(extras.has('temperature') && { temperature: request.temperature }),
    ...(extras.has('reasoning') && { reasoning_effort: request.effort }),
  };
  const events = await openEvents<LooseChunk | null>(
    // Not `chat.completions.create`: that looks into each chunk, and fails at what it does not expect.
    client.post('/chat/completions', { body, stream: true, signal }),
  );
  let finish = '';
  let refused = false;
  let usage: Usage | undefined;
  let isApi = events.isDeclared;

  try {
    for await (const event of events) {
      if (event?.usage) usage = usageOf(event.usage);
      isApi ||= Array.isArray(event?.choices);
      const choice = event?.choices?.[0];
      if (choice?.finish_reason) {
        finish = choice.finish_reason;
        // Usage may still come, from a server that then closes or not.
        events.conclude();
      }
      const delta = choice?.delta;
      if (delta?.refusal) refused = true;
      const text = textOf(delta?.content) || textOf(delta?.refusal);
      if (text) yield { type: 'text', text };
      else if (delta?.reasoning || delta?.reasoning_content) yield { type: 'status', status: 'thinking' };
    }
  } catch (error) {
    // Once the answer is whole, how the connection ends is no matter.
    if (finish === '') throw error;
  }

  if (finish === '') throw new ModelError({ kind: isApi ? 'cut' : 'not-an-api' });
  if (finish === 'error') throw new ModelError({ kind: 'server' });
  yield { type: 'end', end: refused ? 'refused' : endOf(finish), ...(usage && { usage }) };
}

/** Text comes as a string; from some servers (Mistral's reasoning models) as a list of parts. */
function textOf(content: Content): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content.map((part) => (typeof part?.text === 'string' ? part.text : '')).join('');
}

function endOf(finish: string): End {
  if (finish === 'length' || finish === 'max_tokens') return 'length';
  return finish === 'content_filter' ? 'refused' : 'stop';
}

function usageOf(usage: NonNullable<LooseChunk['usage']>): Usage {
  return {
    input: usage.prompt_tokens ?? 0,
    cached: usage.prompt_tokens_details?.cached_tokens ?? 0,
    output: usage.completion_tokens ?? 0,
    reasoning: usage.completion_tokens_details?.reasoning_tokens ?? 0,
  };
}

/** Strict chat templates (Mistral, Gemma) want user and assistant to alternate. */
function mergeRoles(messages: ModelMessage[]): ModelMessage[] {
  const merged: ModelMessage[] = [];
  for (const message of messages) {
    const last = merged.at(-1);
    if (last?.role !== message.role) merged.push(message);
    else {
      const images = [...(last.images ?? []), ...(message.images ?? [])];
      merged[merged.length - 1] = {
        role: last.role,
        text: `${last.text}\n\n${message.text}`,
        ...(images.length > 0 && { images }),
      };
    }
  }
  return merged;
}

/** Text alone goes as a plain string: not every server takes a list of parts. */
function toWire(message: ModelMessage): OpenAI.ChatCompletionMessageParam {
  if (message.role === 'assistant') return { role: 'assistant', content: message.text };
  if (!message.images?.length) return { role: 'user', content: message.text };
  return {
    role: 'user',
    content: [
      { type: 'text', text: message.text },
      ...message.images.map(({ type, base64 }) => ({
        type: 'image_url' as const,
        image_url: { url: `data:${type};base64,${base64}` },
      })),
    ],
  };
}
