/** The Responses API: OpenAI's own. Nothing is stored there; the history is Parley's. */
import type OpenAI from 'openai';
import type { Usage } from '../types.ts';
import { failureInStream } from './failures.ts';
import { type ModelChunk, ModelError, type ModelMessage, type ModelRequest } from './model.ts';
import { openEvents } from './open-events.ts';

export async function* streamResponses(
  client: OpenAI,
  model: string,
  request: ModelRequest,
  extras: ReadonlySet<string>,
  signal: AbortSignal,
): AsyncGenerator<ModelChunk> {
  const body = {
    model,
    instructions: request.instructions,
    input: request.messages.map(toWire),
    stream: true as const,
    ...(extras.has('store') && { store: false }),
    ...(extras.has('prompt_cache_key') && { prompt_cache_key: request.cacheKey }),
    ...(extras.has('safety_identifier') && { safety_identifier: request.user }),
    ...(extras.has('temperature') && { temperature: request.temperature ?? null }),
    ...(extras.has('reasoning') && { reasoning: { effort: request.effort ?? null } }),
  };
  const events = await openEvents<OpenAI.Responses.ResponseStreamEvent | null>(
    client.responses.create(body, { signal }),
  );
  let refused = false;
  let isApi = events.isDeclared;

  for await (const event of events) {
    isApi ||= typeof event?.type === 'string';
    switch (event?.type) {
      case 'response.output_text.delta':
        if (event.delta) yield { type: 'text', text: event.delta };
        break;
      case 'response.refusal.delta':
        refused = true;
        if (event.delta) yield { type: 'text', text: event.delta };
        break;
      case 'response.reasoning_text.delta':
      case 'response.reasoning_summary_text.delta':
        yield { type: 'status', status: 'thinking' };
        break;
      case 'response.failed':
        throw new ModelError(failureInStream(event.response?.error));
      case 'error':
        throw new ModelError(failureInStream(event));
      case 'response.completed':
      case 'response.incomplete': {
        const { status, incomplete_details: details, usage } = event.response ?? {};
        const isCut = event.type === 'response.incomplete' || status === 'incomplete';
        const end = refused || details?.reason === 'content_filter' ? 'refused' : isCut ? 'length' : 'stop';
        events.conclude();
        yield { type: 'end', end, ...(usage && { usage: usageOf(usage) }) };
        return;
      }
    }
  }
  throw new ModelError({ kind: isApi ? 'cut' : 'not-an-api' });
}

function usageOf(usage: OpenAI.Responses.ResponseUsage): Usage {
  return {
    input: usage.input_tokens ?? 0,
    cached: usage.input_tokens_details?.cached_tokens ?? 0,
    output: usage.output_tokens ?? 0,
    reasoning: usage.output_tokens_details?.reasoning_tokens ?? 0,
  };
}

function toWire(message: ModelMessage): OpenAI.Responses.ResponseInputItem {
  if (!message.images?.length) return { role: message.role, content: message.text };
  return {
    role: message.role,
    content: [
      { type: 'input_text', text: message.text },
      ...message.images.map(({ type, base64 }) => ({
        type: 'input_image' as const,
        detail: 'auto' as const,
        image_url: `data:${type};base64,${base64}`,
      })),
    ],
  };
}
