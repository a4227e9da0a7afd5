/**
 * A model behind an OpenAI-compatible API: one request, or a few where a failure can be mended before any
 * text came (a transient failure, a parameter not taken, images not taken, too long a history), all under
 * deadlines of its own.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import { isOpenAI } from './base-url.ts';
import { streamChat } from './chat.ts';
import { failureOf } from './failures.ts';
import type { Failure, Model, ModelChunk, ModelRequest } from './model.ts';
import { clientFor, type Provider } from './provider.ts';
import { streamResponses } from './responses.ts';
import { createThinkFilter } from './think.ts';

export interface OpenAIModelOptions {
  provider: Provider;
  model: string;
  api: 'responses' | 'chat';
  /** How long the first chunk, and then each next one, may take, milliseconds. */
  firstChunkMs: number;
  stallMs: number;
}

const RETRIES = 2;
const FIRST_WAIT_MS = 500;
/** A provider that wants a longer wait than this is busy for the person, not for a retry. */
const LONGEST_WAIT_MS = 20_000;
const TRANSIENT = new Set<Failure['kind']>(['rate', 'server', 'unreachable']);

/** What OpenAI's own API takes beyond the core of the format; compatible servers may refuse any of it. */
const OPENAI_EXTRAS = ['stream_options', 'prompt_cache_key', 'safety_identifier', 'store'];
/** Not to be done without: OpenAI keeps what is sent without `store: false`. */
const KEPT_EXTRA = 'store';

/** By base URL and model, what a server refused before: not sent again. */
const refusedExtras = new LRUCache<string, Set<string>>({ max: 500 });

export function createOpenAIModel(options: OpenAIModelOptions): Model {
  const { provider, model, api } = options;
  const driver = api === 'responses' ? streamResponses : streamChat;
  const refused = remembered(`${provider.baseUrl} ${model}`);

  return {
    name: model,
    async *stream(request, signal) {
      const deadline = createDeadline(options, signal);
      const attempt: Attempt = { request, retries: 0, halved: false };
      try {
        for (;;) {
          const extras = new Set(
            isOpenAI(provider.baseUrl) ? OPENAI_EXTRAS.filter((name) => !refused.has(name)) : [],
          );
          const think = createThinkFilter();
          let answered = false;
          let end: ModelEnd | undefined;
          let failure: Failure = { kind: 'cut' };
          try {
            for await (const chunk of driver(
              clientFor(provider),
              model,
              attempt.request,
              extras,
              deadline.signal,
            )) {
              deadline.touch();
              if (chunk.type === 'end') {
                end = chunk;
                break;
              }
              const text = chunk.type === 'text' ? think.push(chunk.text) : '';
              if (text) {
                answered = true;
                yield { type: 'text', text };
              } else if (chunk.type === 'status' || think.thinking)
                yield { type: 'status', status: 'thinking' };
            }
          } catch (error) {
            failure = failureOf(error);
            if (failure.kind === 'bug' && !deadline.signal.aborted) throw error;
          }
          const rest = think.end();
          if (rest) {
            answered = true;
            yield { type: 'text', text: rest };
          }
          if (end) {
            yield answered || end.end === 'refused'
              ? end
              : { ...end, end: 'error', failure: { kind: 'empty' } };
            return;
          }
          const passed = deadline.passed();
          if (passed) failure = { kind: passed };
          else if (signal.aborted) {
            yield { type: 'end', end: 'stopped' };
            return;
          }
          const wait = answered || passed ? undefined : mend(failure, attempt, extras, refused);
          if (wait === undefined) {
            yield { type: 'end', end: endOf(failure, answered), failure };
            return;
          }
          if (wait > 0) {
            yield { type: 'status', status: 'retrying' };
            await sleep(wait, undefined, { signal: deadline.signal }).catch(() => {});
          }
        }
      } finally {
        deadline.clear();
      }
    },
  };
}

type ModelEnd = Extract<ModelChunk, { type: 'end' }>;

