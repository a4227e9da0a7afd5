/** Chat Completions, the API that every compatible server speaks. Reading tolerates their differences. */
import type OpenAI from 'openai';
import type { End } from '../../types.ts';
import { ModelError, type ModelMessage } from '../model.ts';
import { type Delta, textOf, thoughtOf } from './chat-delta.ts';
import { createRest } from './finish-rest.ts';
import { type Events, openEvents } from './open-events.ts';
import { createTold } from './told.ts';
import { capped, type DriverChunk, type DriverRequest, instructed } from './wire.ts';

/**
 * A chunk as servers really send it: anything may be missing, and a line may be an error instead.
 * Seen: `choices` absent or empty, `content` null, finish_reason '' or 'eos', no usage, `error` as a string, and a
 * `message` in place of a `delta` where the answer comes in one piece.
 */
interface LooseChunk {
  choices?: ({ delta?: Delta; message?: Delta; text?: unknown; finish_reason?: unknown } | null)[];
  usage?: unknown;
}

/** Placeholders that servers send for a missing `finish_reason`. */
const FILLERS = ['', 'null', 'none', 'nil', 'undefined'];
/** Parley offers no tools. A server that calls one has its own, and its answer follows (ChatMock). */
const TOOL_CALLS = ['tool_calls', 'function_call'];
/** Mistral sends `model_length`, Gemini capitals. Proxies pass on the words of Anthropic and OpenAI's Responses. */
const LENGTH = /^(?:length|(?:model|max)_length|max_(?:\w+_)?tokens|model_context_window_exceeded)$/i;
/** Gemini's own reasons (`SAFETY`, `content_filter: RECITATION`), GLM's `sensitive`, Anthropic's `refusal`. */
const REFUSED = /content_?filter|safety|recitation|prohibited|blocklist|spii|sensitive|^refusal$/i;
/** Reasons for a request that was given up; DeepSeek, GLM, SGLang and vLLM have their own. */
const FAILED = /^(?:error|abort(?:ed)?|network_error|insufficient_system_resource)$/i;

export async function* streamChat(
  client: OpenAI,
  { model, request, features }: DriverRequest,
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
    ...capped(request, features),
    ...(features.has('temperature') && { temperature: request.temperature }),
    ...(features.has('reasoning') && { reasoning_effort: request.effort }),
  };
  const events = await openEvents<LooseChunk | null>(
    // `chat.completions.create` looks into each chunk, and fails at anything that it does not expect.
    client.post('/chat/completions', { body, stream, signal }),
  );
  yield* readChat(events, model);
}

async function* readChat(events: Events<LooseChunk | null>, asked: string): AsyncGenerator<DriverChunk> {
  let finish = '';
  /**
   * A finish reason that came before any text: Open WebUI sends one on its first chunk and beside thoughts. It
   * counts only if no text comes at all.
   */
  let early = '';
  let refused = false;
  let hasText = false;
  const told = createTold(asked);
  let isApi = events.isDeclared;
  const rest = createRest();

  try {
    for await (const event of events) {
      if (told.hear(event)) yield { type: 'alive', told: told.all() };
      isApi ||= Array.isArray(event?.choices);
      const choice = event?.choices?.[0];
      // Some servers repeat the whole answer after its last delta.
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
        // A repeated finish reason does not put off the end.
        if (isEnd(reason) && !isEnd(finish)) events.conclude(rest.after(isSaid ? 'beside' : 'alone'));
        finish = reason;
      } else if (reason) early = reason;
      if (thought) yield { type: 'thought', text: thought };
      if (text) yield { type: 'text', text };
      if (!isSaid) yield { type: 'alive' };
    }
  } catch (error) {
    // Once the answer is whole, a broken connection does not matter.
    const isWhole = hasText ? isEnd(finish) && rest.isTrusted() : early !== '';
    if (!isWhole) throw error;
  }

  if (!hasText) finish = early;
  if (finish === '' && !(events.isOver && isApi)) {
    throw new ModelError({ kind: isApi ? 'cut' : 'not-an-api' });
  }
  if (FAILED.test(finish)) throw new ModelError({ kind: 'server' });
  yield { type: 'end', end: refused ? 'refused' : endOf(finish), ...told.all() };
}

function finishOf(reason: unknown): string {
  return typeof reason === 'string' && !FILLERS.includes(reason.trim().toLowerCase()) ? reason : '';
}

const isEnd = (finish: string) => finish !== '' && !TOOL_CALLS.includes(finish);

function endOf(finish: string): End {
  if (LENGTH.test(finish)) return 'length';
  return REFUSED.test(finish) ? 'refused' : 'stop';
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

/**
 * A message with text only is sent as a plain string: not every server accepts a list of parts, and some refuse
 * an empty part.
 */
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
