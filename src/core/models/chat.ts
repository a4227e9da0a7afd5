/** Chat Completions: the API that every compatible server speaks, read with tolerance for how they differ. */
import type OpenAI from 'openai';
import type { End, Usage } from '../types.ts';
import { type Delta, textOf, thoughtOf } from './chat-delta.ts';
import { createRest } from './finish-rest.ts';
import { ModelError, type ModelMessage } from './model.ts';
import { type Events, openEvents } from './open-events.ts';
import { type Asked, type DriverChunk, instructed } from './wire.ts';

/**
 * A chunk as servers really send it: anything may be missing, and a line may be an error instead.
 * Seen: `choices` absent or empty, `content` null, finish_reason '' or 'eos', no usage, `error` as a string, and a
 * `message` in place of a `delta` where the answer comes in one piece.
 */
interface LooseChunk {
  choices?: ({ delta?: Delta; message?: Delta; text?: unknown; finish_reason?: unknown } | null)[];
  usage?: {
    prompt_tokens?: number;
    completion_tokens?: number;
    prompt_tokens_details?: { cached_tokens?: number } | null;
    completion_tokens_details?: { reasoning_tokens?: number } | null;
  } | null;
}

/** In place of a `finish_reason` that is none. */
const FILLERS = ['', 'null', 'none', 'nil', 'undefined'];
/** Parley offers no tools, so a server that calls one has its own, and its answer goes on behind it (ChatMock). */
const TOOL_CALLS = ['tool_calls', 'function_call'];
/** Mistral says `model_length`; Gemini in capitals; proxies what Anthropic and OpenAI's Responses say. */
const LENGTH = /^(?:length|(?:model|max)_length|max_(?:\w+_)?tokens|model_context_window_exceeded)$/i;
/** Gemini's own reasons come through (`SAFETY`, `content_filter: RECITATION`); GLM says `sensitive`, Anthropic `refusal`. */
const REFUSED = /content_?filter|safety|recitation|prohibited|blocklist|spii|sensitive|^refusal$/i;
/** Also DeepSeek, GLM, SGLang and vLLM, where a request is given up. */
const FAILED = /^(?:error|abort(?:ed)?|network_error|insufficient_system_resource)$/i;

export async function* streamChat(
  client: OpenAI,
  { model, request, features }: Asked,
  signal: AbortSignal,
): AsyncGenerator<DriverChunk> {
  const instructions = { role: 'system' as const, content: request.instructions };
  const messages = features.has('system') ? request.messages : instructed(request);
  const stream = features.has('stream');
  const body = {
    model,
    messages: [...(features.has('system') ? [instructions] : []), ...mergeRoles(messages).map(toWire)],
    ...(stream && { stream: true as const }),
    ...(stream && features.has('stream_options') && { stream_options: { include_usage: true } }),
    ...(features.has('prompt_cache_key') && { prompt_cache_key: request.cacheKey }),
    ...(features.has('safety_identifier') && { safety_identifier: request.user }),
    ...(features.has('temperature') && { temperature: request.temperature }),
    ...(features.has('reasoning') && { reasoning_effort: request.effort }),
  };
  const events = await openEvents<LooseChunk | null>(
    // Not `chat.completions.create`: that looks into each chunk, and fails at what it does not expect.
    client.post('/chat/completions', { body, stream, signal }),
  );
  yield* readChat(events);
}

async function* readChat(events: Events<LooseChunk | null>): AsyncGenerator<DriverChunk> {
  let finish = '';
  /** Before any text: Open WebUI has one on its first chunk and beside thoughts. It counts where no text comes at all. */
  let early = '';
  let refused = false;
  let hasText = false;
  let usage: Usage | undefined;
  let isApi = events.isDeclared;
  const rest = createRest();

  try {
    for await (const event of events) {
      if (event?.usage) usage = usageOf(event.usage);
      isApi ||= Array.isArray(event?.choices);
      const choice = event?.choices?.[0];
      // Some repeat the whole answer behind its last delta.
      const delta = choice?.delta ?? (hasText ? undefined : (choice?.message ?? { content: choice?.text }));
      const refusal = textOf(delta?.refusal);
      const text = textOf(delta?.content) || refusal;
      const thought = thoughtOf(delta);
      const isSaid = text !== '' || thought !== '';
      if (refusal) refused = true;
      if (text) hasText = true;
      if (isSaid) {
        rest.said(isEnd(finish));
        if (finish !== '') events.goOn();
        finish = '';
      }
      const reason = finishOf(choice?.finish_reason);
      if (reason && hasText) {
        // One that is said again and again puts the end off no further.
        if (isEnd(reason) && !isEnd(finish)) events.conclude(rest.after(isSaid ? 'beside' : 'alone'));
        finish = reason;
      } else if (reason) early = reason;
      if (thought) yield { type: 'thought', text: thought };
      if (text) yield { type: 'text', text };
      if (!isSaid) yield { type: 'alive' };
    }
  } catch (error) {
    // Once the answer is whole, how the connection ends is no matter.
    const isWhole = hasText ? isEnd(finish) && rest.isTrusted() : early !== '';
    if (!isWhole) throw error;
  }

  if (!hasText) finish = early;
  if (finish === '' && !(events.isOver && isApi)) {
    throw new ModelError({ kind: isApi ? 'cut' : 'not-an-api' });
  }
  if (FAILED.test(finish)) throw new ModelError({ kind: 'server' });
  yield { type: 'end', end: refused ? 'refused' : endOf(finish), ...(usage && { usage }) };
}

function finishOf(reason: unknown): string {
  return typeof reason === 'string' && !FILLERS.includes(reason.trim().toLowerCase()) ? reason : '';
}

const isEnd = (finish: string) => finish !== '' && !TOOL_CALLS.includes(finish);

function endOf(finish: string): End {
  if (LENGTH.test(finish)) return 'length';
  return REFUSED.test(finish) ? 'refused' : 'stop';
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

/** Text alone goes as a plain string: not every server takes a list of parts. Some take no empty part. */
function toWire(message: ModelMessage): OpenAI.ChatCompletionMessageParam {
  if (message.role === 'assistant') return { role: 'assistant', content: message.text };
  if (!message.images?.length) return { role: 'user', content: message.text };
  return {
    role: 'user',
    content: [
      ...(message.text === '' ? [] : [{ type: 'text' as const, text: message.text }]),
      ...message.images.map(({ type, base64 }) => ({
        type: 'image_url' as const,
        image_url: { url: `data:${type};base64,${base64}` },
      })),
    ],
  };
}