interface Attempt {
  request: ModelRequest;
  retries: number;
  halved: boolean;
}

/**
 * Changes what has to change for another attempt.
 * @returns milliseconds to wait before it, or undefined when there is to be none
 */
function mend(
  failure: Failure,
  attempt: Attempt,
  extras: ReadonlySet<string>,
  refused: Set<string>,
): number | undefined {
  if (TRANSIENT.has(failure.kind)) {
    const wait = failure.retryAfterMs ?? FIRST_WAIT_MS * 2 ** attempt.retries;
    if (wait > LONGEST_WAIT_MS || attempt.retries >= RETRIES) return undefined;
    attempt.retries++;
    return wait;
  }
  const { messages } = attempt.request;
  if (failure.kind === 'context' && !attempt.halved && messages.length > 1) {
    attempt.halved = true;
    attempt.request = { ...attempt.request, messages: newerHalf(messages) };
    return 0;
  }
  if (
    failure.kind === 'request' &&
    failure.parameter !== undefined &&
    failure.parameter !== KEPT_EXTRA &&
    extras.has(failure.parameter)
  ) {
    refused.add(failure.parameter);
    return 0;
  }
  // Servers say in many ways, and some not at all, that a model takes no images.
  if (
    (failure.kind === 'request' || failure.kind === 'not-found') &&
    messages.some(({ images }) => images?.length)
  ) {
    attempt.request = withoutImages(attempt.request);
    return 0;
  }
  return undefined;
}

function newerHalf(messages: ModelRequest['messages']): ModelRequest['messages'] {
  const half = messages.slice(Math.ceil(messages.length / 2));
  const firstUser = half.findIndex((message) => message.role === 'user');
  return half.slice(Math.max(0, firstUser));
}

function withoutImages(request: ModelRequest): ModelRequest {
  return {
    ...request,
    messages: request.messages.map(({ role, text, images = [] }) => ({
      role,
      text: [text, ...images.map(({ name }) => `[image not shown to you: ${name}]`)].join('\n'),
    })),
  };
}

function endOf(failure: Failure, answered: boolean): 'refused' | 'interrupted' | 'error' {
  if (failure.kind === 'refused') return 'refused';
  return answered ? 'interrupted' : 'error';
}

function remembered(id: string): Set<string> {
  const known = refusedExtras.get(id) ?? new Set<string>();
  refusedExtras.set(id, known);
  return known;
}

interface Deadline {
  /** Aborted when a deadline passes or the caller's signal is. */
  signal: AbortSignal;
  /** A chunk came. */
  touch(): void;
  passed(): 'late' | 'stalled' | undefined;
  clear(): void;
}

/** One timer for a whole stream: a chunk only notes that it came, and the timer sets itself again for the rest. */
function createDeadline({ firstChunkMs, stallMs }: OpenAIModelOptions, signal: AbortSignal): Deadline {
  const controller = new AbortController();
  let touched: number | undefined;
  let passed: 'late' | 'stalled' | undefined;
  let timer = setTimeout(check, firstChunkMs);

  function check(): void {
    const left = touched === undefined ? 0 : touched + stallMs - performance.now();
    if (left > 0) {
      timer = setTimeout(check, left);
      return;
    }
    passed = touched === undefined ? 'late' : 'stalled';
    controller.abort();
  }
  // By hand: `AbortSignal.any` looks at all of its sources each time the client asks whether it is aborted.
  const follow = () => controller.abort(signal.reason);
  if (signal.aborted) follow();
  else signal.addEventListener('abort', follow, { once: true });
  return {
    signal: controller.signal,
    touch() {
      const now = performance.now();
      if (touched === undefined) {
        clearTimeout(timer);
        timer = setTimeout(check, stallMs);
      }
      touched = now;
    },
    passed: () => passed,
    clear() {
      clearTimeout(timer);
      signal.removeEventListener('abort', follow);
    },
  };
}
