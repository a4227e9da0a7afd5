/** The Responses API, OpenAI's own. Parley keeps the history, and asks the API to store nothing. */
import type OpenAI from 'openai';
import { failureInStream } from '../failures/failures.ts';
import { ModelError, type ModelMessage, type ModelRequest } from '../model.ts';
import { fieldsOf } from './json.ts';
import { type Events, openEvents } from './open-events.ts';
import { createTold, type ToldUsage } from './told.ts';
import { capped, type DriverChunk, type DriverRequest, instructed } from './wire.ts';

type LooseResponse = Partial<OpenAI.Responses.Response>;
/** An event, or the whole response if a server does not stream. */
type LooseEvent = Partial<OpenAI.Responses.ResponseStreamEvent> & { output?: LooseResponse['output'] };

/** Time for the server to close after the event that ends the answer, ms. */
const REST_MS = 2_000;

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

export async function* streamResponses(
  client: OpenAI,
  { model, request, features }: DriverRequest,
  signal: AbortSignal,
): AsyncGenerator<DriverChunk> {
  const stream = features.has('stream');
  const body = {
    model,
    ...instructionsAndInput(model, request, features.has('system')),
    ...(stream && { stream: true as const }),
    ...(features.has('store') && { store: false }),
    ...(features.has('prompt_cache_key') && { prompt_cache_key: request.cacheKey }),
    ...(features.has('safety_identifier') && { safety_identifier: request.user }),
    ...capped(request, features),
    ...(features.has('temperature') && { temperature: request.temperature ?? null }),
    ...(features.has('reasoning') && { reasoning: { effort: request.effort ?? null } }),
  };
  yield* readResponses(await openEvents(client.post('/responses', { body, stream, signal })), model);
}

/** @param hasSystem whether the model takes instructions apart from what people say */
function instructionsAndInput(model: string, request: ModelRequest, hasSystem: boolean) {
  const { instructions, messages } = request;
  if (!hasSystem) return { input: instructed(request).map(toWire) };
  if (!isInstructedLast(model)) return { instructions, input: messages.map(toWire) };
  return { input: [{ role: 'developer' as const, content: instructions }, ...messages.map(toWire)] };
}

async function* readResponses(events: Events<LooseEvent | null>, asked: string): AsyncGenerator<DriverChunk> {
  let refused = false;
  let hasText = false;
  let hasThought = false;
  let isApi = events.isDeclared;
  const told = createTold(asked);

  for await (const event of events) {
    if (told.hear(fieldsOf(event).response ?? event)) yield { type: 'alive', told: told.all() };
    if (event?.type === undefined && Array.isArray(event?.output)) {
      yield* whole(event as LooseResponse, { hasText, hasThought, refused }, told.all());
      return;
    }
    isApi ||= typeof event?.type === 'string';
    switch (event?.type) {
      case 'response.output_text.delta':
      case 'response.refusal.delta':
        refused ||= event.type === 'response.refusal.delta';
        hasText ||= stringOf(event.delta) !== '';
        yield said('text', event.delta);
        break;
      case 'response.output_text.done':
        // Some servers send no deltas.
        yield hasText ? { type: 'alive' } : said('text', event.text);
        hasText ||= stringOf(event.text) !== '';
        break;
      case 'response.reasoning_text.delta':
      case 'response.reasoning_summary_text.delta':
        hasThought ||= stringOf(event.delta) !== '';
        yield said('thought', event.delta);
        break;
      case 'response.reasoning_summary_part.added':
        yield hasThought ? { type: 'thought', text: '\n\n' } : { type: 'alive' };
        break;
      case 'response.failed':
        throw new ModelError(failureInStream(event.response?.error));
      case 'error':
        throw new ModelError(failureInStream(event));
      case 'response.completed':
      case 'response.incomplete': {
        events.conclude(REST_MS);
        const status = event.type === 'response.incomplete' ? { status: 'incomplete' as const } : {};
        yield* whole({ ...event.response, ...status }, { hasText, hasThought, refused }, told.all());
        return;
      }
      case 'response.output_item.added':
        // Without a requested summary, OpenAI sends nothing until its reasoning is done.
        yield { type: 'alive', isQuiet: event.item?.type === 'reasoning' };
        break;
      default:
        yield { type: 'alive' };
    }
  }
  if (!events.isOver || !isApi) throw new ModelError({ kind: isApi ? 'cut' : 'not-an-api' });
  yield { type: 'end', end: refused ? 'refused' : 'stop', ...told.all() };
}

const stringOf = (value: unknown) => (typeof value === 'string' ? value : '');
const listOf = (value: unknown) => (Array.isArray(value) ? value.map(fieldsOf) : []);

function said(type: 'text' | 'thought', value: unknown): DriverChunk {
  const text = stringOf(value);
  return text === '' ? { type: 'alive' } : { type, text };
}

/** Yields the end of a response, and any content that did not come before. */
function* whole(
  response: LooseResponse,
  { hasText, hasThought, refused }: { hasText: boolean; hasThought: boolean; refused: boolean },
  told: ToldUsage,
): Generator<DriverChunk> {
  const { status, incomplete_details: details, output } = response;
  if (status === 'failed') throw new ModelError(failureInStream(response.error));
  let isRefused = refused || details?.reason === 'content_filter';
  // The parts are joined: each chunk takes its time, and a server can send very many parts.
  const thoughts: string[] = [];
  const texts: string[] = [];
  for (const item of hasText ? [] : listOf(output)) {
    if (item.type === 'reasoning' && !hasThought)
      for (const { text } of [...listOf(item.content), ...listOf(item.summary)])
        thoughts.push(stringOf(text));
    for (const part of item.type === 'message' ? listOf(item.content) : []) {
      isRefused ||= part.type === 'refusal';
      texts.push(stringOf(part.type === 'refusal' ? part.refusal : part.text));
    }
  }
  yield said('thought', thoughts.join('\n\n'));
  yield said('text', texts.join(''));
  const end = isRefused ? 'refused' : status === 'incomplete' ? 'length' : 'stop';
  yield { type: 'end', end, ...told };
}

function toWire(message: ModelMessage): OpenAI.Responses.ResponseInputItem {
  if (!message.images?.length) return { role: message.role, content: message.text };
  return {
    role: message.role,
    content: [
      ...(message.text === '' ? [] : [{ type: 'input_text' as const, text: message.text }]),
      ...message.images.map(({ type, base64 }) => ({
        type: 'input_image' as const,
        detail: 'auto' as const,
        image_url: `data:${type};base64,${base64}`,
      })),
    ],
  };
}
